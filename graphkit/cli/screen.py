"""What a command says: results to stdout, progress to stderr and only where a person looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import typer
from rich.console import Console
from rich.table import Table

from graphkit.cli.ending import STOP
from graphkit.cli.everywhere import heads
from graphkit.cli.speaking import written
from graphkit.language import Said, say, speak, told

if TYPE_CHECKING:
    from graphkit.analysis.steps import Onlooker


STEPS: Final[Mapping[str, Said]] = {
    "build graph": say("Build graph"),
    "communities": say("Communities"),
    "compare digests": say("Compare digests"),
    "detect": say("Detect"),
    "load": say("Load"),
    "make a world": say("Make a world"),
    "map": say("Map"),
    "reach": say("Reach"),
    "read store": say("Read store"),
    "recognise inputs": say("Recognise inputs"),
    "report": say("Report"),
    "rival explanations": say("Rival explanations"),
    "draw map": say("Draw map"),
    "signals": say("Signals"),
    "verdicts": say("Verdicts"),
    "write tables": say("Write tables"),
}


@dataclass(frozen=True, slots=True)
class Screen:
    """How one command talks: `json` for machines, `quiet` for nothing but results and errors."""

    json: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        if self.json:  # machines read the same words wherever the command runs
            speak(written())

    @contextmanager
    def onlooker(self) -> Iterator[Onlooker]:
        """Who watches a run: a line on stderr where a terminal is, and the wish to stop that a signal leaves."""
        from graphkit.analysis.steps import Onlooker

        console = Console(stderr=True)
        if self.quiet or not console.is_terminal:
            yield Onlooker(tell=_tell(lambda line: None), stop=STOP)
            return
        with console.status(told(say("Starting"))) as status:
            yield Onlooker(
                tell=_tell(status.update),
                on_batch=lambda done: status.update(
                    told(say("Load {file}: {rows} rows ...", file=done.source.file, rows=done.read))
                ),
                stop=STOP,
            )

    def note(self, line: str) -> None:
        """A message on stderr, for people."""
        if not self.quiet:
            typer.echo(told(line), err=True)

    def result(self, value: Any, text: str) -> None:
        """The result on stdout: the value as JSON, or the text."""
        from graphkit.analysis.files import plain

        if self.json:
            options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
            typer.echo(orjson.dumps(plain(value), option=options).decode())
            return
        typer.echo(told(text))

    def table(self, rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], title: str = "") -> None:
        """Rows on stdout: a JSON list, or a table."""
        if self.json:
            self.result(list(rows), "")
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(heads.head(column), overflow="fold")
        for row in rows:
            table.add_row(*(heads.cell(column, row.get(column)) for column in columns))
        console = Console(soft_wrap=False, markup=False, highlight=False, emoji=False)
        if title:  # above the table, whatever the width of the table
            console.print(told(title))
        console.print(table)


def _tell(show: Callable[[str], object]) -> Callable[[str], None]:
    """Shows each step; a load ends at a batch edge when a signal comes, every other step where it is."""

    def tell(step: str) -> None:
        STOP.gently = step == "load"
        show(f"{told(_named(step))} ...")

    return tell


def _named(step: str) -> str:
    """A step of a run in words; that of a detector with the detector's name."""
    name, _, detector = step.partition(" ")
    if name == "detect" and detector:
        return say("Detect {detector}", detector=detector)
    return STEPS.get(step, step[:1].upper() + step[1:])
