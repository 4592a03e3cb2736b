"""Questions to a finished run: how far an account reaches, why it stands out, and pages to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from graphkit import maps, reports, words
from graphkit.analysis.detecting import Detected, detect
from graphkit.analysis.naming import named, node_of
from graphkit.analysis.results import results_of
from graphkit.audience.reach import ReachEstimate, estimate
from graphkit.errors import UsageError
from graphkit.evidence import Evidence, Finding, Rival, Run
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import ENGLISH, amount, say, speaking, together, told
from graphkit.measures.signals import Signal, signals_of
from graphkit.reports.dossiers import Dossier
from graphkit.reports.dossiers import dossier as make_dossier
from graphkit.results import Results
from graphkit.rivals import Explained, explain
from graphkit.settings import current

SCORES = ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic")


@dataclass(frozen=True, slots=True)
class Why:
    """What a run says of one account, or of one finding, with the grounds on both sides."""

    about: str
    label: str  # of the account; empty for a finding
    reason: str
    scores: dict[str, float | None]  # None: not enough data
    findings: tuple[Finding, ...]  # those that name the account, as member or beneficiary
    notes: tuple[str, ...] = ()  # what was not looked at
    signals: tuple[tuple[Signal, dict[str, float | None]], ...] = ()  # of an account, the most unusual first
    following: Explained | None = None  # of an account with followers: what may lie behind them

    def explain(self) -> Iterator[str]:
        """The answer line by line."""
        if self.label:
            yield f"{self.about}: {words.label(self.label)}. {told(self.reason)}"
            known = [f"{name} {amount(value, 3)}" for name, value in self.scores.items() if value is not None]
            yield f"  {', '.join(known)}" if known else say("  no score could be given")
        for finding in self.findings:
            yield ""
            yield from _finding(finding, self.about)
        if self.label and not self.findings:
            yield say("  No finding names this account.")
        if self.following:
            yield ""
            yield say("its following: {symptom}", symptom=self.following.symptom)
            yield from _rivals(self.following.rivals)
        if self.signals:
            yield ""
            yield from _signals(self.signals)
        yield from self.notes

    def __str__(self) -> str:
        return together(self.explain())


def why(graph: InfluenceGraph, name: str, run: Run) -> Why:
    """The reasons behind an account (id or "@handle") or a finding (its id)."""
    looked = whole(graph, run)
    of_id = [finding for finding in looked.findings if finding.id == name]
    if of_id:
        return Why(name, "", of_id[0].sentence, {}, tuple(of_id))
    try:
        node = node_of(graph, name)
    except UsageError as error:
        raise UsageError(say("{error} A finding is named by its id: see findings.csv.", error=error)) from error
    [account] = graph.ids([node])
    verdict = looked.verdicts
    scores = {score: _known(float(getattr(verdict, score)[node])) for score in SCORES}
    naming = tuple(f for f in looked.findings if any(member.account == account for member in f.members))
    skipped = tuple(
        say("Not asked: {detector} ({reason}).", detector=detector, reason=reason)
        for detector, reason in looked.skipped.items()
    )
    known = tuple(signals_of(graph).of(node))
    following = (
        explain(graph, node, verdict) if graph.followers.indptr[node + 1] > graph.followers.indptr[node] else None
    )
    return Why(account, verdict.label[node], verdict.reason[node], scores, naming, skipped, known, following)


def reach(graph: InfluenceGraph, account: str, run: Run) -> ReachEstimate:
    """The audience of an account (id or "@handle"), from followers down to people, with what it rests on."""
    [known] = graph.ids([node_of(graph, account)])  # before the work, so that a wrong name is told at once
    looked = whole(graph, run)
    return estimate(graph, known, looked.verdicts, findings=looked.findings)


def report(graph: InfluenceGraph, run: Run, *, language: str = ENGLISH) -> reports.Report:
    """The report of a run, as one page that opens with no network; in English, Turkish ("tr") or Spanish ("es")."""
    with speaking(language):
        return reports.report(results(graph, run))


def dossier(
    graph: InfluenceGraph, run: Run, name: str, *, show_victims: bool = False, language: str = ENGLISH
) -> Dossier:
    """Everything a run says of an account (id or "@handle") or of a finding (its id), as one page."""
    looked = whole(graph, run)
    about = named(graph, looked.findings, name)
    with speaking(language):
        return make_dossier(results_of(graph, looked), looked.verdicts, about, show_hidden=show_victims)


def draw(graph: InfluenceGraph, run: Run, *, language: str = ENGLISH) -> maps.Map:
    """The map of a run: a page, a picture, or a file for other tools, by the suffix it is saved under."""
    with speaking(language):
        return maps.draw(results(graph, run))


def results(graph: InfluenceGraph, run: Run) -> Results:
    """The tables of the results contract for a run, as Arrow."""
    return results_of(graph, whole(graph, run))


def whole(graph: InfluenceGraph, run: Run) -> Detected:
    """The run with its measurements at hand; one that comes from a store is measured again with its own seed."""
    return run if isinstance(run, Detected) else detect(graph, *run.detectors, seed=run.seed, started_at=run.started_at)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _finding(finding: Finding, about: str) -> Iterator[str]:
    part = next((words.part(m.role) for m in finding.members if m.account == about), "")
    yield f"{finding.id}: {words.kind(finding.kind)}{f' ({part})' if part else ''}"
    yield f"  {told(finding.sentence)}"
    yield f"  {told(words.calibration(finding.q))}"
    for evidence in finding.evidence:
        yield say("  for: {evidence}", evidence=_weighed(evidence))
        yield from _examples(evidence)
    for evidence in finding.against:
        yield say("  against: {evidence}", evidence=_weighed(evidence))
        yield from _examples(evidence)
    yield from _rivals(finding.rivals)
    if finding.innocent:
        yield say("  not ruled out: {explanations}", explanations=_listed(finding.innocent))


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(told, texts))


def _rivals(rivals: tuple[Rival, ...]) -> Iterator[str]:
    for rival in rivals:
        yield say("  explanation {weight}: {rival}", weight=rival.weight, rival=words.rival(rival.name))
        yield from (say("    for: {ground}", ground=ground) for ground in rival.speaks_for)
        yield from (say("    against: {ground}", ground=ground) for ground in rival.speaks_against)
        yield from (say("    missing: {ground}", ground=ground) for ground in rival.missing)


def _signals(known: tuple[tuple[Signal, dict[str, float | None]], ...]) -> Iterator[str]:
    """The signals beyond the range of nine in ten comparable accounts, on the odd side; the others by number."""
    bound = 1.0 - current().signals.high
    odd = [(signal, read) for signal, read in known if read["p"] is not None and read["p"] <= bound]
    yield say(
        "signals: {odd} of {known} are unusual among comparable accounts ({due} due to chance); none accuses by itself",
        odd=len(odd),
        known=len(known),
        due=round(bound * len(known), 1),
    )
    for signal, read in odd:
        yield say(
            "  {signal}: {value}, usual {low} to {high} ({says}; {seen} {counts})",
            signal=signal.name,
            value=read["value"],
            low=read["low"],
            high=read["high"],
            says=signal.says,
            seen=read["seen"],
            counts=signal.counts,
        )


def _weighed(evidence: Evidence) -> str:
    """A claim beside what chance gives."""
    if evidence.p is None:
        return say(
            "{claim} ({seen} seen, {due} due to chance; baseline: {baseline})",
            claim=evidence.claim,
            seen=evidence.observed,
            due=evidence.expected,
            baseline=evidence.baseline,
        )
    return say(
        "{claim} ({seen} seen, {due} due to chance, {chance}; baseline: {baseline})",
        claim=evidence.claim,
        seen=evidence.observed,
        due=evidence.expected,
        chance=words.chance(evidence.p),
        baseline=evidence.baseline,
    )


def _examples(evidence: Evidence) -> Iterator[str]:
    if evidence.examples:
        yield say("    look at: {examples}", examples="; ".join(map(told, evidence.examples)))
