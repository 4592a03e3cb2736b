"""What a command says: results to stdout, progress to stderr and only where a person looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from graphkit.analysis.files import plain
from graphkit.analysis.steps import Tell


@dataclass(frozen=True, slots=True)
class Screen:
    """How one command talks: `json` for machines, `quiet` for nothing but results and errors."""

    json: bool = False
    quiet: bool = False

    @contextmanager
    def progress(self) -> Iterator[Tell]:
        """A line on stderr that names the step under way; nothing where no terminal is or quiet was asked for."""
        console = Console(stderr=True)
        if self.quiet or not console.is_terminal:
            yield lambda step: None
            return
        with console.status("Starting") as status:
            yield lambda step: status.update(f"{step[:1].upper()}{step[1:]} ...")

    def note(self, line: str) -> None:
        """A message on stderr, for people."""
        if not self.quiet:
            typer.echo(line, err=True)

    def result(self, value: Any, text: str) -> None:
        """The result on stdout: the value as JSON, or the text."""
        if self.json:
            options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
            typer.echo(orjson.dumps(plain(value), option=options).decode())
            return
        typer.echo(text)

    def table(self, rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], title: str = "") -> None:
        """Rows on stdout: a JSON list, or a table."""
        if self.json:
            self.result(list(rows), "")
            return
        table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*(_cell(row.get(column)) for column in columns))
        console = Console(soft_wrap=False, markup=False, highlight=False, emoji=False)
        console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value)
