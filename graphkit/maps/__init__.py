"""The map: who is tied to whom, as one page that opens with no network, and in the formats of other tools."""

from graphkit.maps.map import Map, draw, files_of, poster, whole

__all__ = ["Map", "draw", "files_of", "poster", "whole"]
