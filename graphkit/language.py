"""What is said, in the reader's language: English, Turkish or Spanish.

Code says whole sentences with named gaps, and the numbers that fill them:

    say("{share} of the pairs follow each other", share=percent(0.7))
    say_many("{accounts} account follows nobody", "{accounts} accounts follow nobody", count=n, accounts=n)

What comes back is a text: its own letters are English, so it can be stored, compared and printed anywhere; it also
remembers its sentence and its numbers. `told` says it in the language that is spoken where it is shown, which `speaking`
chooses. A constant is said the same way, `LABELS = {"pod": say("trades reactions")}`, and told where it is shown. Numbers
are given as numbers: each language writes its own comma. Never glue: a Said inside an f-string or a join is English for
good. The catalogues lie in graphkit/locale; CONTRIBUTING.md says how to keep them.
"""

from __future__ import annotations

import gettext
import math
import numbers
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from graphkit.errors import UsageError

ENGLISH: Final = "en"
LANGUAGES: Final = {ENGLISH: "English", "tr": "Türkçe", "es": "Español"}
UNKNOWN: Final = "–"  # how an unknown number or time is written

_DOMAIN: Final = "graphkit"
_PLACE: Final = Path(__file__).parent / "locale"
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_800_000  # the calendar's first and last moment, UTC milliseconds
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a language writes numbers, times and lists, and the order of its letters."""

    thousands: str
    decimal: str
    grouped_from: int  # the smallest number whose thousands stand apart
    percent: str
    day: str
    between: str  # before the last thing of a list
    letters: str


_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
HABITS: Final = {
    ENGLISH: Habits(",", ".", 1_000, "{}%", "%Y-%m-%d", " and ", _LATIN),
    "tr": Habits(".", ",", 1_000, "%{}", "%d.%m.%Y", " ve ", "abcçdefgğhıijklmnoöpqrsştuüvwxyz"),
    "es": Habits(".", ",", 10_000, "{}\u00a0%", "%d/%m/%Y", " y ", "abcdefghijklmnñopqrstuvwxyz"),
}


@dataclass(frozen=True, slots=True)
class Percent:
    """A share that each language writes with its own sign: 70%, %70, 70 %."""

    share: float
    digits: int = 0

    def __str__(self) -> str:
        return _percent(self, _habits())


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with as many digits behind the comma as are asked for, and a sign where that is wanted."""

    value: float
    digits: int = 0
    signed: bool = False

    def __str__(self) -> str:
        return _amount(self, _habits())


@dataclass(frozen=True, slots=True)
class Listed:
    """Several things as one text: "a, b and c"."""

    things: tuple[str, ...]

    def __str__(self) -> str:
        return listing(self.things)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC milliseconds that is said as a day."""

    at: int | None

    def __str__(self) -> str:
        return day(self.at)


@dataclass(frozen=True, slots=True)
class InLanguages:
    """A text that has its own words in each language, by the language's code."""

    words: Mapping[str, str]

    def __str__(self) -> str:
        return self.words[spoken()]


class Said(str):
    """A sentence in English that remembers how it was made, so that it can be said in another language."""

    __slots__ = ("amount", "many", "sentence", "values")

    sentence: str
    many: str | None
    amount: int
    values: Mapping[str, object]


def say(sentence: str, /, **values: object) -> Said:
    """A sentence with its gaps filled; numbers, texts and other sentences may fill them.

    >>> said = say("{share} of {pairs} pairs follow each other", share=percent(0.7), pairs=1234)
    >>> said
    '70% of 1,234 pairs follow each other'
    """
    return _made(sentence, None, 1, values)


def say_many(one: str, many: str, /, *, count: int, **values: object) -> Said:
    """A sentence that depends on a number; `count` chooses its form and may fill a gap of this name.

    >>> say_many("{count} account", "{count} accounts", count=1)
    '1 account'
    """
    return _made(one, many, int(count), {"count": count, **values})


