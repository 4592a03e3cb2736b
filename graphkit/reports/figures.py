"""The pictures of a finding: which ones fit its kind, drawn for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from graphkit import pictures
from graphkit.evidence import Finding
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import say, told
from graphkit.measures.rhythm.clock import weekly
from graphkit.pictures.acts import by_actor, nodes_of, surest
from graphkit.pictures.canvas.marks import Drawing, Missing, Picture
from graphkit.results import Names

MEMBERS = 400  # read for the pictures of one finding: the surest of larger groups


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in a page: its title, its drawing, and what it shows; or no drawing and the reason."""

    title: str
    svg: Markup | None
    said: str
    drawing: Drawing | None = None


def shown(picture: Picture) -> Figure:
    """The picture as it stands in a page."""
    if isinstance(picture, Missing):
        return Figure(picture.title, None, picture.reason)
    return Figure(picture.title, pictures.svg(picture), picture.said, picture)


def drawings(*groups: Iterable[Figure]) -> tuple[Drawing, ...]:
    """The drawings of some figures, in the order in which they stand in a page."""
    return tuple(figure.drawing for group in groups for figure in group if figure.drawing is not None)


def of_finding(graph: InfluenceGraph, finding: Finding, names: Names) -> tuple[Picture, ...]:
    """The pictures of a finding; the first that can be drawn, or of a kind with two sides both."""
    members = surest(graph, finding, MEMBERS)
    if finding.kind == "bought_followers":
        return tuple(_arrivals(graph, finding, names))
    if finding.kind == "follow_ring":
        return (pictures.ring(graph, members, names.brief),)
    acts = pictures.meetings(graph, members, names.brief)
    if finding.kind == "compromised":
        return (acts, *_two_hands(graph, finding))
    if finding.kind == "pod":
        return (acts, pictures.ring(graph, members, names.brief))
    if isinstance(acts, Missing):
        follows = pictures.meetings(graph, members, names.brief, follows=True)
        return (acts if isinstance(follows, Missing) else follows,)
    return (acts,)


def _two_hands(graph: InfluenceGraph, finding: Finding) -> Iterator[Picture]:
    """The week of the members' acts on the accounts that gain, and that of all their other acts."""
    rows = by_actor(graph).among(nodes_of(graph, finding.accounts))
    served = np.isin(graph.events.target[rows], nodes_of(graph, finding.beneficiaries))
    at = graph.events.at[rows]
    titles = (say("Their acts on the accounts that gain"), say("All their other acts"))
    for title, mine in zip(titles, (served, ~served), strict=True):
        yield pictures.heat_map(weekly(at[mine & (at != NO_TIME)]), told(title))


def _arrivals(graph: InfluenceGraph, finding: Finding, names: Names) -> Iterator[Picture]:
    """How the followers of the account came; by their places in the list where times are not known."""
    for account in finding.beneficiaries[:1]:
        for node in nodes_of(graph, (account,)).tolist():
            drawn = pictures.arrivals(graph, node, names(account), blocks=blocks_of(finding))
            yield drawn if isinstance(drawn, Drawing) else in_order(graph, finding, node, name=names(account))


def in_order(graph: InfluenceGraph, finding: Finding, node: int, *, name: str) -> Picture:
    """The list of followers of an account, with those that the finding names."""
    found = finding.detail.get("blocks", [])
    rows = found if isinstance(found, list) else []
    stretches = [(int(row["first"]), int(row["last"])) for row in rows if "first" in row and "last" in row]
    return pictures.places(graph, node, name, named=nodes_of(graph, finding.accounts), stretches=stretches)


def blocks_of(finding: Finding) -> Sequence[pictures.Block]:
    """The blocks of followers that a finding names."""
    found = finding.detail.get("blocks", [])
    rows = found if isinstance(found, list) else []
    dated = [row for row in rows if row.get("dates") == "exact"]
    return [pictures.Block(int(row["begin"]), int(row["end"]), int(row["size"])) for row in dated]
