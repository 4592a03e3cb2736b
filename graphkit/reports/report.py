"""One page that opens anywhere with no network, prints, and runs nothing that came from the data."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from graphkit import pages, words
from graphkit.errors import UsageError
from graphkit.evidence import Finding
from graphkit.language import say, told
from graphkit.pictures import Drawing
from graphkit.reports.communities import communities_view
from graphkit.reports.figures import drawings
from graphkit.reports.findings import finding_views, findings_json
from graphkit.reports.reaching import reach_views, that_matter, waterfall_views
from graphkit.reports.sections import (
    coverage_view,
    kind_counts,
    label_counts,
    method_view,
    question_views,
    unknown_count,
)
from graphkit.results import Names, Results
from graphkit.settings import defaults

SUFFIXES: Final = (".html", ".docx", ".pdf")


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report; prints as HTML in a notebook."""

    title: str
    html: str
    drawings: tuple[Drawing, ...] = field(default=(), repr=False)  # of the pictures in the page, in its order
    at: int = 0  # when the run was, UTC milliseconds

    def save(self, path: Path | str) -> Path:
        """Writes the page to `path`, or the same content as .docx or .pdf by its suffix; gives the path back."""
        path = Path(path)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        writer = self._writers.get(path.suffix.lower())
        if writer is None:
            accepted = ", ".join(SUFFIXES)
            raise UsageError(
                say("{path}: accepted are files that end in {accepted}.", path=path.name, accepted=accepted)
            )
        path.write_bytes(writer())
        return path

    def _repr_html_(self) -> str:
        inside = self.html.replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe title="Report" sandbox="allow-scripts" width="100%" height="640" srcdoc="{inside}"></iframe>'

    @property
    def _writers(self) -> dict[str, Callable[[], bytes]]:
        from graphkit.reports import documents

        return {
            ".html": lambda: self.html.encode(),
            ".docx": lambda: documents.docx(self.html, self.drawings, title=self.title),
            ".pdf": lambda: documents.pdf(self.html, self.drawings, title=self.title, at=self.at),
        }


def report(results: Results, *, show_hidden: bool = False) -> Report:
    """The report on finished results, in the language that is spoken here.

    Names of accounts under a second hand are left out, also inside sentences, unless `show_hidden` asks for them.
    The same results give the same bytes: the only time in it is the time of the run.
    """
    hidden = frozenset() if show_hidden else results.hidden
    found = results.findings[: defaults().pages.findings_shown]
    names, reach = Names(results, hidden=hidden), reach_views(results)
    findings = finding_views(found, names, labels_of(results, found), graph=results.graph)
    waterfalls = waterfall_views(results, names, that_matter(results))
    context = {
        "findings": findings,
        "findings_left_out": len(results.findings) - len(found),
        "questions": question_views(results),
        "kinds": kind_counts(results),
        "labels": label_counts(results),
        "unknown": unknown_count(results),
        "accounts": results.accounts.num_rows,
        "reach": reach,
        "reach_left_out": max(results.reach.num_rows - len(reach), 0),
        "waterfalls": waterfalls,
        "communities": communities_view(results),
        "coverage": coverage_view(results),
        "method": method_view(results),
        "hidden": len(hidden),
        "data": pages.inert({"run": _run_json(results), "findings": findings_json(found, names)}),
    }
    pictures = drawings(*(finding.figures for finding in findings), waterfalls)
    return Report(told(results.title), page("report.html", results, names, context=context), pictures, results.run.at)


def page(template: str, results: Results, names: Names, *, context: dict[str, object]) -> str:
    """A page of this package: its template with style, script and policy, and what every page says of its run."""
    script, style = asset("report.js"), asset("report.css")
    frame = {
        "title": told(results.title),
        "policy": pages.policy(script=script, style=style),
        "script": pages.trusted(script),
        "style": pages.trusted(style),
        "words": words,
        "name": names,
        "run": results.run,
        "limits": defaults().pages,
    }
    return pages.render("graphkit.reports", template, frame | context)


def labels_of(results: Results, findings: Sequence[Finding]) -> dict[str, str]:
    """The label of every account that these findings name."""
    named = pa.array(sorted({member.account for finding in findings for member in finding.members}), pa.string())
    at = pc.index_in(named, value_set=results.accounts["id"].combine_chunks())
    labels = results.accounts["label"].take(at)
    return {account: label for account, label in zip(named.to_pylist(), labels.to_pylist(), strict=True) if label}


def asset(name: str) -> str:
    """A file that goes into pages as it stands."""
    return resources.files("graphkit.reports").joinpath("assets", name).read_text(encoding="utf-8").strip()


def _run_json(results: Results) -> dict[str, object]:
    run = results.run
    return {"id": run.id, "version": run.version, "seed": run.seed, "at": run.at, "accounts": results.accounts.num_rows}
