"""How a finding is laid out: a sentence, pictures of observed against expected, rivals, members, rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphkit import words
from graphkit.evidence import Evidence, Finding, Member, Rival, numbered
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import day, number, percent, say, told
from graphkit.reports.behind import Behind, behind
from graphkit.reports.figures import Figure, of_finding, shown
from graphkit.results import Names
from graphkit.settings import defaults

BAR = 100.0  # width of a full bar, in units of its own picture


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence, with the widths of its bars."""

    id: str
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
    figures: tuple[Figure, ...]
    evidence: tuple[EvidenceView, ...]
    against: tuple[EvidenceView, ...]
    absent: tuple[str, ...]  # what would speak against it, was looked for, and was not found
    innocent: tuple[str, ...]
    rivals: tuple[RivalView, ...]  # the likeliest first
    members: tuple[MemberView, ...]
    members_in_all: int
    beneficiaries: tuple[MemberView, ...]
    beneficiaries_in_all: int
    advice: tuple[str, ...]  # what those concerned can do
    details: tuple[tuple[str, str], ...]
    behind: Behind


def finding_views(
    findings: Sequence[Finding], names: Names, labels: Mapping[str, str], *, graph: InfluenceGraph
) -> list[FindingView]:
    """Every finding laid out, in the order given."""
    return [
        finding_view(finding, names, labels, graph=graph, place=place)
        for place, finding in enumerate(findings, start=1)
    ]


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
            "evidence": [_evidence_json(id, evidence, names) for id, evidence in numbered("e", finding.evidence)],
            "against": [_evidence_json(id, evidence, names) for id, evidence in numbered("a", finding.against)],
        }
        for finding in findings
    ]


def _evidence_json(id: str, evidence: Evidence, names: Names) -> dict[str, object]:
    return {
        "id": id,
        "claim": names.clean(evidence.claim),
        "observed": _finite(evidence.observed),
        "expected": _finite(evidence.expected),
        "p": _finite(evidence.p),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def finding_view(
    finding: Finding, names: Names, labels: Mapping[str, str], *, graph: InfluenceGraph, place: int = 1
) -> FindingView:
    """One finding laid out."""
    members = [member for member in finding.members if member.role == "member"]
    gaining = [member for member in finding.members if member.role == "beneficiary"]
    most = defaults().pages.members_shown
    rivals = sorted(finding.rivals, key=lambda rival: -rival.weight)
    return FindingView(
        id=finding.id,
        number=place,
        kind=words.kind(finding.kind),
        sentence=names.clean(finding.sentence) or told(words.accounts(len(members))),
        strength=told(words.strength(finding.q)),
        calibration=told(words.calibration(finding.q)),
        figures=tuple(shown(picture) for picture in of_finding(graph, finding, names)),
        evidence=tuple(evidence_view(evidence, names, id) for id, evidence in numbered("e", finding.evidence)),
        against=tuple(
            evidence_view(evidence, names, id) for id, evidence in numbered("a", finding.against) if evidence.observed
        ),
        absent=tuple(names.clean(evidence.claim) for evidence in finding.against if not evidence.observed),
        innocent=tuple(names.clean(text) for text in finding.innocent),
        rivals=tuple(rival_view(rival, names) for rival in rivals),
        members=tuple(_member(member, names, labels) for member in members[:most]),
        members_in_all=len(members),
        beneficiaries=tuple(_member(member, names, labels) for member in gaining[:most]),
        beneficiaries_in_all=len(gaining),
        advice=tuple(_advice(finding, names)),
        details=tuple(_details(finding)),
        behind=behind(graph, finding, names),
    )


def evidence_view(evidence: Evidence, names: Names, id: str = "") -> EvidenceView:
    """A piece of evidence laid out; `id` names it within its finding, as findings.json does."""
    longest = max(abs(evidence.observed), abs(evidence.expected), 0.0)
    surprise = words.bits(evidence.p)
    most = defaults().pages
    return EvidenceView(
        id=id,
        claim=names.clean(evidence.claim),
        baseline=names.clean(evidence.baseline),
        observed=number(evidence.observed),
        expected=number(evidence.expected),
        observed_bar=_bar(evidence.observed, longest),
        expected_bar=_bar(evidence.expected, longest),
        bits=_bits(surprise),
        bits_bar=_bar(surprise or 0.0, most.most_bits),
        chance=told(words.chance(evidence.p)),
        examples=tuple(names.clean(example) for example in evidence.examples[: most.examples_shown]),
        examples_left_out=max(0, len(evidence.examples) - most.examples_shown),
    )


def _bits(surprise: float | None) -> str:
    """Surprise in words; empty where no chance can be given."""
    if surprise is None:
        return ""
    if surprise >= defaults().pages.most_bits:
        return told(say("{bits} bits or more", bits=round(surprise)))
    return told(say("{bits} bits", bits=round(surprise)))


def _bar(value: float, longest: float) -> float:
    """Width of a bar; nothing for what is unknown or unbounded."""
    if not (math.isfinite(value) and math.isfinite(longest)) or longest <= 0:
        return 0.0
    return round(BAR * min(max(value, 0.0) / longest, 1.0), 2)


def rival_view(rival: Rival, names: Names) -> RivalView:
    """Another explanation laid out."""
    return RivalView(
        name=words.rival(rival.name),
        weight=str(percent(rival.weight)),
        bar=_bar(rival.weight, 1.0),
        speaks_for=tuple(names.clean(text) for text in rival.speaks_for),
        speaks_against=tuple(names.clean(text) for text in rival.speaks_against),
        missing=tuple(names.clean(text) for text in rival.missing),
    )


def _member(member: Member, names: Names, labels: Mapping[str, str]) -> MemberView:
    label = words.label(labels.get(member.account) or "unknown")
    return MemberView(name=names(member.account), label=label, share=str(percent(member.p)))


def _advice(finding: Finding, names: Names) -> Iterator[str]:
    given = finding.detail.get("what_owners_can_do")
    if isinstance(given, list | tuple):
        yield from (names.clean(text) for text in given)


def _details(finding: Finding) -> Iterator[tuple[str, str]]:
    """Single figures of a finding; lists and tables stand in findings.json, texts in its sentence."""
    for key, value in finding.detail.items():
        if key in words.DAYS and isinstance(value, int):
            yield words.figure(key), day(value)
        elif isinstance(value, bool):
            yield words.figure(key), told(say("yes") if value else say("no"))
        elif isinstance(value, int | float):
            yield words.figure(key), number(value)