def mark(sentence: str) -> str:
    """The sentence as it stands; puts it into the catalogues where `say` is given it later, by a name."""
    return sentence


def told(text: str) -> str:
    """The text in the language that is spoken here; what was not said by `say` stays as it is."""
    return _retold(text, spoken()) if isinstance(text, Said) else text


def worded(sentence: str) -> str:
    """A sentence that stands in the catalogues, its gaps open, in the language that is spoken here."""
    return _catalogue(spoken()).gettext(sentence) if sentence else ""


def heard(text: str, sentences: Iterable[str]) -> str:
    """English that comes from elsewhere (a ledger, a library) in the language that is spoken here.

    It is told where it is one of these sentences with its gaps filled, and so is what fills them; else it stays as it is.
    """
    known = tuple(sentences)
    if spoken() != ENGLISH:
        for sentence in known:
            if found := _shape(sentence).fullmatch(text):
                gaps = {name: heard(value, known) for name, value in found.groupdict().items()}
                return worded(sentence).format_map(gaps)
    return told(text)


def reason(error: BaseException) -> str:
    """What an error says, in the language that is spoken here."""
    said = error.args[0] if error.args else ""
    return told(said) if isinstance(said, Said) else str(error)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks this language within: "en", "tr" or "es"."""
    token = _spoken.set(checked(language))
    try:
        yield
    finally:
        _spoken.reset(token)


def speak(language: str) -> None:
    """Speaks this language from here to the end of the surrounding `speaking`."""
    _spoken.set(checked(language))


def spoken() -> str:
    """The language that is spoken here."""
    return _spoken.get()


def checked(language: str) -> str:
    """The language, if it is one of ours."""
    if language not in LANGUAGES:
        accepted = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise UsageError(
            say("{language!r} is no language of graphkit; there are: {accepted}.", language=language, accepted=accepted)
        )
    return language


def of_environment(environment: Mapping[str, str] | None = None) -> str:
    """The language that the environment asks for (LC_ALL, LC_MESSAGES, LANG); English where it is none of ours."""
    environment = os.environ if environment is None else environment
    wanted = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    code = wanted[:2].lower()
    return code if code in LANGUAGES and not wanted[2:3].isalpha() else ENGLISH


def percent(share: float | None, digits: int = 0) -> Percent:
    """A share that fills a gap of a sentence, or is printed."""
    return Percent(math.nan if share is None else float(share), digits)


def amount(value: float | None, digits: int = 0, *, signed: bool = False) -> Amount:
    """A number for a gap of a sentence, with this many digits behind the comma."""
    return Amount(math.nan if value is None else float(value), digits, signed)


def together(lines: Iterable[str]) -> str:
    """Lines as one text, each in the language that is spoken here."""
    return "\n".join(map(told, lines))


def listed(things: Iterable[str]) -> Listed:
    """Several things that fill a gap of a sentence: "a, b and c"."""
    return Listed(tuple(things))


def day(at: int | None) -> str:
    """A time in UTC milliseconds as a day; a dash where it is unknown or outside the calendar.

    >>> day(0)
    '1970-01-01'
    """
    return _day(at, _habits())


def minute(at: int | None) -> str:
    """A time in UTC milliseconds to the minute."""
    when = _calendar(at)
    return UNKNOWN if when is None else f"{when:{_habits().day} %H:%M} UTC"


def number(value: float | None) -> str:
    """A number as people read it: separators, three digits that matter, a dash for unknown.

    >>> number(1234567), number(0.01234), number(None)
    ('1,234,567', '0.0123', '–')
    """
    return _number(value, _habits())


def listing(things: Iterable[str]) -> str:
    """Things as one text: "a, b and c".

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = [*map(told, things)] or [""]
    between = " e " if spoken() == "es" and re.match(r"h?i(?!e)", last, re.IGNORECASE) else _habits().between
    return f"{', '.join(first)}{between}{last}" if first else last


