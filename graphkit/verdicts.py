"""What all detectors together say of every account, tie and event: the form in which reach reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.evidence import Detection
from graphkit.graphs.events import ByAccount
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say


@dataclass(frozen=True)
class Verdicts:
    """Chances for every account, follow and event. NaN means: not enough data.

    `authentic` is the chance that a real person stands behind the account; victims of takeovers are people, what was
    done in their name is in `commanded`.
    """

    p_bot: NDArray[np.float64]  # one value an account, as the next four
    p_ring: NDArray[np.float64]
    p_pod: NDArray[np.float64]
    p_compromised: NDArray[np.float64]
    authentic: NDArray[np.float64]  # 0..1
    label: tuple[str, ...]  # authentic, bot, ring, pod, compromised, unknown
    reason: tuple[str, ...]  # one sentence
    bought: csr_array  # [i, j] = chance that the follow i -> j was bought
    traded: csr_array  # [i, j] = chance that the follow i -> j is given for a follow back
    commanded: NDArray[np.float32]  # one value an event: chance that it was not the account's own will

    @cached_property
    def has_bought(self) -> NDArray[np.bool_]:
        """Of each account: whether any of its followers came by a purchase, as far as anybody can tell."""
        return np.bincount(self.bought.indices, minlength=self.bought.shape[1]) > 0

    @classmethod
    def unknown(cls, graph: InfluenceGraph) -> Self:
        """The verdicts before anybody has looked: no chance known, nobody suspected."""
        nothing = np.full(graph.n, np.nan)
        no_ties = graph.follows.astype(np.float32) * 0.0
        no_ties.eliminate_zeros()
        return cls(
            p_bot=nothing,
            p_ring=nothing,
            p_pod=nothing,
            p_compromised=nothing,
            authentic=np.ones(graph.n),
            label=("unknown",) * graph.n,
            reason=("",) * graph.n,
            bought=no_ties,
            traded=no_ties,
            commanded=np.zeros(len(graph.events.actor), dtype=np.float32),
        )


LEAST_DEEDS = 3  # follows and acts: of fewer an account ranks by those around it, and nothing is said of itself
NAMED = 0.5  # the chance from which a label is given
ORDER = ("p_bot", "p_compromised", "p_ring", "p_pod")
PUSHED = "pushed"  # no label: it only gives the reason
LABELS = {"p_bot": "bot", "p_compromised": "compromised", "p_ring": "ring", "p_pod": "pod"}


def verdicts(graph: InfluenceGraph, detections: Mapping[str, Detection]) -> Verdicts:
    """What the detectors together say of each account, follow and event.

    A label is given where a finding names the account; below that the chances only rank.
    """
    scores = {name: np.full(graph.n, np.nan) for name in ORDER}
    for detection in detections.values():
        scores |= {name: values for name, values in detection.scores.items() if name in scores}
    scores |= _one_answer(scores["p_bot"], scores["p_compromised"])
    reasons = _sentences(graph, detections)
    label, reason = _labels(graph, scores, reasons)
    bot = np.nan_to_num(scores["p_bot"])
    return Verdicts(
        **scores,
        authentic=1.0 - bot,
        label=label,
        reason=reason,
        bought=_bought(graph, detections, bot),
        traded=_traded(graph, detections, scores["p_ring"]),
        commanded=_commanded(graph, detections),
    )


def _one_answer(bot: NDArray[np.float64], second: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """A machine has no owner whose account another hand could use: at most one of the two is so.

    Each detector weighs its own case against everything else and knows nothing of the other, so their odds multiply:
    machine b (1 - c), second hand c (1 - b), neither (1 - b)(1 - c), all over 1 - b c. Where one is not known the other
    stays as it is, and where both are certain neither is.
    """
    b, c = np.nan_to_num(bot), np.nan_to_num(second)
    whole = np.maximum(1.0 - b * c, 1e-12)
    certain = b * c > 1.0 - 1e-9
    return {
        "p_bot": np.where(certain, 0.5, b * (1.0 - c) / whole) + np.where(np.isnan(bot), np.nan, 0.0),
        "p_compromised": np.where(certain, 0.5, c * (1.0 - b) / whole) + np.where(np.isnan(second), np.nan, 0.0),
    }


def _sentences(graph: InfluenceGraph, detections: Mapping[str, Detection]) -> dict[tuple[str, str], str]:
    """(kind, account) -> the sentence of the surest finding that names the account."""
    kinds = {
        "bot_cluster": "bot",
        "follow_ring": "ring",
        "pod": "pod",
        "compromised": "compromised",
        "trend_push": PUSHED,
    }
    found: dict[tuple[str, str], str] = {}
    for detection in detections.values():
        for finding in detection:
            for account in finding.accounts if finding.kind in kinds else ():
                found.setdefault((kinds[finding.kind], account), finding.sentence)
    return found


def _labels(
    graph: InfluenceGraph, scores: Mapping[str, NDArray[np.float64]], reasons: Mapping[tuple[str, str], str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = np.zeros(graph.n, bool)
    for values in scores.values():
        known |= ~np.isnan(values)
    known &= np.diff(graph.follows.indptr) + np.bincount(graph.events.actor, minlength=graph.n) >= LEAST_DEEDS
    best = np.stack([np.nan_to_num(scores[name]) for name in ORDER])
    top, height = best.argmax(axis=0), best.max(axis=0, initial=0.0)
    labels, sentences = [], []
    for node, account in enumerate(graph.account_ids):
        name = LABELS[ORDER[top[node]]]
        if height[node] >= NAMED:
            labels.append(name)
            pushed = reasons.get((PUSHED, account)) if name == "compromised" else None
            sentences.append(reasons.get((name, account)) or pushed or _ALONE[name])
        elif (
            PUSHED,
            account,
        ) in reasons:  # it pushed, and nobody can say whose hand did: its owner's, another's, a machine's
            labels.append("unknown")
            sentences.append(reasons[PUSHED, account])
        elif known[node]:
            labels.append("authentic" if height[node] < NAMED / 2 else "unknown")
            sentences.append(NOTHING if height[node] < NAMED / 2 else SOME_SIGNS)
        else:
            labels.append("unknown")
            sentences.append(TOO_LITTLE)
    return tuple(labels), tuple(sentences)


NOTHING = say("Nothing beyond chance.")
SOME_SIGNS = say("Some signs, not enough to name any.")
TOO_LITTLE = say("Not enough data.")

_ALONE = {
    "bot": say("Nobody follows or answers it, and it came again and again in blocks of such accounts."),
    "compromised": say("Signs of a second hand: it acts in lockstep with others on accounts that it does not follow."),
    "ring": say("Many mutual follows in which nobody ever turns to the other."),
    "pod": say("It meets the same group within minutes on their posts again and again."),
}


def _bought(graph: InfluenceGraph, detections: Mapping[str, Detection], bot: NDArray[np.float64]) -> csr_array:
    """The follows inside findings of bought followers, as likely as their follower is a machine."""
    rows, columns = [], []
    place = {account: node for node, account in enumerate(graph.account_ids)}
    for detection in detections.values():
        for finding in detection:
            if finding.kind == "bought_followers":
                rows += [place[account] for account in finding.accounts]
                columns += [place[finding.beneficiaries[0]]] * len(finding.accounts)
    values = bot[np.asarray(rows, np.int64)].astype(np.float32)
    return csr_array((values, (rows, columns)), shape=(graph.n, graph.n), dtype=np.float32)


def _traded(graph: InfluenceGraph, detections: Mapping[str, Detection], ring: NDArray[np.float64]) -> csr_array:
    """The mutual follows among members of one ring, as likely as the less likely of the two belongs to it."""
    of = np.full(graph.n, -1, np.int64)
    place = {account: node for node, account in enumerate(graph.account_ids)}
    rings = [f for detection in detections.values() for f in detection if f.kind == "follow_ring"]
    for number, finding in enumerate(rings):
        of[[place[account] for account in finding.accounts]] = number
    both = graph.mutual.tocoo()
    same = (of[both.row] >= 0) & (of[both.row] == of[both.col])
    row, column = both.row[same], both.col[same]
    values = np.minimum(ring[row], ring[column]).astype(np.float32)
    return csr_array((values, (row, column)), shape=(graph.n, graph.n))


def _commanded(graph: InfluenceGraph, detections: Mapping[str, Detection]) -> NDArray[np.float32]:
    """Events of members of a group on the accounts that it serves: the chance that they were not of their own will."""
    chance = np.zeros(len(graph.events.actor), np.float32)
    place = {account: node for node, account in enumerate(graph.account_ids)}
    acts = ByAccount.by(graph.events.actor, graph.n)
    for detection in detections.values():
        if detection.commanded is not None:
            np.maximum(chance, detection.commanded, out=chance)
        for finding in detection:
            if finding.kind not in ("bot_cluster", "pod"):
                continue
            names = finding.accounts if finding.kind == "pod" else finding.beneficiaries
            own = [(acts.of(place[member.account]), member.p) for member in finding.members if member.role == "member"]
            rows = np.concatenate([np.empty(0, np.int64), *(of for of, _ in own)])
            p = np.repeat(np.array([p for _, p in own], np.float32), [len(of) for of, _ in own])
            hit = np.isin(graph.events.target[rows], [place[account] for account in names])
            chance[rows[hit]] = np.maximum(chance[rows[hit]], p[hit])
    return chance
