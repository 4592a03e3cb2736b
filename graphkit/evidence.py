"""What is claimed, on what grounds, and what speaks against it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit import showing
from graphkit.language import number, say, told

Role = Literal["member", "beneficiary"]

SHOWN: Final = 20  # findings of a run in a notebook
KINDS: Final = ("bot_cluster", "follow_ring", "pod", "bought_followers", "compromised", "trend_push")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measured statement beside what its baseline gives."""

    claim: str  # "28 pairs among 8 accounts follow each other"
    observed: float
    expected: float  # what the baseline gives
    baseline: str  # "same follower and following counts, follows shuffled"
    p: float | None  # chance of at least this much under the baseline; None where no chance can be given
    examples: tuple[str, ...] = ()  # a few things to look at with one's own eyes, by row


def sided(grounds: Iterable[Evidence]) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """What speaks for a finding, as more than expected was seen, and what speaks against it; what is as expected says nothing."""
    measured = tuple(grounds)
    return (
        tuple(one for one in measured if one.observed > one.expected),
        tuple(one for one in measured if one.observed < one.expected),
    )


def numbered(letter: str, grounds: Iterable[Evidence]) -> Iterator[tuple[str, Evidence]]:
    """Each piece of evidence with its id within the finding: e1, e2, ... for it, a1, a2, ... against."""
    for place, evidence in enumerate(grounds, start=1):
        yield f"{letter}{place}", evidence


@dataclass(frozen=True, slots=True)
class Rival:
    """Another explanation of the same finding: what speaks for it, against it, and what is missing to tell."""

    name: str  # bought, follow_back, pod, giveaway, press, starter_pack, friends, fan_club, real, cannot_tell, ...
    weight: float  # 0..1; the rivals of a finding sum to 1
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a finding: its part and how sure that part is."""

    account: str
    role: Role = "member"
    p: float = 1.0  # for members the chance of belonging; for beneficiaries the share of the group's acts


@dataclass(frozen=True, slots=True)
class Finding:
    """A group or an account that stands out, with the evidence on both sides."""

    kind: str  # one of KINDS
    members: tuple[Member, ...]
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()  # what speaks for an ordinary explanation
    innocent: tuple[str, ...] = ()  # explanations not ruled out: "members of one club"
    rivals: tuple[Rival, ...] = ()  # ranked, the likeliest first
    q: float | None = None  # share of findings this strong that shuffled copies also give; None: not calibrated
    sentence: str = ""  # the finding in one plain sentence
    detail: Mapping[str, object] = field(default_factory=dict)  # small JSON values: windows, dates, intervals

    @property
    def accounts(self) -> tuple[str, ...]:
        """The members, without beneficiaries."""
        return tuple(member.account for member in self.members if member.role == "member")

    @property
    def beneficiaries(self) -> tuple[str, ...]:
        return tuple(member.account for member in self.members if member.role == "beneficiary")

    @property
    def id(self) -> str:
        """A digest of kind and members: stable between runs."""
        text = "\x00".join((self.kind, *sorted(self.accounts), "", *sorted(self.beneficiaries)))
        return f"{self.kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"

    def _repr_html_(self) -> str:
        """The finding in a notebook: both sides, without the names of its members."""
        q = say("not calibrated") if self.q is None else f"q = {number(self.q)}"
        head = (say("What was seen"), say("observed"), say("expected"), say("Compared with"))
        rivals = (f"{told(rival.name.replace('_', ' '))} {number(rival.weight)}" for rival in self.rivals)
        return showing.page(
            self.sentence or self.id,
            showing.line(say("{finding}, {accounts} accounts, {q}", finding=self.id, accounts=len(self.accounts), q=q)),
            showing.table(head, map(_row, self.evidence)),
            showing.listed(say("What speaks against it"), (evidence.claim for evidence in self.against)),
            showing.listed(say("Explanations, with their weight"), rivals),
            showing.listed(say("Innocent explanations that are not ruled out:"), self.innocent),
        )


def _row(evidence: Evidence) -> tuple[str, ...]:
    return evidence.claim, number(evidence.observed), number(evidence.expected), evidence.baseline


@dataclass(frozen=True, slots=True)
class Detection:
    """What one detector says: its findings, and a score for every account (NaN: not enough data).

    Iterating gives the findings, the surest first.
    """

    findings: tuple[Finding, ...] = ()
    scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)  # "p_bot" -> one value per node
    notes: tuple[str, ...] = ()  # what was skipped, sampled or capped, in words
    tables: Mapping[str, pa.Table] = field(default_factory=dict)  # file name -> what is written beside the results
    commanded: NDArray[np.float32] | None = None  # of every event the chance that it was not the account's own will

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything needed to do it again."""

    version: str
    data_digest: str
    seed: int
    started_at: int  # UTC milliseconds
    detectors: Mapping[str, Mapping[str, object]]  # name -> parameters
    findings: tuple[Finding, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)  # detector -> reason
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        text = "\x00".join((self.version, self.data_digest, str(self.seed), *(f.id for f in self.findings)))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _repr_html_(self) -> str:
        """The run in a notebook: its findings, the surest first, and what was not asked."""
        rows = (
            (finding.id, number(len(finding.accounts)), number(finding.q), finding.sentence)
            for finding in self.findings[:SHOWN]
        )
        head = (say("Finding"), say("Accounts"), "q", say("In one sentence"))
        skipped = (
            say("Not asked: {detector} ({reason}).", detector=name, reason=why) for name, why in self.skipped.items()
        )
        return showing.page(
            say(
                "Run {run}: {findings} findings, seed {seed}",
                run=self.id,
                findings=len(self.findings),
                seed=str(self.seed),
            ),
            showing.table(head, rows) if self.findings else showing.line(say("Nothing stood out beyond chance.")),
            showing.listed(say("What was not asked, and notes"), [*skipped, *self.notes]),
        )
