"""Detectors: each puts one question to a graph and answers with findings and a score for every account.

A detector is a frozen dataclass in a file of its own here, named after the file; its fields are its parameters. Packages
outside add theirs with the entry point `graphkit.detectors`.
"""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Any

from graphkit.settings import Settings

__all__ = ["configured", "every"]


def every() -> list[Any]:
    """All detector classes, by name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        found[module.name] = getattr(loaded, module.name.title().replace("_", ""))
    for entry in entry_points(group="graphkit.detectors"):
        kind = entry.load()
        found[kind.NAME] = kind
    return [found[name] for name in sorted(found)]


def configured(kind: Any, settings: Settings) -> Any:
    """The detector with the parameters that the settings hold for it, where they do."""
    own = settings.detectors.get(kind.NAME, {})
    return kind(**own)
