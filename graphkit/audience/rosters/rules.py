"""The rules of a roster as a table that people edit: a TOML file with the names of `Rules`."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphkit.audience.rosters.candidates import Rules
from graphkit.errors import DataError
from graphkit.language import say


def read_rules(path: Path, over: Mapping[str, Any]) -> Rules:
    """The rules of a file, with what is given in `over` (other than None) laid over them."""
    return rules_of(_read(path) | {name: value for name, value in over.items() if value is not None})


def rules_of(given: Mapping[str, Any]) -> Rules:
    """The rules of these names and values; what is None is no rule."""
    return Rules(**{name: value for name, value in given.items() if value is not None})


def _read(path: Path) -> dict[str, Any]:
    known = {field.name for field in dataclasses.fields(Rules)}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        names = ", ".join(sorted(known))
        raise DataError(
            say("{path} does not exist; give a TOML file with any of {names}.", path=path, names=names)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            say('{path} is not a TOML file ({error}); a line of it reads "max_overlap = 0.25".', path=path, error=error)
        ) from error
    unknown = sorted(given.keys() - known)
    if unknown:
        names = ", ".join(sorted(known))
        raise DataError(say("{path}: {name} is no rule; there are {names}.", path=path, name=unknown[0], names=names))
    for name, value in given.items():
        if not _fits(name, value):
            kind = _KINDS.get(name, _NUMBER)
            raise DataError(
                say("{path}: {name} = {value!r} cannot be; {kind}.", path=path, name=name, value=value, kind=kind)
            )
    return given


_NUMBER = say("give a number")
_KINDS = {
    "camps_apart": say("give true or false"),
    "tiers": say("give names and numbers: {example}", example="tiers = { nano = 2 }"),
}


def _fits(name: str, value: object) -> bool:
    if name == "camps_apart":
        return isinstance(value, bool)
    if name == "tiers":
        return isinstance(value, dict) and all(isinstance(n, int) and not isinstance(n, bool) for n in value.values())
    whole = name in ("least", "most")
    return not isinstance(value, bool) and isinstance(value, int if whole else int | float)
