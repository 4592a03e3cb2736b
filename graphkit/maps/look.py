"""Shapes and colours by label: never colour alone, and readable for eyes that see few colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Look:
    """How accounts of one label are drawn: the same on the page, in pictures and in files for other tools."""

    shape: str  # disc, square, hexagon, diamond, triangle, hollow
    colour: str
    marker: str  # the same shape in matplotlib
    elsewhere: str  # the nearest shape of GEXF


# Colours after Okabe and Ito, darkened where they fall below 3:1 on white.
LOOKS: Final[Mapping[str, Look]] = {
    "authentic": Look("disc", "#5b8f8a", "o", "disc"),
    "bot": Look("square", "#d1490c", "s", "square"),
    "ring": Look("hexagon", "#b0488f", "h", "hexagon"),
    "pod": Look("diamond", "#b07900", "D", "diamond"),
    "compromised": Look("triangle", "#1668b8", "^", "triangle"),
    "unknown": Look("hollow", "#7d8790", "o", "disc"),
}
LABELS: Final = tuple(LOOKS)


def look(label: str) -> Look:
    """The look of a label; that of "unknown" for any other word."""
    return LOOKS.get(label, LOOKS["unknown"])