def alphabetical(text: str) -> tuple[object, ...]:
    """The key by which a reader of this language sorts names: ç after c, ğ after g, ı before i, ñ after n.

    >>> sorted(["zeta", "Äpfel", "beta"], key=alphabetical)
    ['Äpfel', 'beta', 'zeta']
    """
    letters = _habits().letters
    return (*(place for letter in _lowered(text) if (place := _place(letter, letters)) is not None), -1, text)


def _lowered(text: str) -> str:
    """Small letters; in Turkish I is the capital of ı, and İ that of i."""
    return (text.replace("İ", "i").replace("I", "ı") if spoken() == "tr" else text).lower()


def _place(letter: str, letters: str) -> int | None:
    """Where a letter stands: signs and digits first, then the alphabet, then other scripts; None for accents alone."""
    base = letter if letter in letters else unicodedata.normalize("NFKD", letter)[:1]
    if base in letters:
        return 1_000 + letters.index(base)
    if unicodedata.combining(base):
        return None
    return ord(base) if ord(base) < 128 else 10_000 + ord(base)


@cache
def _shape(sentence: str) -> re.Pattern[str]:
    """What a sentence looks like whatever fills its gaps."""
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)), re.DOTALL
    )


def _made(sentence: str, many: str | None, count: int, values: Mapping[str, object]) -> Said:
    said = Said(_fill(_form(sentence, many, count, ENGLISH), values, ENGLISH))
    said.sentence, said.many, said.amount, said.values = sentence, many, count, values
    return said


def _retold(said: Said, language: str) -> str:
    return _fill(_form(said.sentence, said.many, said.amount, language), said.values, language)


def _form(sentence: str, many: str | None, count: int, language: str) -> str:
    catalogue = _catalogue(language)
    return catalogue.gettext(sentence) if many is None else catalogue.ngettext(sentence, many, count)


def _fill(sentence: str, values: Mapping[str, object], language: str) -> str:
    if not values:
        return sentence.format()
    with speaking(language):
        return sentence.format_map({name: _shown(value) for name, value in values.items()})


def _shown(value: object) -> str:
    """What fills a gap, in the language that is spoken here."""
    if isinstance(value, BaseException):
        return reason(value)
    if value is None or (isinstance(value, numbers.Real) and not isinstance(value, bool)):
        return number(None if value is None else float(value))
    return told(value if isinstance(value, str) else str(value))  # what says of itself may be a sentence too


def _percent(value: Percent, habits: Habits) -> str:
    if math.isnan(value.share):
        return UNKNOWN
    amount = round(100 * value.share, value.digits)
    return habits.percent.format(_localised(f"{amount:,.{value.digits}f}", amount, habits))


def _amount(amount: Amount, habits: Habits) -> str:
    if math.isnan(amount.value):
        return UNKNOWN
    sign = "+" if amount.signed else ""
    return _localised(f"{amount.value:{sign},.{amount.digits}f}", amount.value, habits)


def _number(value: float | None, habits: Habits) -> str:
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == int(value) and abs(value) < 1e15:
        return _localised(f"{int(value):,}", value, habits)
    return _localised(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}", value, habits)


def _localised(text: str, value: float, habits: Habits) -> str:
    """A number in the writing of Python, in that of a language."""
    thousands = habits.thousands if abs(value) >= habits.grouped_from else ""
    return text.translate({ord(","): thousands, ord("."): habits.decimal})


def _day(at: int | None, habits: Habits) -> str:
    when = _calendar(at)
    return UNKNOWN if when is None else f"{when:{habits.day}}"


def _calendar(at: int | None) -> datetime | None:
    """The moment in UTC; None for unknown or outside the calendar."""
    return datetime.fromtimestamp(at / 1000, UTC) if at is not None and _EARLIEST <= at < _LATEST else None


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(_DOMAIN, str(_PLACE), [language], fallback=True)  # English needs no catalogue


def _habits() -> Habits:
    return HABITS[spoken()]
