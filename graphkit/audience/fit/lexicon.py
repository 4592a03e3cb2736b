"""Word lists, and the places where they are met in texts; Turkish capitals fold as they should."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from graphkit.errors import UsageError
from graphkit.language import say


def folded(text: str) -> str:
    """The text for comparison: composed, small, and the four letters i of Turkish as one.

    >>> folded("İSTANBUL IŞIK") == folded("istanbul ışık")
    True
    """
    plain = unicodedata.normalize("NFKC", text).translate({0x130: "i", 0x131: "i"})
    return plain.casefold()


class Lexicon:
    """One list of words in all its languages; a star at the end of a word stands for any ending."""

    def __init__(self, name: str, words: Mapping[str, Iterable[str]]) -> None:
        self.name = name
        self._languages = {language: _pattern(some) for language, some in words.items()}
        self._all = _pattern(word for some in words.values() for word in some)

    def found(self, text: str, language: str | None = None) -> tuple[str, ...]:
        """The words met, in their order; in the list of the language where there is one, else in all lists."""
        pattern = self._languages.get((language or "")[:2].lower(), self._all)
        return tuple(match.group(0) for match in pattern.finditer(folded(text)))


@cache
def topics() -> Mapping[str, Lexicon]:
    """The topics as shipped, by name."""
    return {name: Lexicon(name, words) for name, words in _shipped()["topics"].items()}


def topic(name: str) -> Lexicon:
    """The topic of this name."""
    if name not in topics():
        raise UsageError(
            say("{name!r} is no topic; there are {listed}.", name=name, listed=", ".join(sorted(topics())))
        )
    return topics()[name]


@cache
def cue(name: str) -> Lexicon:
    """The shipped words for disclosure, expert or thanks."""
    return Lexicon(name, _shipped()["cues"][name])


@cache
def _shipped() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    text = resources.files("graphkit.audience.fit").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    ends = (re.escape(folded(word).rstrip("*")) + (r"\w*" if word.endswith("*") else r"(?!\w)") for word in words)
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(ends, reverse=True)) + ")")
