"""The query book: named questions, each one Cypher text for a server and one SQL text for the embedded store.

Both texts are files of this folder, `book/NAME.cypher` and `book/NAME.sql`. The Cypher text is the definition; the SQL
text says the same for the graph tables and is tested to give equal rows, so that the book needs neither a server nor a
projection nor Java.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final, Literal

from graphkit.errors import UsageError
from graphkit.language import InLanguages, say

Value = str | int
Kind = Literal["text", "number", "time"]

LANGUAGES: Final = ("en", "tr", "es")
THEMES: Final = ("ties", "acts", "posts", "findings", "time", "coverage")

_FOLDER: Final = Path(__file__).parent
_HEAD: Final = re.compile(r"// (\w+): (.*)")
_NONE: Final = say("none")
_INT64: Final = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question may be asked about; `meaning` is by language."""

    name: str
    kind: Kind
    meaning: Mapping[str, str]
    default: int | None = None

    def value(self, given: object) -> Value:
        """The given value as the query wants it; times may be dates (UTC) or milliseconds. UsageError otherwise."""
        if self.kind == "text":
            return str(given)
        if isinstance(given, int) and not isinstance(given, bool):
            number: int | None = given
        else:
            number = _number(str(given)) if self.kind == "number" else _time(str(given))
        if number is None or number not in _INT64 or (self.kind == "number" and number < 0):
            wanted = (
                "a whole number, 0 or more" if self.kind == "number" else "a date such as 2024-03-01, or milliseconds"
            )
            raise UsageError(
                say(
                    "{name}: {given!r} is no {kind}; give {wanted}.",
                    name=self.name,
                    given=given,
                    kind=self.kind,
                    wanted=wanted,
                )
            )
        return number


@dataclass(frozen=True, slots=True)
class Query:
    """One named question."""

    name: str
    theme: str
    title: Mapping[str, str]  # by language
    purpose: str
    parameters: tuple[Parameter, ...]
    cypher: str  # with its head, as it stands in the file
    sql: str
    whole: bool = False  # reads every tie: its time grows with the graph

    def values(self, given: Mapping[str, object]) -> dict[str, Value]:
        """All parameters with their values, defaults filled in; UsageError for a missing or an unknown one."""
        names = [parameter.name for parameter in self.parameters]
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise UsageError(
                say(
                    "{name} has no parameter {unknown!r}; it takes {what}.",
                    name=self.name,
                    unknown=unknown[0],
                    what=", ".join(names) or _NONE,
                )
            )
        values: dict[str, Value] = {}
        for parameter in self.parameters:
            if parameter.name in given:
                values[parameter.name] = parameter.value(given[parameter.name])
            elif parameter.default is not None:
                values[parameter.name] = parameter.default
            else:
                raise UsageError(
                    say(
                        "{name} wants --{replace}: {meaning}.",
                        name=self.name,
                        replace=parameter.name.replace("_", "-"),
                        meaning=InLanguages(parameter.meaning),
                    )
                )
        return values


@cache
def parameters() -> Mapping[str, Parameter]:
    """Every parameter of the book by name."""
    said = tomllib.loads((_FOLDER / "parameters.toml").read_text(encoding="utf-8"))
    return {
        name: Parameter(name, one["kind"], {lang: one[lang] for lang in LANGUAGES}, one.get("default"))
        for name, one in said.items()
    }


@cache
def every() -> Mapping[str, Query]:
    """The whole book by name, theme by theme."""
    found = [_read(path) for path in sorted((_FOLDER / "book").glob("*.cypher"))]
    return {query.name: query for query in sorted(found, key=lambda query: (THEMES.index(query.theme), query.name))}


def find(name: str) -> Query:
    """The question with this name; UsageError with the nearest names otherwise."""
    if name in every():
        return every()[name]
    near = get_close_matches(name, every(), n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}? " if near else ""
    raise UsageError(say("There is no query {name!r}; {hint}`graphkit queries` lists them all.", name=name, hint=hint))


def _read(path: Path) -> Query:
    text = path.read_text(encoding="utf-8")
    head = {match[1]: match[2] for line in text.splitlines() if (match := _HEAD.fullmatch(line))}
    known = parameters()
    return Query(
        name=path.stem,
        theme=head["theme"],
        title={lang: head[lang] for lang in LANGUAGES},
        purpose=head["purpose"],
        parameters=tuple(known[name.strip()] for name in head["params"].split(",")),
        cypher=text,
        sql=path.with_suffix(".sql").read_text(encoding="utf-8"),
        whole=head.get("cost") == "whole",
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,19}", text.strip()) else None


def _time(text: str) -> int | None:
    number = _number(text) if not re.fullmatch(r"[0-9]{8}", text) else None
    if number is not None:
        return number
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
