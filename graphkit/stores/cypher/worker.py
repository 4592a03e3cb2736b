"""The process that holds the engine: one JSON line in, one JSON line out, until standard input ends.

`python -m graphkit.stores.cypher.worker FOLDER` answers questions from a projection, opened read-only;
`... worker --build TABLES FOLDER [ACCOUNT]` makes one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO


def main(arguments: list[str]) -> None:
    """Serves or builds; messages of the engine are thrown away, so that the answers stand alone."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if arguments[0] == "--build":
        _say(answers, _built(arguments[1:]))
        return
    import arcadedb

    database = arcadedb.open_database(arguments[0], read_only=True)
    _say(answers, {"ready": True})
    for line in sys.stdin:
        _say(answers, _answer(database, json.loads(line)))
    database.close()


def _built(arguments: list[str]) -> dict[str, Any]:
    from graphkit.stores.cypher.building import build

    tables, folder, *around = arguments
    try:
        return dict(build(Path(tables), Path(folder), around=around[0] if around else None))
    except Exception as error:  # noqa: BLE001 - the other process turns it into a sentence
        return {"error": _first(error)}


def _answer(database: Any, question: Mapping[str, Any]) -> dict[str, Any]:
    """Rows as lists in the order of the columns, at most as many and as large as allowed."""
    rows: list[list[Any]] = []
    columns: list[str] = []
    size, cut = 0, False
    try:
        given = question["parameters"]
        found = database.query("opencypher", question["cypher"], *([given] if given else []))
        for row in found:
            value = row.to_dict() if hasattr(row, "to_dict") else dict(row)
            columns = columns or list(value)
            line = [value.get(name) for name in columns]
            if any(_is_graph(each) for each in line):
                return {"refused": "graph"}
            size += len(json.dumps(line, default=str))
            if len(rows) >= question["rows"] or size > question["bytes"]:
                cut = True
                break
            rows.append(line)
    except Exception as error:  # noqa: BLE001 - the other process turns it into a sentence
        return {"error": _first(error)}
    return {"columns": columns, "rows": rows, "cut": cut}


def _is_graph(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "@rid" in value or any(_is_graph(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_is_graph(each) for each in value)
    return not isinstance(value, str | int | float | bool | None)


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:500]


def _say(answers: TextIO, value: Mapping[str, Any]) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
