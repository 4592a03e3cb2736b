"""Sources, tallies, reports and runs as JSON text and back, equal to what they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from graphkit.dataset import FileReport, Source
from graphkit.evidence import Evidence, Finding, Member, Rival, Run

_TYPES: Final[Mapping[str, type]] = {
    cls.__name__: cls for cls in (Source, FileReport, Run, Finding, Evidence, Member, Rival)
}


def pack(value: object) -> str:
    """JSON text of a value made of our dataclasses, tuples, lists, mappings, texts and numbers."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> Any:
    """The value that `pack` was given; mappings come back as dicts."""
    return _rich(json.loads(text))


def _plain(value: object) -> object:
    known = next((kind for kind in type(value).__mro__ if kind in _TYPES.values()), None)
    if known is not None:  # of a subclass what its base says: a run with its measurements at hand is kept as a run
        return {"=": known.__name__, **{f.name: _plain(getattr(value, f.name)) for f in fields(known)}}
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and key != "=" for key in value):
            return {key: _plain(inner) for key, inner in value.items()}
        return {"=": "dict", "items": [[_plain(key), _plain(inner)] for key, inner in value.items()]}
    if isinstance(value, tuple):
        return {"=": "tuple", "items": [_plain(inner) for inner in value]}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, str | int | float | bool | None):
        return value
    if hasattr(value, "item"):  # a numpy number
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be stored; use texts, numbers, tuples, lists and mappings.")


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return [_rich(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("=")
    if kind is None:
        return {key: _rich(inner) for key, inner in value.items()}
    if kind == "tuple":
        return tuple(_rich(inner) for inner in value["items"])
    if kind == "dict":
        return {_rich(key): _rich(inner) for key, inner in value["items"]}
    known = {f.name for f in fields(_TYPES[kind])}
    return _TYPES[kind](**{key: _rich(inner) for key, inner in value.items() if key in known})
