"""The rules of a roster as a table that people edit: a TOML file with the names of `Rules`."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphkit.audience.rosters.candidates import Rules
from graphkit.errors import DataError


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
        raise DataError(f"{path} does not exist; give a TOML file with any of {', '.join(sorted(known))}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f'{path} is not a TOML file ({error}); a line of it reads "max_overlap = 0.25".') from error
    unknown = sorted(given.keys() - known)
    if unknown:
        raise DataError(f"{path}: {unknown[0]} is no rule; there are {', '.join(sorted(known))}.")
    for name, value in given.items():
        if not _fits(name, value):
            raise DataError(f"{path}: {name} = {value!r} cannot be; {_KINDS.get(name, 'give a number')}.")
    return given


_KINDS = {"camps_apart": "give true or false", "tiers": "give names and numbers: tiers = { nano = 2 }"}


def _fits(name: str, value: object) -> bool:
    if name == "camps_apart":
        return isinstance(value, bool)
    if name == "tiers":
        return isinstance(value, dict) and all(isinstance(n, int) and not isinstance(n, bool) for n in value.values())
    whole = name in ("least", "most")
    return not isinstance(value, bool) and isinstance(value, int if whole else int | float)
