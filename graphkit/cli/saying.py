"""What loads and findings look like in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from graphkit import words
from graphkit.cli.screen import Screen
from graphkit.language import number, say, say_many, told
from graphkit.sources import notes

if TYPE_CHECKING:
    from graphkit.analysis.pipeline import Analysis
    from graphkit.dataset import FileReport, ImportReport
    from graphkit.evidence import Run
    from graphkit.loading import Passed

SHOWN: Final = 12  # findings, or files passed over; the rest is counted


def say_import(screen: Screen, imported: ImportReport, *, passed: Sequence[Passed] = ()) -> None:
    """What became of every row, as messages."""
    for file in imported.files:
        for line in import_lines(file):
            screen.note(line)
    for line in passed_lines(passed):
        screen.note(line)


def passed_lines(passed: Sequence[Passed]) -> Iterator[str]:
    """The files that were left alone, and why."""
    for one in passed[:SHOWN]:
        yield say("Passed over {file}: {reason}", file=one.file, reason=one.reason)
    if more := max(0, len(passed) - SHOWN):
        yield say_many(
            "Passed over {count} more file; run.json lists it.",
            "Passed over {count} more files; run.json lists them.",
            count=more,
        )


def import_lines(file: FileReport) -> Iterator[str]:
    """One file's account: read = kept + merged + refused."""
    counts = say(
        "{read} rows read, {kept} kept, {merged} merged, {refused} refused",
        read=file.read,
        kept=file.kept,
        merged=file.merged,
        refused=file.refused,
    )
    known = say("known already, nothing changed: {counts}", counts=counts) if file.already else counts
    yield f"{file.source.file} ({file.source.loader}): {told(known)}"
    yield from refused_lines(file.reasons)
    for note in file.notes:
        yield f"  {notes.told(note)}"
    if file.aside:
        yield say("  columns kept aside: {columns}", columns=", ".join(sorted(file.aside)))


def refused_lines(reasons: Mapping[str, int]) -> Iterator[str]:
    """How many rows were refused, reason by reason."""
    for reason, rows in sorted(reasons.items()):
        yield say("  refused {rows}: {reason}", rows=rows, reason=words.refusal(reason))


def summary(done: Analysis) -> Iterator[str]:
    """A finished analysis in a few lines."""
    yield say(
        "{accounts}, seed {seed}, run {run}",
        accounts=words.accounts(done.results.graph.n),
        seed=str(done.run.seed),
        run=done.run.id,
    )
    yield from findings(done.run)
    labels = Counter(done.results.accounts["label"].to_pylist())
    ordered = [f"{number(labels[label])} {words.label(label)}" for label in words.LABELS if labels[label]]
    yield say("Accounts: {labels}", labels=", ".join(ordered)) if ordered else say("Accounts: none")
    yield pages(done)


def pages(done: Analysis) -> str:
    """Where report and map lie."""
    return say(
        "Report: {report}   Map: {map}   (both open with no network)",
        report=done.out / "report.html",
        map=done.out / "map.html",
    )


def findings(run: Run) -> Iterator[str]:
    """The findings of a run, the surest first, and what was not asked."""
    if not run.findings:
        yield say("No finding: nothing stood out beyond chance.")
    for finding in run.findings[:SHOWN]:
        q = words.strength(None) if finding.q is None else f"q = {number(finding.q)}"
        yield f"{finding.id}  {told(q)}  {told(finding.sentence)}"
    if more := max(0, len(run.findings) - SHOWN):
        yield say_many(
            "and {count} more; findings.csv lists it.", "and {count} more; findings.csv lists them all.", count=more
        )
    for name, reason in run.skipped.items():
        yield say("Not asked: {detector} ({reason}).", detector=name, reason=reason)
    for note in run.notes:
        yield say("Note: {note}", note=note)
