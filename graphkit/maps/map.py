"""A map: nodes, ties and legend as tables, ready for a page, a picture or another tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.language import say, speaking, spoken, told
from graphkit.maps.choice import Nodes, chosen, nodes_of, real_reach
from graphkit.maps.layout import layout
from graphkit.maps.legend import Legend, communities_of, legend_of
from graphkit.maps.nodes import edges_table, nodes_table
from graphkit.maps.ties import ties_among
from graphkit.results import Names, Results, RunFacts
from graphkit.settings import defaults

TIES_EACH: Final = 3
NO_LIMIT: Final = int(np.iinfo(np.int64).max)
PICTURES: Final = (".png", ".svg", ".pdf")
SUFFIXES: Final = (".html", ".gexf", ".graphml", ".png", ".svg", ".pdf", ".csv", ".parquet", ".json", ".cyjs")


@dataclass(frozen=True, eq=False)
class Map:
    """Accounts and ties with places, looks and words.

    `nodes` has one row an account, `edges` one row an ordered pair (source acts on or follows target).
    """

    nodes: pa.Table
    edges: pa.Table
    legend: Legend
    title: str
    run: RunFacts
    language: str = field(default_factory=spoken)  # of everything that is written from it
    view: str = ""  # what the page opens on: what its address holds after "#" when somebody looks at it so

    def save(self, path: Path | str) -> Path:
        """Writes the map in the format of the suffix, the same bytes each time; gives the path back.

        .html is the page, .gexf and .graphml are for other graph tools, .png, .svg and .pdf for print, .json for
        graphology and sigma, .cyjs for Cytoscape; .csv and .parquet are pairs of files, nodes here and ties in
        NAME.edges.csv. What a format cannot carry, `losses` says.
        """
        path = Path(path)
        writer = self._writers.get(path.suffix.lower())
        if writer is None:
            accepted = ", ".join(SUFFIXES)
            raise UsageError(
                say(
                    "{name}: no map format has the suffix {suffix!r}; accepted are {accepted}.",
                    name=path.name,
                    suffix=path.suffix,
                    accepted=accepted,
                )
            )
        with speaking(self.language):
            writer(path)
        return path

    def losses(self, suffix: str) -> tuple[str, ...]:
        """What a file of this suffix does not say of the map, in sentences."""
        from graphkit.maps.formats.losses import losses

        with speaking(self.language):
            return losses(self, suffix.lower())

    @cached_property
    def html(self) -> str:
        """The page, with everything it needs inside."""
        from graphkit.maps.page import page

        with speaking(self.language):
            return page(self)

    def _repr_html_(self) -> str:
        inside = self.html.replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe title="Map" sandbox="allow-scripts allow-downloads" width="100%" height="640" srcdoc="{inside}"></iframe>'

    def widget(self, *, height: int = 640) -> Any:
        """The map for a notebook, tied to Python: `selected` is the id of the account that is chosen on it."""
        from graphkit.maps.widget import widget

        return widget(self, height=height)

    def __repr__(self) -> str:
        return f"Map({self.nodes.num_rows:,} accounts, {self.edges.num_rows:,} ties)"

    @property
    def _writers(self) -> dict[str, Callable[[Path], None]]:
        from graphkit.maps.formats import gexf, graph_json, graphml, tables
        from graphkit.maps.pictures import picture

        return {
            ".html": lambda path: _write(path, self.html),
            ".gexf": lambda path: _write(path, gexf.gexf(self)),
            ".graphml": lambda path: _write(path, graphml.graphml(self)),
            ".json": lambda path: _write(path, graph_json.graphology(self)),
            ".cyjs": lambda path: _write(path, graph_json.cytoscape(self)),
            ".csv": lambda path: tables.save_csv(self, path),
            ".parquet": lambda path: tables.save_parquet(self, path),
            **{suffix: lambda path: picture.save(self, path) for suffix in PICTURES},
        }


def draw(results: Results, *, show_hidden: bool = False, most: int | None = None, at: str = "") -> Map:
    """The map of finished results.

    At most `most` accounts are drawn (settings: pages.map_accounts), and three ties for each: members of findings, then
    the widest reach. `at` is the account (its id) that the page opens on, with those tied to it. Names of accounts under
    a second hand are left out unless `show_hidden` asks for them.
    """
    limits = defaults().pages
    accounts = limits.map_accounts if most is None else most
    return _drawn(results, accounts, ties=max(limits.map_ties, TIES_EACH * accounts), show_hidden=show_hidden, at=at)


def whole(results: Results, *, show_hidden: bool = False) -> Map:
    """The map of all accounts and all their ties: for files that other tools read."""
    return _drawn(results, results.graph.n, ties=NO_LIMIT, show_hidden=show_hidden)


def poster(results: Results, path: Path | str, *, show_hidden: bool = False) -> Path:
    """Writes a picture of every account and every tie as .png, .svg or .pdf; gives the path back."""
    from graphkit.maps.pictures import poster as sheet

    path = Path(path)
    if path.suffix.lower() not in PICTURES:
        accepted = ", ".join(PICTURES)
        raise UsageError(say("{name}: a poster ends in one of {accepted}.", name=path.name, accepted=accepted))
    sheet.save(whole(results, show_hidden=show_hidden), path)
    return path


def files_of(path: Path) -> list[Path]:
    """The files that were written for a map saved at `path`: tables are pairs."""
    ties = path.with_suffix(f".edges{path.suffix}")
    return [path, ties] if path.suffix in (".csv", ".parquet") and ties.exists() else [path]


def _drawn(results: Results, most: int, *, ties: int, show_hidden: bool, at: str = "") -> Map:
    hidden = frozenset() if show_hidden else results.hidden
    named = nodes_of(results, pa.array([at] if at else [], pa.string()))
    nodes = chosen(results, most, reach=real_reach(results), named=named[named >= 0])
    return _placed(results, nodes, ties=ties, hidden=hidden, at=at)


def _placed(results: Results, nodes: Nodes, *, ties: int, hidden: frozenset[str], at: str) -> Map:
    in_findings = _in_findings(results, nodes)
    tied = ties_among(results.graph, nodes, most=ties, together=in_findings)
    members, names_of_communities = communities_of(results, nodes)
    places = layout(tied, members, seed=results.run.seed)
    shown_ids = results.graph.ids(nodes)
    names = Names(results, shown_ids, hidden=hidden)
    table = nodes_table(results, nodes, names=names, places=places, community=members, ties=tied)
    return Map(
        nodes=table,
        edges=edges_table(tied, table["id"]),
        legend=legend_of(results, table, names=names, places=places, communities=names_of_communities, ties=tied),
        title=told(results.title),
        run=results.run,
        view=f"view=accounts&ego=1&account={quote(names.public_id(at), safe='')}" if at else "",
    )


def _in_findings(results: Results, nodes: Nodes) -> NDArray[np.bool_]:
    found = {member.account for finding in results.findings for member in finding.members if member.role == "member"}
    members = np.zeros(results.graph.n, dtype=bool)
    known = nodes_of(results, pa.array(sorted(found), pa.string()))
    members[known[known >= 0]] = True
    return members[nodes]


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
