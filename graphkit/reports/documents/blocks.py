"""A page read back as a list of blocks, so that a document says what the page says and nothing else.

The pages are our own: their tags are few and well nested. Whatever is not known here is passed through to its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = {"meta", "link", "br", "hr", "img", "rect", "circle"}
ON_SCREEN: Final = "onscreen"  # parts that would fill pages of paper: the numbers of pictures
UNSAID: Final = {"head", "script", "style", "nav", "button"}
HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}


@dataclass(slots=True)
class Element:
    """A tag with what stands in it: elements and texts in their order."""

    tag: str
    given: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether this is one of its classes."""
        return name in self.given.get("class", "").split()

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements of these tags in it, at any depth, in the order of the page."""
        for child in self.inside:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.all(*tags)

    @property
    def text(self) -> str:
        """All text in it, on one line; parts that a page sets below each other stand behind a dash."""
        parts = []
        for child in self.inside:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag not in UNSAID and child.tag != "svg":
                parts.append(f" – {child.text}" if child.tag == "span" and child.has("soft") and parts else child.text)
        return re.sub(r"\s+", " ", "".join(parts)).strip()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `kind` says how it is set: tags, claim, lead, note, soft, or plain."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a list."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, with a head and a caption where there are any."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A place where a picture of the page stands, by its words."""

    words: str


Block = Heading | Paragraph | Point | Table | Drawn


class _Reader(HTMLParser):
    """Builds the elements of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def blocks(html: str) -> list[Block]:
    """The blocks of a page, in its order; what stands folded in the page is written out."""
    reader = _Reader()
    reader.feed(html)
    return list(_blocks(reader.root))


def language_of(html: str) -> str:
    """The language that a page says it speaks."""
    found = re.search(r'<html lang="([a-z]+)"', html)
    return found[1] if found else "en"


def _blocks(element: Element) -> Iterator[Block]:
    for child in element.inside:
        if isinstance(child, str):
            if child.strip() and element.tag not in ("ul", "html", "page"):
                yield Paragraph(re.sub(r"\s+", " ", child).strip())
        elif child.tag not in UNSAID and not child.has(ON_SCREEN):
            yield from _block(child)


def _block(element: Element) -> Iterator[Block]:
    tag = element.tag
    if tag in HEADINGS:
        yield Heading(HEADINGS[tag], element.text)
    elif tag in ("p", "footer"):
        is_tags = element.has("kind")
        yield from _said(Paragraph(_tags(element) if is_tags else element.text, "tags" if is_tags else _kind(element)))
    elif tag == "summary":
        yield Heading(4, element.text)
    elif tag == "table":
        yield _table(element)
    elif tag == "dl":
        terms, meanings = list(element.all("dt")), list(element.all("dd"))
        yield Table((), tuple((term.text, meaning.text) for term, meaning in zip(terms, meanings, strict=True)))
    elif tag == "svg":
        yield from _svg(element)
    elif tag == "figcaption":
        yield from _figcaption(element)
    elif tag == "li" and element.has("proof"):
        yield from _blocks(element)
    elif tag == "li":
        yield Point(element.text)
    else:
        yield from _blocks(element)


def _said(paragraph: Paragraph) -> Iterator[Block]:
    if paragraph.text:
        yield paragraph


def _kind(element: Element) -> str:
    return next((kind for kind in ("claim", "lead", "note", "soft") if element.has(kind)), "")


def _tags(element: Element) -> str:
    """The tags of a finding, side by side."""
    return " · ".join(child.text for child in element.inside if isinstance(child, Element))


def _figcaption(element: Element) -> Iterator[Block]:
    title, *said = (child.text for child in element.inside if isinstance(child, Element))
    yield Heading(5, title)
    yield from (Paragraph(text, "soft") for text in said)


def _svg(element: Element) -> Iterator[Block]:
    """A picture stays one; the small bars of evidence are said in words."""
    words = element.given.get("aria-label", "")
    if element.has("picture"):
        yield Drawn(words)
    elif words:
        yield Paragraph(words[0].upper() + words[1:], "soft")


def _table(element: Element) -> Table:
    captions = [caption.text for caption in element.all("caption")]
    head = [cell.text for part in element.all("thead") for cell in part.all("th", "td")]
    rows = [tuple(cell.text for cell in row.all("th", "td")) for part in element.all("tbody") for row in part.all("tr")]
    if rows and not any(row[-1] for row in rows):  # a last column that holds bars alone
        rows = [row[:-1] for row in rows]
    return Table(tuple(head), tuple(rows), captions[0] if captions else "")
