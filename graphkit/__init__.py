"""Who really moves people, and on what evidence.

>>> import graphkit as gk
>>> data = gk.load("follows.csv")  # doctest: +SKIP

Names are imported when first used, so that a program that only loads does not wait for the pages.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.analysis.asking import Why, dossier, draw, reach, report, why
    from graphkit.analysis.detecting import Detected, detect
    from graphkit.analysis.pipeline import Analysis, analyze
    from graphkit.analysis.rerun import Again, rerun
    from graphkit.audience.reach import ReachEstimate
    from graphkit.dataset import Dataset, ImportReport, Source
    from graphkit.errors import (
        DataError,
        GraphkitError,
        InterruptedLoadError,
        MissingExtraError,
        StoreError,
        TooManyRefusedError,
        UsageError,
    )
    from graphkit.evidence import Detection, Evidence, Finding, Member, Rival, Run
    from graphkit.graphs.diff import Difference, diff
    from graphkit.graphs.graph import Events, InfluenceGraph
    from graphkit.loading import LoadOptions, load
    from graphkit.maps import Map
    from graphkit.reports import Report
    from graphkit.reports.dossiers import Dossier
    from graphkit.results import Results
    from graphkit.settings import Settings
    from graphkit.stores import Store, open_store
    from graphkit.verdicts import Verdicts

__version__ = metadata.version("graphkit-influence")

_HOMES = {
    "graphkit.analysis.asking": ("Why", "dossier", "draw", "reach", "report", "why"),
    "graphkit.analysis.detecting": ("Detected", "detect"),
    "graphkit.analysis.pipeline": ("Analysis", "analyze"),
    "graphkit.analysis.rerun": ("Again", "rerun"),
    "graphkit.audience.reach": ("ReachEstimate",),
    "graphkit.dataset": ("Dataset", "ImportReport", "Source"),
    "graphkit.errors": (
        "DataError",
        "GraphkitError",
        "InterruptedLoadError",
        "MissingExtraError",
        "StoreError",
        "TooManyRefusedError",
        "UsageError",
    ),
    "graphkit.evidence": ("Detection", "Evidence", "Finding", "Member", "Rival", "Run"),
    "graphkit.graphs.diff": ("Difference", "diff"),
    "graphkit.graphs.graph": ("Events", "InfluenceGraph"),
    "graphkit.loading": ("LoadOptions", "load"),
    "graphkit.maps": ("Map",),
    "graphkit.reports": ("Report",),
    "graphkit.reports.dossiers": ("Dossier",),
    "graphkit.results": ("Results",),
    "graphkit.settings": ("Settings",),
    "graphkit.stores": ("Store", "open_store"),
    "graphkit.verdicts": ("Verdicts",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Again",
    "Analysis",
    "DataError",
    "Dataset",
    "Detected",
    "Detection",
    "Difference",
    "Dossier",
    "Events",
    "Evidence",
    "Finding",
    "GraphkitError",
    "ImportReport",
    "InfluenceGraph",
    "InterruptedLoadError",
    "LoadOptions",
    "Map",
    "Member",
    "MissingExtraError",
    "ReachEstimate",
    "Report",
    "Results",
    "Rival",
    "Run",
    "Settings",
    "Source",
    "Store",
    "StoreError",
    "TooManyRefusedError",
    "UsageError",
    "Verdicts",
    "Why",
    "analyze",
    "detect",
    "diff",
    "dossier",
    "draw",
    "load",
    "open_store",
    "reach",
    "report",
    "rerun",
    "why",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
