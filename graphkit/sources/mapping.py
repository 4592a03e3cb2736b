"""Column maps: which column of a table says what, kept as TOML that a person can read and edit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from graphkit.dataset import KEYS, SCHEMAS, TABLES
from graphkit.errors import DataError
from graphkit.language import say
from graphkit.sources.records import Dialect
from graphkit.sources.streams import known_encoding

ROW: Final = "@row"  # in place of a column: the id is made of `row_prefix` and the line number
EACH: Final = "@each"  # in place of a column: one row for each item of the list in the column `each`
PRESENT: Final = "@present"  # in a `when`: any value
ABSENT: Final = "@absent"  # in a `when`: no value
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {**KEYS, "interactions": ("actor",), "coverage": ("account",)}
ASIDE: Final = "aside"  # a feed into no table: rows that are known and deliberately left out


@dataclass(frozen=True, slots=True)
class Feed:
    """How rows of the file become rows of one table."""

    table: str
    columns: Mapping[str, str] = field(default_factory=dict)  # column of the contract -> column of the file
    constants: Mapping[str, str] = field(default_factory=dict)  # column of the contract -> the same value for all rows
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # column of the file -> accepted values
    kinds: Mapping[str, str] = field(default_factory=dict)  # value in the file -> kind of the contract
    undirected: bool = False  # each row is a tie in both directions
    each: str = ""  # column of the file that holds a list; see EACH


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A whole file: how it is written down and what its rows feed."""

    says: str = ""  # the meaning in one sentence: "source follows target"
    dialect: Dialect = field(default_factory=Dialect)
    names: tuple[str, ...] = ()  # of the columns, where the file has no header
    encoding: str = ""
    row_prefix: str = ""
    lenient: tuple[str, ...] = ()  # columns whose unreadable cells are set aside without refusing the row
    rows: tuple[Feed, ...] = ()
    signature: tuple[str, ...] = ()  # columns by which a shipped map knows its file
    files: tuple[str, ...] = ()  # patterns of file names; they only choose between maps of one signature
    account_prefix: str = ""  # before every id of an account, where other files use the same numbers for others

    def used(self) -> set[str]:
        """The columns of the file that some feed reads."""
        named = {c for feed in self.rows for c in (*feed.columns.values(), *feed.when, feed.each)}
        return named - {ROW, EACH, ""}

    def trimmed(self, names: Collection[str]) -> ColumnMap:
        """The map without columns that the file does not have, and without feeds that cannot do without them."""
        feeds = []
        for feed in self.rows:
            columns = {k: v for k, v in feed.columns.items() if v in names or v in (ROW, EACH)}
            needs = {*REQUIRED.get(feed.table, ())} - {*columns, *feed.constants}
            if not needs and {*feed.when, *([feed.each] if feed.each else [])} <= set(names):
                feeds.append(replace(feed, columns=columns))
        return replace(self, rows=tuple(feeds))


