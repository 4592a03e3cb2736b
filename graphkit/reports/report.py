"""One page that opens anywhere with no network, prints, and runs nothing that came from the data."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from graphkit import pages, words
from graphkit.reports.findings import finding_views, findings_json
from graphkit.reports.sections import coverage_view, label_counts, method_view, reach_views
from graphkit.results import Names, Results
from graphkit.settings import defaults


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report; prints as HTML in a notebook."""

    title: str
    html: str

    def save(self, path: Path | str) -> Path:
        """Writes the page to `path` and gives the path back."""
        path = Path(path)
        path.write_text(self.html, encoding="utf-8", newline="\n")
        return path

    def _repr_html_(self) -> str:
        inside = self.html.replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe title="Report" sandbox="allow-scripts" width="100%" height="640" srcdoc="{inside}"></iframe>'


def report(results: Results, *, show_hidden: bool = False) -> Report:
    """The report on finished results.

    Names of accounts under a second hand are left out, also inside sentences, unless `show_hidden` asks for them.
    The same results give the same bytes: the only time in it is the time of the run.
    """
    hidden = frozenset() if show_hidden else results.hidden
    shown = results.findings[: defaults().pages.findings_shown]
    reach = reach_views(results)
    names = Names(results, _named(results, [row.account for row in reach]), hidden=hidden)
    script, style = _asset("report.js"), _asset("report.css")
    labels = dict(zip(results.accounts["id"].to_pylist(), results.accounts["label"].to_pylist(), strict=True))
    context = {
        "title": results.title,
        "policy": pages.policy(script=script, style=style),
        "script": pages.trusted(script),
        "style": pages.trusted(style),
        "words": words,
        "name": names,
        "run": results.run,
        "findings": finding_views(shown, names, labels),
        "findings_left_out": len(results.findings) - len(shown),
        "kinds": _kind_counts(results),
        "labels": label_counts(results),
        "accounts": results.accounts.num_rows,
        "reach": reach,
        "reach_left_out": results.reach.num_rows - len(reach),
        "coverage": coverage_view(results),
        "method": method_view(results),
        "hidden": len(hidden),
        "limits": defaults().pages,
        "data": pages.inert({"run": _run_json(results), "findings": findings_json(shown, names)}),
    }
    return Report(results.title, pages.render("graphkit.reports", "report.html", context))


def _named(results: Results, reach: list[str]) -> set[str]:
    most = defaults().pages.members_shown
    listed = (member.account for finding in results.findings for member in finding.members[: 2 * most])
    return {*reach, *listed}


def _kind_counts(results: Results) -> list[tuple[str, int, int]]:
    """Kind in words, findings of that kind, accounts in them."""
    kinds = sorted({finding.kind for finding in results.findings})
    of_kind = {kind: [finding for finding in results.findings if finding.kind == kind] for kind in kinds}
    return [
        (words.kind(kind), len(found), len(set().union(*(finding.accounts for finding in found))))
        for kind, found in of_kind.items()
    ]


def _run_json(results: Results) -> dict[str, object]:
    run = results.run
    return {"id": run.id, "version": run.version, "seed": run.seed, "at": run.at, "accounts": results.accounts.num_rows}


def _asset(name: str) -> str:
    return resources.files("graphkit.reports").joinpath("assets", name).read_text(encoding="utf-8").strip()
