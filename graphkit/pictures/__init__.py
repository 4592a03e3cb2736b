"""Pictures in one style, for pages and for print: each is made from results and says in words what it shows."""

from graphkit.pictures.arrivals import Block, arrivals, course
from graphkit.pictures.canvas.marks import Drawing, Missing, Picture
from graphkit.pictures.canvas.printing import SUFFIXES, figure, save
from graphkit.pictures.canvas.svg import svg
from graphkit.pictures.meetings import meetings
from graphkit.pictures.places import places
from graphkit.pictures.reliability import reliability
from graphkit.pictures.rhythm import heat_map, rhythm
from graphkit.pictures.ring import ring
from graphkit.pictures.roster import roster
from graphkit.pictures.tiers import tiers
from graphkit.pictures.waterfall import waterfall

__all__ = [
    "SUFFIXES",
    "Block",
    "Drawing",
    "Missing",
    "Picture",
    "arrivals",
    "course",
    "figure",
    "heat_map",
    "meetings",
    "places",
    "reliability",
    "rhythm",
    "ring",
    "roster",
    "save",
    "svg",
    "tiers",
    "waterfall",
]