def to_toml(column_map: ColumnMap, *, head: str = "") -> str:
    """The map as a person may edit it."""
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    for name in ("says", "encoding", "row_prefix", "account_prefix", "names", "lenient"):
        value = getattr(column_map, name)
        if value:
            lines.append(f"{name} = {_toml(value)}")
    lines += ["", "[format]"]
    lines += [f"{one.name} = {_toml(getattr(column_map.dialect, one.name))}" for one in fields(Dialect)]
    for feed in column_map.rows:
        lines += ["", "[[rows]]", f"table = {_toml(feed.table)}"]
        if feed.undirected:
            lines.append("undirected = true")
        if feed.each:
            lines.append(f"each = {_toml(feed.each)}")
        for name in ("columns", "constants", "when", "kinds"):
            inner = getattr(feed, name)
            if inner:
                lines.append(f"{name} = {_toml(inner)}")
    return "\n".join(lines).lstrip("\n") + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def from_toml(text: str, origin: str) -> ColumnMap:
    """The map that a TOML says; `origin` names it in errors."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            say(
                "{origin} is no TOML ({error}); mend it, or remove it to have the columns guessed again.",
                origin=origin,
                error=error,
            )
        ) from error
    shape, feeds = said.pop("format", {}), said.pop("rows", [])
    _only(said, {one.name for one in fields(ColumnMap)} - {"dialect", "rows"}, origin)
    _typed(said, ColumnMap(), origin)
    if not isinstance(shape, dict) or not isinstance(feeds, list) or not all(isinstance(one, dict) for one in feeds):
        raise DataError(
            say("{origin}: [format] and each [[rows]] are tables; see docs/loaders.md for an example.", origin=origin)
        )
    _only(shape, {one.name for one in fields(Dialect)}, f"{origin}, [format]")
    if not feeds:
        raise DataError(say("{origin} has no [[rows]]; add at least one with table and columns.", origin=origin))
    if not known_encoding(said.get("encoding") or "utf-8"):
        raise DataError(
            say(
                "{origin}: {encoding!r} is no encoding known here; try utf-8, cp1252 or cp1254.",
                origin=origin,
                encoding=said["encoding"],
            )
        )
    lists = {name: tuple(map(str, said.pop(name, ()))) for name in ("names", "lenient", "signature", "files")}
    return ColumnMap(dialect=_dialect(shape, origin), rows=tuple(_feed(f, origin) for f in feeds), **lists, **said)  # type: ignore[arg-type]


_WORDS: Final = {str: "a text", bool: "true or false", tuple: "a list of texts", dict: "a table of names"}


def _typed(said: Mapping[str, Any], usual: Any, place: str) -> None:
    """Refuse values of another type than the default has."""
    for name, value in said.items():
        wanted = type(getattr(usual, name))
        fits = isinstance(value, list) if wanted is tuple else isinstance(value, wanted)
        if not fits:
            raise DataError(
                say(
                    "{place}: {name} is {words}, and here it is {value!r}.",
                    place=place,
                    name=name,
                    words=_WORDS[wanted],
                    value=value,
                )
            )


def _dialect(shape: dict[str, Any], origin: str) -> Dialect:
    _typed(shape, Dialect(), f"{origin}, [format]")
    dialect = Dialect(**shape)
    marks = (dialect.separator, dialect.newline, *([dialect.quote] if dialect.quote else []))
    if any(not isinstance(mark, str) or len(mark) != 1 or ord(mark) > 127 for mark in marks):
        raise DataError(
            say("{origin}, [format]: separator, quote and newline are single plain characters.", origin=origin)
        )
    return dialect


def _feed(said: dict[str, Any], origin: str) -> Feed:
    place = f"{origin}, [[rows]]"
    _only(said, {one.name for one in fields(Feed)}, place)
    _typed(said, Feed(""), place)
    table = said.get("table", "")
    if table not in (*TABLES, ASIDE):
        raise DataError(
            say(
                "{place}: table {table!r} is unknown; accepted are {tables} and {aside}.",
                place=place,
                table=table,
                tables=", ".join(TABLES),
                aside=ASIDE,
            )
        )
    when = {k: tuple(map(str, v)) if isinstance(v, list) else (str(v),) for k, v in said.pop("when", {}).items()}
    inner = [one for name in ("columns", "constants", "kinds") for one in said.get(name, {}).values()]
    if not all(isinstance(one, str) for one in inner):
        raise DataError(
            say("{place}: columns, constants and kinds name texts; put quotes around their values.", place=place)
        )
    feed = Feed(when=when, **said)
    if table != ASIDE:
        given = {**feed.columns, **feed.constants}
        _only(given, set(SCHEMAS[table].names), f"{place} of {table}")
        missing = [name for name in REQUIRED[table] if name not in given]
        if missing:
            raise DataError(
                say(
                    "{place}: {table} needs {missing}; name the column of the file for it.",
                    place=place,
                    table=table,
                    missing=" and ".join(missing),
                )
            )
    return feed


def _only(said: Mapping[str, Any], accepted: set[str], place: str) -> None:
    unknown = sorted(set(said) - accepted)
    if unknown:
        raise DataError(
            say(
                "{place}: {unknown!r} is unknown; accepted are {listed}.",
                place=place,
                unknown=unknown[0],
                listed=", ".join(sorted(accepted)),
            )
        )
