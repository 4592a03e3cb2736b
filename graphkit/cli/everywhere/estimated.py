"""`--estimate` on every command whose work grows with the data, and a polite no to what cannot fit."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import amount, say
from graphkit.settings import defaults

LOADING: Final = frozenset({"analyze", "load"})
NEAR: Final = frozenset({"ask", "neighbours"})  # they read what is near, and `ask` has an estimate of its own
HANDING: Final = frozenset({"push", "pull", "load", "analyze"})  # they may write to a server
LIMIT: Final = "GRAPHKIT_MEMORY_BYTES"

Estimate = Annotated[
    bool, typer.Option("--estimate", help="Say what this would read and take, and do not do it.", show_default=False)
]

_SAMPLE: Final = 1 << 20  # bytes of a text file that are looked at
_PACKED: Final = {".gz": 5, ".zst": 6, ".bz2": 6, ".xz": 7, ".zip": 5}  # times smaller than its text: rough


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the work: rows, seconds, bytes of memory at its peak."""

    what: str
    rows: int
    seconds: float
    memory: float


def with_estimate(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--estimate`; refuses, without it too, what does not fit into the memory of the machine."""
    name, own = command.__name__, inspect.signature(command, eval_str=True)
    if "store" not in own.parameters or name in NEAR:
        return command

    @functools.wraps(command)
    def careful(_estimate: bool = False, **given: Any) -> None:
        steps = tuple(_steps(name, given))
        if _estimate:
            _show(steps, given)
        demand_room(name, steps)
        if not _estimate:
            command(**given)

    option = inspect.Parameter("_estimate", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Estimate)
    every = [*own.parameters.values(), option]
    vars(careful)["__signature__"] = own.replace(parameters=every)
    careful.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
    return careful


def demand_room(name: str, steps: Sequence[Step]) -> None:
    """UsageError where a step needs more memory than there is, with a cheaper way."""
    import psutil

    room = int(os.environ.get(LIMIT) or psutil.virtual_memory().total)
    largest = max(steps, key=lambda step: step.memory, default=None)
    if largest is not None and largest.memory > room:
        raise UsageError(
            say(
                "{name} would need about {memory} of memory ({rows} rows), and this machine has {room}. Cheaper: load into a "
                "store and ask it (graphkit load, graphkit ask, graphkit neighbours read only what is near); or analyse "
                "fewer files, or an earlier day with --as-of. If you know better, say how much may be used: {limit}=BYTES.",
                name=name,
                memory=_bytes(largest.memory),
                rows=largest.rows,
                room=_bytes(room),
                limit=LIMIT,
            )
        )


def _show(steps: Sequence[Step], given: Mapping[str, Any]) -> None:
    screen = Screen(json=bool(given.get("json")), quiet=bool(given.get("quiet")))
    rows = [
        {
            "what": s.what,
            "rows": s.rows,
            "seconds": max(0.1, round(s.seconds, 1)),
            "memory": s.memory if screen.json else _bytes(s.memory),
        }
        for s in steps
    ]
    screen.table(rows, columns=("what", "rows", "seconds", "memory"))


def _steps(name: str, given: Mapping[str, Any]) -> Iterator[Step]:
    rates = defaults().estimates
    store = str(given.get("store") or "")
    rows = 0
    if name in LOADING:
        rows = sum(rows_of(Path(text)) for text in given.get("inputs") or () if text != "-")
        yield Step(
            say("read and load files"), rows, rows / rates["load_rows_s"], rates["base_bytes"] + rates["load_bytes"]
        )
    elif name in ("push", "pull"):
        store, giver = (str(given["to"]), store) if name == "push" else (store, str(given["giver"]))
        rows = rows_in(giver)
        yield Step(
            say("read and hand over loads"),
            rows,
            rows / rates["load_rows_s"],
            rates["base_bytes"] + rates["load_bytes"],
        )
    else:
        rows = rows_in(store)
    if name in HANDING and "://" in store:
        offline = rows > defaults().neo4j.offline_rows
        yield Step(
            say("write the graph over Bolt"),
            rows,
            rows / rates["bolt_rows_s"],
            rates["base_bytes"] + rates["load_bytes"],
        )
        if offline:
            yield Step(say("or, where the server's home is at hand, import it offline"), rows, rows / rates["import_rows_s"],
                       rates["base_bytes"] + rows * rates["table_row_bytes"])  # fmt: skip
    if name not in HANDING or name == "analyze":
        yield Step(say("build the network and put the questions"), rows, rates["base_seconds"] + rows / rates["analyse_rows_s"],
                   rates["base_bytes"] + rows * rates["analyse_row_bytes"])  # fmt: skip


def rows_in(address: str) -> int:
    """Rows of the sealed loads of a store, from its ledger; nothing else is read."""
    from graphkit.cli.options import existing

    with existing(address) as opened:
        return sum(sum(load.rows.values()) for load in opened.loads() if load.state == "sealed")


def rows_of(path: Path) -> int:
    """About how many rows a file or folder holds: exact for Parquet, from the first megabyte for text.

    0 for what cannot be read: loading it says what is wrong.
    """
    if path.is_dir():
        return sum(rows_of(file) for file in sorted(path.rglob("*")) if file.is_file())
    if not path.is_file():
        return 0
    try:
        return _rows_in_parquet(path) if path.suffix == ".parquet" else _rows_in_text(path)
    except (OSError, ValueError):  # Arrow's own errors are among the latter
        return 0


def _rows_in_parquet(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _rows_in_text(path: Path) -> int:
    size, ratio = path.stat().st_size, _PACKED.get(path.suffix.lower(), 1)
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    lines = head.count(b"\n") if ratio == 1 else len(head) * ratio // int(defaults().estimates["text_row_bytes"])
    return max(1, size * lines // len(head)) if head else 0


def _bytes(number: float) -> str:
    return say("{memory} GiB", memory=amount(number / 2**30, 1))
