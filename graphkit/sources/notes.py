"""Notes on how files were read. They are kept in English, as files keep them, and told in the reader's language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

from graphkit.language import heard, mark

READ_AS: Final = mark("read as: {says}")
OTHER_ENCODING: Final = mark(
    "no UTF-8: read as {encoding}, which holds Turkish, Spanish and Western letters; else use --encoding"
)
FRACTIONS: Final = mark('column {name}: ids were written as fractions ("12.0"); the ".0" is dropped')
FLOATS: Final = mark("column {name}: ids are stored as fractions; those above 2^53 have lost digits and are refused")
ROUNDED: Final = mark(
    "column {name}: about {share} % of the ids of {digits} and more digits end in 00 (1 % is due by chance: they look "
    "rounded by a spreadsheet or a float, so accounts may be mixed up); export them as text"
)
OTHER_VERSION: Final = mark("Another version of this file was loaded before (load {load}); both are kept and merged.")
GUESSED: Final = mark("the columns were guessed; the note 'read as' says how")
GUESSED_MAP: Final = mark(
    "the columns were guessed; the note 'read as' says how; correct {map} next to the data if it is wrong"
)
GUESSED_LOCKED: Final = mark(
    "the columns were guessed; the note 'read as' says how (the folder may not be written, so no {map} stands next to "
    "the data; use --map)"
)
GUESSED_FAILED: Final = mark(
    "the columns were guessed; the note 'read as' says how ({map} could not be written: {fault}; use --map)"
)

# How a guess is said; what shipped maps say stands in their files.
MUTUAL: Final = mark("{one} and {other} follow each other")
FOLLOWS: Final = mark("{one} follows {other}")
ACTS: Final = mark("{one} does {kind} to {other}")
WRITES: Final = mark("{author} writes {post}")
KIND_COLUMN: Final = mark("what the kind column says")
NAMELESS: Final = mark("each row is an account without an id")
IDS_ALONE: Final = mark("each row is the id of an account")
ACCOUNTS: Final = mark("each row is the account {column}")

_FILES: Final = (
    READ_AS, OTHER_ENCODING, FRACTIONS, FLOATS, ROUNDED, OTHER_VERSION, GUESSED_MAP, GUESSED_LOCKED, GUESSED_FAILED, GUESSED,
)  # fmt: skip
_GUESSES: Final = (MUTUAL, KIND_COLUMN, NAMELESS, IDS_ALONE, ACCOUNTS, ACTS, FOLLOWS, WRITES)


def told(note: str) -> str:
    """A note in the language that is spoken here."""
    return heard(note, _sentences())


@cache
def _sentences() -> tuple[str, ...]:
    return (*_FILES, *of_shipped_maps(), *_GUESSES)


@cache
def of_shipped_maps() -> tuple[str, ...]:
    """How the column maps that come with graphkit say what they read, each once."""
    folder = resources.files("graphkit.loaders").joinpath("maps")
    texts = (one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".toml"))
    return tuple(sorted({tomllib.loads(text)["says"] for text in texts}))
