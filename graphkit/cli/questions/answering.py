"""A store to be asked, and its answer as a table or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphkit.cli.options import existing
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say, say_many

if TYPE_CHECKING:
    from graphkit.stores.queries import Answer
    from graphkit.stores.queries.putting import Asked

TABLES: Final = (".csv", ".json", ".parquet")
MAPS: Final = (".html", ".gexf", ".svg", ".png")
SUFFIXES: Final = (*TABLES, *MAPS)


def asked(address: str) -> Asked:
    """The store at an address, to be asked."""
    from graphkit.stores.queries.putting import Asked

    return Asked(existing(address))


def show(screen: Screen, question: Asked, answer: Answer, output: Path | None) -> None:
    """The answer on the screen, in a file, or as a small map; says so where rows were left out."""
    if answer.cut:
        screen.note(say("There are more rows than shown; allow more with --rows."))
    if output is None:
        screen.table(answer.table.to_pylist(), columns=answer.table.column_names)
        return
    if output.suffix.lower() in MAPS:
        from graphkit.analysis.small_map import small_map

        small_map(question.store.tables(), answer.table, question.store.runs()).save(output)
    else:
        write(answer, output)
    screen.result({"file": str(output), "rows": answer.table.num_rows}, _wrote(output, answer.table.num_rows))


def _wrote(output: Path, rows: int) -> str:
    return say_many("{output}: {count} row", "{output}: {count} rows", count=rows, output=str(output))


def write(answer: Answer, output: Path) -> None:
    """The answer as a CSV, JSON or Parquet file."""
    suffix = output.suffix.lower()
    if suffix == ".parquet":
        import pyarrow.parquet as pq

        pq.write_table(answer.table, output)
    elif suffix == ".json":
        import orjson

        output.write_bytes(orjson.dumps(answer.table.to_pylist(), option=orjson.OPT_INDENT_2))
    elif suffix == ".csv":
        from graphkit.maps.formats.spreadsheets import safe

        safe(answer.table).to_pandas().to_csv(output, index=False)
    else:
        raise UsageError(
            say("{output}: accepted are files that end in {suffixes}.", output=output, suffixes=", ".join(SUFFIXES))
        )
