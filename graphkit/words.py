"""How results are said: labels, kinds, chances and numbers in plain words that accuse nobody."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final

from graphkit.settings import defaults

LABELS: Final = {
    "authentic": "nothing stands out",
    "bot": "acts automated",
    "ring": "trades follows",
    "pod": "trades reactions",
    "compromised": "under a second hand",
    "unknown": "not enough data",
}

LABEL_NOTES: Final = {
    "authentic": "Measured, and no indicator rose above chance.",
    "bot": "Acts in step with others, or in rhythms that people do not keep.",
    "ring": "Part of a group that follows each other for the count.",
    "pod": "Part of a group that likes or comments on each other by agreement.",
    "compromised": "A real person's account that someone else also seems to use. The person is harmed, not blamed.",
    "unknown": "Too little was seen to say anything.",
}

KINDS: Final = {
    "bot_cluster": "accounts that act as one",
    "follow_ring": "follow-for-follow ring",
    "pod": "engagement pod",
    "bought_followers": "bought followers",
    "compromised": "accounts under a second hand",
    "trend_push": "pushed trend",
}

SKIPPED_TABLES: Final = {
    "accounts": "who the accounts are (names, counts, dates)",
    "follows": "who follows whom",
    "interactions": "who liked, shared, answered or mentioned whom",
    "posts": "what was posted",
    "coverage": "how much of each list was collected",
}


def label(name: str) -> str:
    """The label in words: what was measured, not what somebody is."""
    return LABELS.get(name, name)


def kind(name: str) -> str:
    """The kind of a finding in words."""
    return KINDS.get(name, name.replace("_", " "))


def bits(p: float | None) -> float | None:
    """Surprise in bits, -log2 p, capped; None where no chance can be given.

    >>> bits(0.125)
    3.0
    """
    if p is None or math.isnan(p):
        return None
    most = defaults().pages.most_bits
    return most if p <= 2.0**-most else -math.log2(min(p, 1.0)) + 0.0


def chance(p: float | None) -> str:
    """A p-value as a sentence part.

    >>> chance(0.0004)
    'about 1 in 2,500'
    """
    if p is None or math.isnan(p):
        return "no chance can be given"
    if p >= 0.5:
        return "as often as not by chance"
    if p < 1e-12:
        return "less than 1 in a million millions"
    return f"about 1 in {_rounded(1 / p):,}"


def calibration(q: float | None) -> str:
    """A q-value as a sentence: what shuffled copies of the same data give.

    >>> calibration(0.02)
    'In shuffled copies of this data, about 2 % of findings this strong come up by chance (q = 0.02).'
    """
    if q is None or math.isnan(q):
        return "Not calibrated: no shuffled copies were searched, so how often chance gives this is not known."
    if q <= 0:
        return "In shuffled copies of this data, nothing this strong came up (q = 0)."
    share = "less than 0.1 %" if q < 0.001 else f"about {number(q * 100)} %"
    return f"In shuffled copies of this data, {share} of findings this strong come up by chance (q = {number(q)})."


def strength(q: float | None) -> str:
    """One of four fixed words for how far a finding stands above chance."""
    limits = defaults().pages
    if q is None or math.isnan(q):
        return "not calibrated"
    if q <= limits.strong_q:
        return "strong indication"
    return "indication" if q <= limits.plain_q else "weak indication"


def number(value: float | None) -> str:
    """A number as people read it: separators, three digits that matter, a dash for unknown.

    >>> number(1234567), number(0.01234), number(None)
    ('1,234,567', '0.0123', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "unbounded"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def share(part: float, whole: float) -> str:
    """A part in percent; a dash where there is no whole."""
    return f"{number(round(100 * part / whole, 1))} %" if whole else "–"


def day(milliseconds: int | None) -> str:
    """A time as a day, UTC; a dash for unknown or outside the calendar.

    >>> day(0)
    '1970-01-01'
    """
    if milliseconds is None or not -62_135_596_800_000 <= milliseconds < 253_402_300_800_000:
        return "–"
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d}"


def minute(milliseconds: int | None) -> str:
    """A time to the minute, UTC."""
    if day(milliseconds) == "–" or milliseconds is None:
        return "–"
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def counted(amount: int, singular: str, plural: str = "") -> str:
    """A count with its noun.

    >>> counted(1, "account"), counted(1200, "account")
    ('1 account', '1,200 accounts')
    """
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def _rounded(value: float) -> int:
    """Two digits that matter: 2,483 becomes 2,500."""
    if value < 100:
        return round(value)
    step = int(10 ** (math.floor(math.log10(value)) - 1))
    return round(value / step) * step
