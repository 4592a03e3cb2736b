"""The still picture inside the page, for browsers that cannot draw: shapes as SVG, no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from graphkit.maps.formats.xml import xml_attribute, xml_text
from graphkit.maps.look import look
from graphkit.maps.messages import said
from graphkit.settings import defaults

if TYPE_CHECKING:
    from graphkit.maps.map import Map


def still(drawn: Map) -> str:
    """An SVG of the widest accounts and their ties; of communities where the map opens on them."""
    shown = drawn.nodes.num_rows
    what = said("still", accounts=shown, communities=len(drawn.legend.communities))
    parts = _overview(drawn) if shown > defaults().pages.map_overview_above else _accounts(drawn)
    head = f'<svg class="poster" viewBox="-1060 -1060 2120 2120" role="img" aria-label={xml_attribute(what)}>'
    return head + "".join(parts) + "</svg>"


def shape(kind: str, x: float, y: float, *, radius: float) -> str:
    """One account as an SVG element without colour; y grows downwards."""
    if kind == "disc":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"'
    if kind == "hollow":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{0.75 * radius:g}" class="hollow"'
    sides, turn = {"square": (4, 0.25), "diamond": (4, 0.0), "triangle": (3, 0.25), "hexagon": (6, 0.25)}[kind]
    angles = 2 * np.pi * (np.arange(sides) / sides + (0.125 if kind == "square" else turn))
    points = " ".join(f"{x + radius * np.cos(angle):.1f},{y - radius * np.sin(angle):.1f}" for angle in angles.tolist())
    return f'<polygon points="{points}"'


def _accounts(drawn: Map) -> Iterator[str]:
    nodes = drawn.nodes
    size, x, y = (nodes[name].to_numpy() for name in ("size", "x", "y"))
    widest = np.argsort(-size, kind="stable")[: defaults().pages.map_poster_accounts]
    seen = np.zeros(len(size), dtype=bool)
    seen[widest] = True
    source, target = drawn.edges["source_row"].to_numpy(), drawn.edges["target_row"].to_numpy()
    inside = np.flatnonzero(seen[source] & seen[target])[: 3 * len(widest)]
    lines = "".join(
        f"M{x[s]:g} {-y[s]:g}L{x[t]:g} {-y[t]:g}" for s, t in zip(source[inside], target[inside], strict=True)
    )
    yield f'<path class="ties" d="{lines}"/>' if lines else ""
    labels = nodes["label"].to_pylist()
    for node in widest[::-1].tolist():
        drawn_as = look(labels[node])
        yield f'{shape(drawn_as.shape, x[node], -y[node], radius=1.6 * size[node])} fill="{drawn_as.colour}"/>'


def _overview(drawn: Map) -> Iterator[str]:
    for item in drawn.legend.communities:
        yield f'<circle class="community" cx="{item.x:g}" cy="{-item.y:g}" r="{item.radius:g}"/>'
    for item in drawn.legend.communities[:12]:
        yield f'<text x="{item.x:g}" y="{-item.y:g}" text-anchor="middle">{xml_text(item.name[:60])}</text>'
