"""The map: who is tied to whom, as one page that opens with no network, and in the formats of other tools."""

from graphkit.maps.map import Map, draw

__all__ = ["Map", "draw"]
