"""A page as a Word file, for those who write on in it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from graphkit.errors import MissingExtraError
from graphkit.language import say
from graphkit.pictures.canvas.marks import Drawing
from graphkit.pictures.canvas.printing import printed
from graphkit.reports.documents import looks
from graphkit.reports.documents.blocks import Block, Drawn, Heading, Paragraph, Point, Table, blocks, language_of
from graphkit.reports.documents.columns import columns_of, widths

WIDE: Final = 15.5  # centimetres of a picture
PAGE: Final = 16.6  # centimetres between the margins
LETTER: Final = 0.165  # centimetres of a letter in a table, on the safe side
CELL: Final = 0.38  # centimetres that Word keeps free beside the text of a cell
WORD: Final = 5.0  # centimetres of a column at most that one long word may ask for
FIRST: Final = (1980, 1, 1, 0, 0, 0)  # the time of every part in the file, so that equal pages give equal bytes
STYLES: Final = {"lead": "Lead", "note": "Note", "soft": "Small", "tags": "Tags"}


def docx(html: str, drawings: Sequence[Drawing], *, title: str = "") -> bytes:
    """The bytes of the file: the blocks of the page in Word's own styles, and its pictures."""
    document = _empty(title, language_of(html))
    left, page = iter(drawings), blocks(html)
    for block, after in zip(page, [*page[1:], None], strict=True):
        _add(document, block, next(left) if isinstance(block, Drawn) else None)
        if isinstance(block, Paragraph) and isinstance(after, Drawn | Table):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    written = BytesIO()
    document.save(written)
    return _timeless(written)


def _empty(title: str, language: str) -> Any:
    try:
        from docx import Document
    except ImportError as error:
        raise MissingExtraError(
            say(
                "Word files need python-docx; install it with: {command}",
                command="pip install 'graphkit-influence[documents]'",
            )
        ) from error
    document = Document()
    document.core_properties.title, document.core_properties.language = title, language
    document.core_properties.author, document.core_properties.comments = "graphkit", ""
    looks.dress(document, language)
    return document


def _add(document: Any, block: Block, drawing: Drawing | None) -> None:
    if isinstance(block, Heading):
        document.add_heading(_clean(block.text), level=block.level - 1 if block.level > 1 else 0)
    elif isinstance(block, Point):
        document.add_paragraph(_clean(block.text), style="List Bullet")
    elif isinstance(block, Paragraph):
        document.add_paragraph(_clean(block.text), style=STYLES.get(block.kind))
    elif isinstance(block, Table):
        _add_table(document, block)
    elif drawing is not None:
        _add_picture(document, drawing, block.words)


def _add_table(document: Any, table: Table) -> None:
    from docx.shared import Cm

    if not (columns := columns_of(table)):
        return
    if table.caption:
        document.add_paragraph(_clean(table.caption), style="Small").paragraph_format.keep_with_next = True
    made = document.add_table(rows=0, cols=columns)
    made.autofit = False
    looks.lined(made)
    wide = [Cm(part) for part in widths(table, PAGE, measure=lambda t: LETTER * len(t), around=CELL, most=WORD)]
    for column, width in zip(made.columns, wide, strict=True):
        column.width = width
    for texts in (table.head, *table.rows) if table.head else table.rows:
        row = made.add_row()
        looks.unbroken(row)
        for cell, width, text in zip(row.cells, wide, (*texts, *[""] * (columns - len(texts))), strict=True):
            cell.width = width
            cell.paragraphs[0].style = "Cell"
            cell.paragraphs[0].add_run(_clean(text))
    if table.head:
        looks.head_of(made.rows[0])
    document.add_paragraph(style="Small")


def _add_picture(document: Any, drawing: Drawing, words: str) -> None:
    from docx.shared import Cm

    shape = document.add_picture(BytesIO(printed(drawing, bare=True)), width=Cm(min(WIDE, drawing.width / 37)))
    shape._inline.docPr.set("descr", _clean(words))


def _clean(text: str) -> str:
    """The text without characters that XML does not know."""
    return "".join(letter for letter in text if letter in "\t\n" or (letter >= " " and not _is_unfit(letter)))


def _is_unfit(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"


def _timeless(written: BytesIO) -> bytes:
    """The same file with one fixed time for all of its parts."""
    again = BytesIO()
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            kept.writestr(zipfile.ZipInfo(name, FIRST), given.read(name), compress_type=zipfile.ZIP_DEFLATED)
    return again.getvalue()
