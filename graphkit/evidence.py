"""What is claimed, on what grounds, and what speaks against it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Role = Literal["member", "beneficiary"]

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


@dataclass(frozen=True, slots=True)
class Detection:
    """What one detector says: its findings, and a score for every account (NaN: not enough data).

    Iterating gives the findings, the surest first.
    """

    findings: tuple[Finding, ...] = ()
    scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)  # "p_bot" -> one value per node
    notes: tuple[str, ...] = ()  # what was skipped, sampled or capped, in words

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
