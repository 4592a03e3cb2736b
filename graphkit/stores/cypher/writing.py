"""Handing nodes and ties to the engine's batch, as JSON texts that are ready.

The engine's Python package takes dictionaries, looks at every value of them and writes the JSON itself; that costs twice
what the engine then needs to write the ties. Its own next step is called here where it is found. Another version of the
package may name it otherwise: then the dictionaries are made, which is slower and gives the same graph.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self

STEP: Final = 10_000  # rows a call
_COMMIT_EVERY: Final = 1_000  # nodes a commit; more keeps more alive in the engine's collector and is slower
_NODE: Final = '{{"type":{label},"rows":[{rows}]}}'
_TIE: Final = '{{"type":{name},"src":["{starts}"],"dst":["{ends}"],"props":[{properties}]}}'


class Writer:
    """One batch of the engine; written when it is closed or at the end of a `with`."""

    def __init__(self, database: Any) -> None:
        self._batch = database.graph_batch(use_wal=False, commit_every=_COMMIT_EVERY, parallel_flush=False)
        self._call = _short_way(self._batch)

    def nodes(self, label: str, properties: Sequence[str]) -> list[str]:
        """The places of new nodes, which ties name."""
        if self._call is None:
            made: list[str] = self._batch.create_vertices(label, [json.loads(text) for text in properties])
            return made
        text = _NODE.format(label=json.dumps(label), rows=",".join(properties))
        found: list[str] = self._call("create_vertices", text)["rids"]
        return found

    def ties(
        self, name: str, starts: Sequence[str], ends: Sequence[str], *, properties: Sequence[str] | None = None
    ) -> None:
        """Takes ties between places; without properties where there are none."""
        if properties is None or self._call is None:
            given = None if properties is None else [json.loads(text) for text in properties]
            self._batch.new_edges(starts, name, ends, given)
            return
        text = _TIE.format(
            name=json.dumps(name), starts='","'.join(starts), ends='","'.join(ends), properties=",".join(properties)
        )
        self._call("new_edges", text)

    def flush(self) -> None:
        """Writes what was taken. Ties of several types written at once take twice the time, so each type is flushed."""
        self._batch.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._batch.close()


def _short_way(batch: Any) -> Callable[[str, str], dict[str, Any]] | None:
    """How an operation with a ready text is put to the engine; None where this version has no such way."""
    try:
        from arcadedb._native import lib
        from arcadedb._native.database import _call
        from arcadedb._native.extras import NativeGraphBatch
    except ImportError:
        return None
    if not isinstance(batch, NativeGraphBatch):
        return None
    handle = batch._gb

    def call(operation: str, text: str) -> dict[str, Any]:
        reply: dict[str, Any] = _call("the projection", "arcadedb_n_gb", handle, lib.b(operation), lib.b(text))
        return reply

    return call
