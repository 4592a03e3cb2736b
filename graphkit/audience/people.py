"""Who counts as a person in an audience, how sure that is, and who has evidently left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.evidence import Finding
from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import NAMED, Verdicts

_ALIKE: Final = 100  # chances that are the same to two digits come from the same evidence
DAY: Final = 86_400_000  # milliseconds


@dataclass(frozen=True)
class People:
    """For every account: the chance that it is a person, whether anybody could judge it, and with whom it errs."""

    chance: NDArray[np.float64]  # 1 where nothing speaks against the account
    unjudged: NDArray[np.bool_]  # no detector had enough data
    cleared: NDArray[np.bool_]  # detectors looked, and found nothing
    suspect: NDArray[np.bool_]  # something speaks against it, and not enough to name it
    doubt: float  # relative error of how many of the suspects are machines, shared by all of them
    block: NDArray[np.int32]  # accounts of one finding are right or wrong together; -1: on its own
    together: NDArray[np.float64]  # to what degree, by block
    gone: NDArray[np.bool_]  # abandoned, by its own former pace
    missed: float  # share of machines assumed among the cleared ...
    missed_spread: float  # ... and its standard error, shared by all of them
    untold_acts: float  # share of all acts that machines may do who are not told
    activity_known: bool  # the data hold any act at all; without them nobody can be called gone

    @classmethod
    def of(cls, graph: InfluenceGraph, verdicts: Verdicts, *, findings: Sequence[Finding], settings: Reach) -> People:
        """People as the verdicts see them. Whom nothing speaks against is nobody's suspect: priors only widen intervals.

        A chance below `settings.suspect` is where a detector starts, before any evidence. It is no measured share of
        machines, and added up over a large audience it would remove people for nothing. Suspects that no finding names
        and that have the same chance have it from the same evidence, and are right or wrong together.
        """
        unjudged, bot = np.isnan(verdicts.p_bot), np.nan_to_num(verdicts.p_bot)
        cleared = ~unjudged & (bot < settings.suspect)
        chance = np.where(unjudged | cleared, 1.0, np.nan_to_num(verdicts.authentic, nan=1.0))
        border = Border.of(bot, settings)
        below = border.believed(settings) if (graph.follow_at != NO_TIME).any() else 1.0
        chance = np.where(bot < NAMED, 1.0 - below * (1.0 - chance), chance)
        chance = np.clip(chance, 0.0, 1.0)
        block = _blocks(graph, findings)
        alone = (block < 0) & (chance > 0.0) & (chance < 1.0)
        block[alone] = len(findings) + np.rint(_ALIKE * chance[alone]).astype(np.int32)
        suspect, doubt = (bot >= settings.suspect) & (bot < NAMED), border.doubt(settings)
        together = np.repeat([settings.group_correlation, settings.suspect_correlation], [len(findings), _ALIKE + 1])
        gone, activity_known = abandoned(graph, settings)
        missed, spread = below * settings.prior_cleared, below * settings.prior_cleared_spread
        untold_acts = border.seen(settings) ** 2 * settings.untold_acts
        judged = (chance, unjudged, cleared, suspect, doubt, block, together)
        return cls(*judged, gone, missed, spread, untold_acts, activity_known)


@dataclass(frozen=True)
class Border:
    """How many machines are told, and how many of them with doubt.

    Where all machines that are told are told for sure, few can lie just below the border; where many are told with doubt,
    as many again are not told.
    """

    told: int
    doubted: int

    @classmethod
    def of(cls, bot: NDArray[np.float64], settings: Reach) -> Border:
        """From the chances of all accounts to be a machine."""
        told = bot >= NAMED
        return cls(int(told.sum()), int((told & (bot < settings.sure)).sum()))

    def believed(self, settings: Reach) -> float:
        """How far chances below one half are to be believed, 0..1; of few machines nothing can be learned, and they are."""
        prior = settings.border_share * settings.border_weight
        return min(1.0, (self.doubted + prior) / (self.told + settings.border_weight) / settings.border_share)

    def doubt(self, settings: Reach) -> float:
        """The relative error of that: where no machine is told, as little may lie below one half as well."""
        return float(1.0 / np.sqrt(1.0 + self.told / settings.border_weight))

    def seen(self, settings: Reach) -> float:
        """How far it is seen that machines lie near the border, 0..1; of few machines it is not."""
        return min(1.0, self.doubted / (self.told + settings.border_weight) / settings.border_share)


def _blocks(graph: InfluenceGraph, findings: Sequence[Finding]) -> NDArray[np.int32]:
    """The number of the first finding that names an account; -1 where none does."""
    named = pa.array([account for finding in findings for account in finding.accounts], pa.string())
    nodes = pc.index_in(named, value_set=graph.accounts["id"].combine_chunks())
    sizes = [len(finding.accounts) for finding in findings]
    number = np.repeat(np.arange(len(findings), dtype=np.int32), sizes)
    block = np.full(graph.n, -1, dtype=np.int32)
    known = nodes.is_valid().to_numpy(zero_copy_only=False)[::-1]  # backwards: the first finding is written last
    block[nodes.fill_null(0).to_numpy()[::-1][known]] = number[::-1][known]
    return block


def abandoned(graph: InfluenceGraph, settings: Reach) -> tuple[NDArray[np.bool_], bool]:
    """Accounts whose silence up to the end of the data is unlikely under their own former pace.

    With k acts in a span s, a further silence x has chance (s / (s + x))^(k - 1). A silent follower who never acted in
    the data is no such case: a lurker is a person who reads. Also says whether the data hold any timed act at all.
    """
    first = np.full(graph.n, np.iinfo(np.int64).max)
    last = np.full(graph.n, NO_TIME)
    acts = np.zeros(graph.n, dtype=np.int64)
    _span(graph.events.actor, graph.events.at, first, last, acts)
    _span(graph.post_author, graph.post_at, first, last, acts)
    if not acts.any():
        return np.zeros(graph.n, dtype=bool), False
    followers = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.follows.indptr))
    _span(followers, graph.follow_at, first, last, acts)

    known = acts >= 2
    span = np.where(known, last - first, 0).astype(np.float64)
    silence = np.where(known, last.max() - last, 0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_chance = np.where(span > 0, (acts - 1) * np.log(span / (span + silence)), 0.0)
    gone = (
        (span >= settings.shortest_life_days * DAY)
        & (silence >= settings.silence_days * DAY)
        & (log_chance < np.log(settings.silence_p))
    )
    return gone, True


@compiled
def _span(
    actor: NDArray[np.int32],
    at: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    acts: NDArray[np.int64],
) -> None:
    """Adds timed acts to the first and last time and the number of acts of their accounts, in place."""
    for e in range(len(actor)):
        a = actor[e]
        if a >= 0 and at[e] != NO_TIME:
            first[a] = min(first[a], at[e])
            last[a] = max(last[a], at[e])
            acts[a] += 1
