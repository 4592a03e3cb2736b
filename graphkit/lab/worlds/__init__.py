"""Made-up worlds: ordinary people, innocent crowds, planted manipulation, and the truth about all of it."""

from graphkit.lab.truth import Truth
from graphkit.lab.worlds.plan import (
    PRESETS,
    Amplifiers,
    Crowds,
    Farms,
    Plan,
    Pods,
    Rings,
    Society,
    Takeovers,
    Trends,
)
from graphkit.lab.worlds.world import World, every, large, make

__all__ = [
    "PRESETS",
    "Amplifiers",
    "Crowds",
    "Farms",
    "Plan",
    "Pods",
    "Rings",
    "Society",
    "Takeovers",
    "Trends",
    "Truth",
    "World",
    "every",
    "large",
    "make",
]
