"""What loads and findings look like in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from graphkit import words
from graphkit.cli.screen import Screen

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
    for one in passed[:SHOWN]:
        screen.note(f"Passed over {one.file}: {one.reason}")
    if len(passed) > SHOWN:
        screen.note(f"Passed over {len(passed) - SHOWN} more files; run.json lists them.")


def import_lines(file: FileReport) -> Iterator[str]:
    """One file's account: read = kept + merged + refused."""
    known = "known already, nothing changed: " if file.already else ""
    yield (
        f"{file.source.file} ({file.source.loader}): {known}{file.read:,} rows read, "
        f"{file.kept:,} kept, {file.merged:,} merged, {file.refused:,} refused"
    )
    for reason, rows in sorted(file.reasons.items()):
        yield f"  refused {rows:,}: {reason.replace('_', ' ')}"
    for note in file.notes:
        yield f"  {note}"
    if file.aside:
        yield f"  columns kept aside: {', '.join(sorted(file.aside))}"


def summary(done: Analysis) -> Iterator[str]:
    """A finished analysis in a few lines."""
    yield f"{words.counted(done.results.graph.n, 'account')}, seed {done.run.seed}, run {done.run.id}"
    yield from findings(done.run)
    labels = Counter(done.results.accounts["label"].to_pylist())
    ordered = [(label, labels[label]) for label in words.LABELS if labels[label]]
    yield "Accounts: " + (", ".join(f"{count:,} {words.label(label)}" for label, count in ordered) or "none")
    yield f"Report: {done.out / 'report.html'}   Map: {done.out / 'map.html'}   (both open with no network)"


def findings(run: Run) -> Iterator[str]:
    """The findings of a run, the surest first, and what was not asked."""
    if not run.findings:
        yield "No finding: nothing stood out beyond chance."
    for finding in run.findings[:SHOWN]:
        q = "not calibrated" if finding.q is None else f"q = {words.number(finding.q)}"
        yield f"{finding.id}  {q}  {finding.sentence}"
    if len(run.findings) > SHOWN:
        yield f"and {len(run.findings) - SHOWN} more; findings.csv lists them all."
    for name, reason in run.skipped.items():
        yield f"Not asked: {name} ({reason})."
    yield from (f"Note: {note}" for note in run.notes)
