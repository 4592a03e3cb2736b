"""How results look in a notebook: plain HTML that needs no script, no network and no kernel to be seen again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from graphkit.language import number, told

_CELL: Final = 'style="text-align:left;vertical-align:top"'
_FULL: Final = 160  # width of the longest bar, in pixels


def page(title: str, *parts: str) -> str:
    """Parts under a title; the title is text, the parts are made by this module."""
    return f'<div style="max-width:60em"><p><b>{text(title)}</b></p>{"".join(parts)}</div>'


def text(words: str) -> str:
    """Words in the language that is spoken here, with everything that HTML gives a meaning escaped."""
    return escape(told(words))


def line(words: str) -> str:
    """One paragraph."""
    return f"<p>{text(words)}</p>"


def listed(title: str, lines: Iterable[str]) -> str:
    """Lines under a title; nothing where there are none."""
    items = "".join(f"<li>{text(one)}</li>" for one in lines)
    return f"<p>{text(title)}</p><ul>{items}</ul>" if items else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts."""
    body = "".join(f"<tr>{''.join(f'<td {_CELL}>{text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{''.join(f'<th {_CELL}>{text(name)}</th>' for name in head)}</tr></thead><tbody>{body}</tbody></table>"


def bars(rows: Sequence[tuple[str, float]]) -> str:
    """Numbers as bars beside their names, the longest as wide as the picture."""
    longest = max((value for _, value in rows), default=0.0) or 1.0
    body = "".join(
        f'<tr><td {_CELL}>{text(name)}</td><td style="text-align:right">{number(value)}</td><td><div style="background:#456b8c;'
        f'height:.8em;width:{round(_FULL * max(value, 0.0) / longest)}px"></div></td></tr>'
        for name, value in rows
    )
    return f"<table><tbody>{body}</tbody></table>"
