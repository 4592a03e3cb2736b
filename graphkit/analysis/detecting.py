"""Every detector put to one graph, and what its answers mean for each account."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from graphkit import detectors, measures, words
from graphkit.analysis.steps import Steps
from graphkit.dataset import now_ms
from graphkit.errors import UsageError
from graphkit.evidence import Detection, Finding, Run
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import listed, say
from graphkit.rivals import explained
from graphkit.settings import Settings, using
from graphkit.verdicts import Verdicts, verdicts

UNKNOWN_Q = 2.0  # sorts findings without calibration behind all others


@dataclass(frozen=True, slots=True)
class Detected(Run):
    """A run with what it measured still at hand: the scores of each detector and the verdict on each account."""

    detections: Mapping[str, Detection] = field(default_factory=dict, repr=False)
    verdicts: Verdicts = field(kw_only=True, repr=False)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """What detectors say beside findings and scores: the file name of each table, and the table.

        A detector that was skipped leaves its tables empty.
        """
        promised = [getattr(kind, "TABLES", {}) for kind in detectors.every()]
        empty = {name: schema.empty_table() for tables in promised for name, schema in tables.items()}
        return empty | {name: table for one in self.detections.values() for name, table in one.tables.items()}


def detect(
    graph: InfluenceGraph,
    *names: str,
    seed: int = 0,
    settings: Settings | None = None,
    steps: Steps | None = None,
    started_at: int | None = None,
) -> Detected:
    """The answers of all detectors, or of those named; one that lacks its tables is skipped, and the run says so."""
    started = present() if started_at is None else started_at
    steps = steps or Steps()
    tables = tables_present(graph)
    parameters: dict[str, dict[str, object]] = {}
    skipped: dict[str, str] = {}
    fit: list[tuple[Any, Any]] = []
    for kind in chosen(names):
        with using(settings) as given:
            detector = detectors.configured(kind, given)
        parameters[kind.NAME] = {f.name: getattr(detector, f.name) for f in dataclasses.fields(detector)}
        missing = sorted(kind.needs - tables)
        if missing:
            skipped[kind.NAME] = say(
                "needs {tables}, and the input holds none", tables=listed(words.TABLES[table] for table in missing)
            )
        else:
            fit.append((kind, detector))

    def detection(one: tuple[Any, Any]) -> Detection:
        with using(settings), steps.step(f"detect {one[0].NAME}"):
            answer: Detection = one[1].detect(graph, seed=seed)
            return answer

    detections = {kind.NAME: answer for (kind, _), answer in zip(fit, _in_turn(detection, fit), strict=True)}
    measures.forget()
    with using(settings), steps.step("verdicts"):
        judged = verdicts(graph, detections)
    with using(settings), steps.step("rival explanations"):
        found = explained(graph, (finding for detection in detections.values() for finding in detection), judged)
    return Detected(
        version=version(),
        data_digest=digest_of(graph),
        seed=seed,
        started_at=started,
        detectors=parameters,
        findings=in_order(found),
        skipped=skipped,
        notes=tuple(
            say("{detector}: {note}", detector=name, note=note)
            for name, detection in detections.items()
            for note in detection.notes
        ),
        detections=detections,
        verdicts=judged,
    )


def _in_turn(detection: Callable[[Any], Detection], fit: Sequence[Any]) -> Iterator[Detection]:
    """What the detectors say: the first alone, for it searches copies on all processors, then two at a time."""
    yield from map(detection, fit[:1])
    yield from measures.at_once(detection, fit[1:], workers=2)


def chosen(names: Iterable[str]) -> list[Any]:
    """The detectors of these names, in the registry's order; all of them where none is named."""
    wanted = {name.replace("-", "_") for name in names}
    every = detectors.every()
    unknown = sorted(wanted - {kind.NAME for kind in every})
    if unknown:
        known = ", ".join(kind.NAME for kind in every)
        raise UsageError(say("{given!r} is no detector; there are: {known}.", given=unknown[0], known=known))
    return [kind for kind in every if not wanted or kind.NAME in wanted]


def tables_present(graph: InfluenceGraph) -> frozenset[str]:
    """The tables that hold at least one row."""
    rows = {
        "accounts": graph.n,
        "follows": graph.follows.nnz + graph.ended.num_rows,
        "interactions": len(graph.events.actor),
        "posts": graph.posts.num_rows,
        "coverage": graph.coverage.num_rows,
    }
    return frozenset(name for name, count in rows.items() if count)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as they are reported: by q, the surest first, then by id."""
    return tuple(sorted(findings, key=lambda finding: (UNKNOWN_Q if finding.q is None else finding.q, finding.id)))


def version() -> str:
    """The version of graphkit that is installed."""
    return importlib.metadata.version("graphkit-influence")


def present() -> int:
    """The present as UTC milliseconds; SOURCE_DATE_EPOCH (seconds) replaces it where bytes must repeat."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    return int(fixed) * 1000 if fixed and fixed.isdigit() else now_ms()


def digest_of(graph: InfluenceGraph) -> str:
    """SHA-256 of what the graph holds: equal data give equal digests, in whatever order the rows came."""
    total = hashlib.sha256()
    for part in _parts(graph):
        total.update(part)
    return total.hexdigest()


def _parts(graph: InfluenceGraph) -> Iterator[bytes | memoryview | pa.Buffer]:
    coverage = graph.coverage.sort_by([(name, "ascending") for name in graph.coverage.column_names])
    for table in (graph.accounts, graph.ended, graph.posts, coverage):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            for batch in table.combine_chunks().to_batches(max_chunksize=65_536):
                writer.write_batch(batch)
        yield sink.getvalue()
    events = graph.events
    yield "\x00".join((*events.kinds, "", *(str(client) for client in events.clients))).encode()
    columns = (events.actor, events.target, events.kind, events.post, events.at, events.client)
    ties = (graph.follows.indptr, graph.follows.indices, graph.follow_at, graph.follow_position)
    for array in (*ties, *columns, events.deleted_at, events.count):
        yield np.ascontiguousarray(array).data
