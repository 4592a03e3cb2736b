"""run.json: what was asked, of which data, with which parameters, what was skipped, how long it took."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.detecting import Detected
from graphkit.analysis.steps import Steps
from graphkit.dataset import FileReport, ImportReport, Source
from graphkit.graphs.graph import InfluenceGraph
from graphkit.maps.formats.spreadsheets import write_csv

if TYPE_CHECKING:
    from graphkit.analysis.pipeline import Analysis

FORMAT = 1  # of run.json; a reader refuses a higher one


def describe(
    run: Detected,
    *,
    asked: Mapping[str, object],
    outputs: Mapping[str, str],
    graph: InfluenceGraph,
) -> dict[str, object]:
    """Everything that decides or sums up the answer: two runs of one question agree on it."""
    return {
        "format": FORMAT,
        "run": run.id,
        "version": run.version,
        "seed": run.seed,
        "started_at": run.started_at,
        "asked": dict(asked),
        "data": {
            "digest": run.data_digest,
            "accounts": graph.n,
            "follows": graph.follows.nnz,
            "follows_ended": graph.ended.num_rows,
            "interactions": len(graph.events),
            "posts": graph.posts.num_rows,
            "left_out": dict(graph.left_out),
        },
        "coverage": coverage(graph),
        "detectors": {name: dict(parameters) for name, parameters in run.detectors.items()},
        "skipped": dict(run.skipped),
        "notes": list(run.notes),
        "findings": dict(Counter(finding.kind for finding in run.findings)),
        "outputs": dict(outputs),
    }


def measured(steps: Steps, imported: ImportReport) -> dict[str, object]:
    """What differs from one run to the next: times, memory, and what the store knew already."""
    return {
        "steps": [{"step": s.name, "seconds": s.seconds, "peak_bytes": s.peak_bytes} for s in steps.done],
        "seconds": steps.seconds,
        "peak_bytes": max((step.peak_bytes for step in steps.done), default=0),
        "machine": {"python": platform.python_version(), "system": platform.system(), "processors": os.cpu_count()},
        "import": import_report(imported) | {"already": [file.source.file for file in imported.files if file.already]},
    }


def asked_of(analysis: Analysis) -> dict[str, object]:
    """The question: inputs as given and as seen from the results folder, their files, and the settings whole."""
    question = analysis.question
    column_map = question.options.map
    return {
        "inputs": list(question.inputs),
        "inputs_from_here": [seen_from(question.out, path) for path in question.inputs],
        "files": [_source(file.source) for file in analysis.imported.files],
        "passed_over": [{"file": passed.file, "reason": passed.reason} for passed in analysis.planned.passed],
        "loader": question.options.loader,
        "encoding": question.options.encoding,
        "column_map": None if column_map is None else column_map.read_text(encoding="utf-8"),
        "settings": question.settings.model_dump(mode="json"),
        "language": question.language,
    } | ({} if question.as_of is None else {"as_of": question.as_of.at, "as_of_by": question.as_of.by})


def _source(source: Source) -> dict[str, object]:
    return {
        "file": source.file,
        "sha256": source.digest,
        "load": source.load_id,
        "loader": source.loader,
        "loader_version": source.loader_version,
        "options": dict(source.options),
    }


def seen_from(here: Path, path: str) -> str:
    """The path relative to a folder, so that inputs and results may move together; "-" stays itself."""
    return path if path == "-" else os.path.relpath(path, here)


def import_report(imported: ImportReport) -> dict[str, Any]:
    """The import report as JSON values: read = kept + merged + refused, for every file and in sum."""
    return {
        "read": imported.read,
        "kept": imported.kept,
        "merged": imported.merged,
        "refused": imported.refused,
        "files": [_file(file) for file in imported.files],
    }


def coverage(graph: InfluenceGraph) -> list[dict[str, object]]:
    """How much of each kind of list was looked at, by relation."""
    table = graph.coverage
    found = []
    for relation in sorted(set(table["relation"].to_pylist()), key=str):
        asked = pc.equal(table["relation"], relation) if relation else pc.is_null(table["relation"])
        rows = table.filter(asked)
        found.append(
            {
                "relation": relation,
                "accounts": rows.num_rows,
                "collected": pc.sum(rows["collected"]).as_py(),
                "declared": pc.sum(rows["declared"]).as_py(),
                "complete": pc.sum(pc.cast(rows["complete"], pa.int64())).as_py(),
            }
        )
    return found


def write_quarantine(refused: pa.Table, path: Path) -> None:
    """The refused rows as CSV; bytes that are no UTF-8 stand as escapes, so nothing of them is lost."""
    raw = pa.array([_readable(value) for value in refused["raw"].to_pylist()], pa.string())
    place = refused.column_names.index("raw")
    write_csv(refused.set_column(place, "raw", raw), path)


def _readable(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", errors="backslashreplace")


def _file(file: FileReport) -> dict[str, object]:
    return {
        "file": file.source.file,
        "loader": file.source.loader,
        "options": dict(file.source.options),
        "read": file.read,
        "kept": file.kept,
        "merged": file.merged,
        "refused": file.refused,
        "reasons": dict(file.reasons),
        "aside": dict(file.aside),
        "notes": list(file.notes),
    }
