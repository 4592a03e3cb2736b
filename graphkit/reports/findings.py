"""How a finding is laid out: a sentence, pictures of observed against expected, rivals, members."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphkit import words
from graphkit.evidence import Evidence, Finding, Member, Rival
from graphkit.results import Names
from graphkit.settings import defaults

BAR = 100.0  # width of a full bar, in units of its own picture


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence, with the widths of its bars."""

    claim: str
    baseline: str
    observed: str
    expected: str
    observed_bar: float
    expected_bar: float
    bits: str
    bits_bar: float
    chance: str
    examples: tuple[str, ...]
    examples_left_out: int


@dataclass(frozen=True, slots=True)
class MemberView:
    """A row of the members table."""

    name: str
    label: str
    share: str


@dataclass(frozen=True, slots=True)
class RivalView:
    """Another explanation, with its weight as a bar."""

    name: str
    weight: str
    bar: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as the page shows it."""

    id: str
    number: int
    kind: str
    sentence: str
    strength: str
    calibration: str
    evidence: tuple[EvidenceView, ...]
    against: tuple[EvidenceView, ...]
    innocent: tuple[str, ...]
    rivals: tuple[RivalView, ...]
    members: tuple[MemberView, ...]
    members_in_all: int
    beneficiaries: tuple[MemberView, ...]
    beneficiaries_in_all: int
    details: tuple[tuple[str, str], ...]


def finding_views(findings: Sequence[Finding], names: Names, labels: Mapping[str, str]) -> list[FindingView]:
    """Every finding laid out, in the order given."""
    return [_view(number, finding, names, labels) for number, finding in enumerate(findings, start=1)]


def findings_json(findings: Sequence[Finding], names: Names) -> list[dict[str, object]]:
    """The same numbers for a machine: what stands in the inert block of the page."""
    return [
        {
            "id": finding.id,
            "kind": finding.kind,
            "q": _finite(finding.q),
            "sentence": names.clean(finding.sentence),
            "members": len(finding.accounts),
            "beneficiaries": len(finding.beneficiaries),
            "evidence": [_evidence_json(evidence, names) for evidence in finding.evidence],
            "against": [_evidence_json(evidence, names) for evidence in finding.against],
        }
        for finding in findings
    ]


def _evidence_json(evidence: Evidence, names: Names) -> dict[str, object]:
    return {
        "claim": names.clean(evidence.claim),
        "observed": _finite(evidence.observed),
        "expected": _finite(evidence.expected),
        "p": _finite(evidence.p),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _view(number: int, finding: Finding, names: Names, labels: Mapping[str, str]) -> FindingView:
    members = [member for member in finding.members if member.role == "member"]
    gaining = [member for member in finding.members if member.role == "beneficiary"]
    most = defaults().pages.members_shown
    return FindingView(
        id=finding.id,
        number=number,
        kind=words.kind(finding.kind),
        sentence=names.clean(finding.sentence) or words.counted(len(members), "account"),
        strength=words.strength(finding.q),
        calibration=words.calibration(finding.q),
        evidence=tuple(_evidence(evidence, names) for evidence in finding.evidence),
        against=tuple(_evidence(evidence, names) for evidence in finding.against),
        innocent=tuple(names.clean(text) for text in finding.innocent),
        rivals=tuple(_rival(rival, names) for rival in finding.rivals),
        members=tuple(_member(member, names, labels) for member in members[:most]),
        members_in_all=len(members),
        beneficiaries=tuple(_member(member, names, labels) for member in gaining[:most]),
        beneficiaries_in_all=len(gaining),
        details=tuple((key.replace("_", " "), names.clean(_plain(value))) for key, value in finding.detail.items()),
    )


def _evidence(evidence: Evidence, names: Names) -> EvidenceView:
    longest = max(abs(evidence.observed), abs(evidence.expected), 0.0)
    surprise = words.bits(evidence.p)
    most = defaults().pages
    return EvidenceView(
        claim=names.clean(evidence.claim),
        baseline=names.clean(evidence.baseline),
        observed=words.number(evidence.observed),
        expected=words.number(evidence.expected),
        observed_bar=_bar(evidence.observed, longest),
        expected_bar=_bar(evidence.expected, longest),
        bits="–" if surprise is None else f"{surprise:.0f}" + (" or more" if surprise >= most.most_bits else ""),
        bits_bar=_bar(surprise or 0.0, most.most_bits),
        chance=words.chance(evidence.p),
        examples=tuple(names.clean(example) for example in evidence.examples[: most.examples_shown]),
        examples_left_out=max(0, len(evidence.examples) - most.examples_shown),
    )


def _bar(value: float, longest: float) -> float:
    """Width of a bar; nothing for what is unknown or unbounded."""
    if not (math.isfinite(value) and math.isfinite(longest)) or longest <= 0:
        return 0.0
    return round(BAR * min(max(value, 0.0) / longest, 1.0), 2)


def _rival(rival: Rival, names: Names) -> RivalView:
    return RivalView(
        name=rival.name.replace("_", " "),
        weight=f"{100 * rival.weight:.0f} %",
        bar=_bar(rival.weight, 1.0),
        speaks_for=tuple(names.clean(text) for text in rival.speaks_for),
        speaks_against=tuple(names.clean(text) for text in rival.speaks_against),
        missing=tuple(names.clean(text) for text in rival.missing),
    )


def _member(member: Member, names: Names, labels: Mapping[str, str]) -> MemberView:
    label = words.label(labels.get(member.account) or "unknown")
    return MemberView(name=names(member.account), label=label, share=f"{100 * member.p:.0f} %")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return words.number(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
