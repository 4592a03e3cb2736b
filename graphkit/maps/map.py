"""A map: nodes, ties and legend as tables, ready for a page, a picture or another tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.errors import UsageError
from graphkit.language import say
from graphkit.maps.choice import Nodes, chosen, real_reach, ties_among
from graphkit.maps.layout import layout
from graphkit.maps.legend import Legend, communities_of, legend_of
from graphkit.maps.nodes import edges_table, nodes_table
from graphkit.results import Names, Results, RunFacts
from graphkit.settings import defaults

SUFFIXES: Final = (".html", ".gexf", ".graphml", ".png", ".svg", ".pdf", ".csv", ".json")


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

    def save(self, path: Path | str) -> Path:
        """Writes the map in the format of the suffix, the same bytes each time; gives the path back.

        .html is the page, .gexf and .graphml are for other graph tools, .png, .svg and .pdf for print, .json for
        graphology and Cytoscape; .csv is a pair of files, nodes here and ties in NAME.edges.csv.
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
        writer(path)
        return path

    @cached_property
    def html(self) -> str:
        """The page, with everything it needs inside."""
        from graphkit.maps.page import page

        return page(self)

    def _repr_html_(self) -> str:
        inside = self.html.replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe title="Map" sandbox="allow-scripts" width="100%" height="640" srcdoc="{inside}"></iframe>'

    def __repr__(self) -> str:
        return f"Map({self.nodes.num_rows:,} accounts, {self.edges.num_rows:,} ties)"

    @property
    def _writers(self) -> dict[str, Callable[[Path], None]]:
        from graphkit.maps import exchange, gexf, picture

        return {
            ".html": lambda path: _write(path, self.html),
            ".gexf": lambda path: _write(path, gexf.gexf(self)),
            ".graphml": lambda path: _write(path, exchange.graphml(self)),
            ".json": lambda path: _write(path, exchange.graph_json(self)),
            ".csv": lambda path: exchange.save_csv(self, path),
            **{suffix: lambda path: picture.save(self, path) for suffix in (".png", ".svg", ".pdf")},
        }


def draw(results: Results, *, show_hidden: bool = False, most: int | None = None) -> Map:
    """The map of finished results.

    At most `most` accounts are drawn (settings: pages.map_accounts): members of findings, then the widest reach. Names
    of accounts under a second hand are left out unless `show_hidden` asks for them.
    """
    limits = defaults().pages
    hidden = frozenset() if show_hidden else results.hidden
    reach = real_reach(results)
    nodes = chosen(results, limits.map_accounts if most is None else most, reach=reach)
    in_findings = _in_findings(results, nodes)
    ties = ties_among(results.graph, nodes, most=limits.map_ties, together=in_findings)
    members, names_of_communities = communities_of(results, nodes)
    places = layout(ties, members, seed=results.run.seed)
    shown_ids = results.graph.ids(nodes)
    names = Names(results, shown_ids, hidden=hidden)
    table = nodes_table(results, nodes, names=names, places=places, community=members, ties=ties)
    return Map(
        nodes=table,
        edges=edges_table(ties, table["id"]),
        legend=legend_of(results, table, names=names, places=places, communities=names_of_communities, ties=ties),
        title=results.title,
        run=results.run,
    )


def _in_findings(results: Results, nodes: Nodes) -> NDArray[np.bool_]:
    found = {member.account for finding in results.findings for member in finding.members if member.role == "member"}
    return np.fromiter((account in found for account in results.graph.ids(nodes)), dtype=bool, count=len(nodes))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
