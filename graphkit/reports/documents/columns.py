"""How wide the columns of a table are on paper."""

from __future__ import annotations

from collections.abc import Callable

from graphkit.reports.documents.blocks import Table


def columns_of(table: Table) -> int:
    """How many columns a table has."""
    return max((len(row) for row in (table.head, *table.rows)), default=0)


def widths(
    table: Table, whole: float, *, measure: Callable[[str], float], around: float, most: float
) -> tuple[float, ...]:
    """Widths of the columns that sum to `whole`: room for the longest word of each, the rest in proportion to their texts.

    `measure` gives the width of a text on one line, `around` is the space beside the text of a cell, and one long word
    claims at most `most`; all in the same unit as `whole`. Where every text has room on one line the columns share what is
    left; where the words alone are wider than the page they all shrink alike.

    >>> table = Table(("Name", "Says"), (("a", "nine words that stand below one word of head"),))
    >>> widths(table, 30, measure=len, around=2, most=20)
    (6.0, 24.0)
    """
    least, wanted, whole_text = [], [], []
    for place in range(columns_of(table)):
        texts = [row[place] for row in (table.head, *table.rows) if place < len(row)]
        lengths = [measure(text) for text in texts]
        word = max((measure(word) for text in texts for word in text.split()), default=0.0)
        least.append(min(word, most) + around)
        wanted.append(max(sum(lengths) / len(lengths), max(lengths) / 3) + around)
        whole_text.append(max(lengths) + around)
    if (left := whole - sum(whole_text)) >= 0:  # every text on one line: what is left goes between the columns
        return tuple(given + left / len(whole_text) for given in whole_text)
    if (left := whole - sum(least)) < 0:
        return tuple(given * whole / sum(least) for given in least)
    more = [max(want - given, 0.0) for want, given in zip(wanted, least, strict=True)]
    return tuple(given + left * part / sum(more) for given, part in zip(least, more, strict=True))
