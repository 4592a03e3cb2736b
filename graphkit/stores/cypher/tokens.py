"""Cypher text cut into tokens: enough to tell words from strings, comments and backticks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from graphkit.errors import UsageError
from graphkit.language import say

Kind = Literal["word", "quoted", "text", "number", "parameter", "sign"]

_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<quoted>`[^`]*`)
      | (?P<parameter>\$[A-Za-z_]\w*)
      | (?P<number>\d[\w]*(?:\.\d[\w]*)?(?:[eE][+-]?\d+)?)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign><=|>=|<>|=~|\+=|\|\||\.\.|[-()\[\]{}<>=+*/%^,.:;|&!?])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text; `text` of a backticked name is the name without its marks."""

    kind: Kind
    text: str

    @property
    def upper(self) -> str:
        """The word in capitals; nothing for what is no bare word, so a string is never taken for a clause."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(cypher: str) -> list[Token]:
    """The tokens of a text, comments and blanks left out. UsageError for a sign that Cypher here does not have."""
    found: list[Token] = []
    place = 0
    while place < len(cypher):
        match = _TOKEN.match(cypher, place)
        if match is None:
            raise UsageError(
                say(
                    "The question cannot be read from {cypher!r} on; accepted are letters of ASCII, numbers, "
                    "strings in quotes, and the signs of Cypher. Give other values as parameters: $name.",
                    cypher=cypher[place : place + 12],
                )
            )
        place = match.end()
        kind = match.lastgroup or "skip"
        if kind != "skip":
            text = match.group()
            found.append(Token(kind, text[1:-1] if kind == "quoted" else text))  # type: ignore[arg-type]
    return found
