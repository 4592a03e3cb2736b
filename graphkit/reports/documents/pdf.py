"""A page as PDF, in the letters of the pictures: Turkish, Spanish, Greek and Cyrillic are in them, Chinese is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from graphkit.errors import MissingExtraError
from graphkit.language import say, speaking, told
from graphkit.pictures.canvas.marks import PRINT, Drawing
from graphkit.pictures.canvas.printing import printable
from graphkit.reports.documents.blocks import Block, Drawn, Heading, Paragraph, Point, Table, blocks, language_of
from graphkit.reports.documents.columns import columns_of, widths
from graphkit.reports.documents.plates import draw

SIZES: Final = {1: 20.0, 2: 15.0, 3: 11.5, 4: 10.0, 5: 9.0}  # of headings, in points
TEXT: Final = 9.5
SMALL: Final = 8.0
LINE: Final = 1.4  # height of a line in sizes
EDGE: Final = 18.0  # millimetres
WIDE: Final = 130.0  # millimetres of a picture
MILLIMETRES: Final = 25.4 / 72  # in a point
PADDING: Final = 0.8  # millimetres around the text of a cell
WORD: Final = 48.0  # millimetres of a column at most that one long word may ask for


def pdf(html: str, drawings: Sequence[Drawing], *, title: str = "", at: int = 0) -> bytes:
    """The bytes of the file; `at` is the time that it names as its own, UTC milliseconds."""
    with speaking(language_of(html)):
        return _printed(html, drawings, title, at)


def _printed(html: str, drawings: Sequence[Drawing], title: str, at: int) -> bytes:
    paper = _empty(title, language_of(html), at)
    left, page = iter(drawings), blocks(html)
    pictures = [next(left) if isinstance(block, Drawn) else None for block in page]
    for place, block in enumerate(page):
        _keep_together(paper, page[place:], pictures[place:])
        _add(paper, block, pictures[place])
    return bytes(paper.output())


def _empty(title: str, language: str, at: int) -> Any:
    try:
        from fpdf import FPDF
    except ImportError as error:
        raise MissingExtraError(
            say(
                "PDF files need fpdf2; install it with: {command}",
                command="pip install 'graphkit-influence[documents]'",
            )
        ) from error

    class Paper(FPDF):
        """A4 with a line at the foot of every page."""

        def footer(self) -> None:
            self.set_y(-13)
            self.set_font("text", "", 7.5)
            self.set_text_color(PRINT["soft"])
            page = told(say("page {page} of {pages}", page=self.page_no(), pages="{nb}"))
            self.cell(0, 5, f"{printable(title)[:90]} · {page}", align="C")

    paper = Paper(format="A4")
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        paper.add_font("text", style, _letters() / file)
    paper.set_margin(EDGE)
    paper.set_auto_page_break(True, EDGE)
    paper.set_title(title)
    paper.set_lang(language)
    paper.set_creator("graphkit")
    paper.set_creation_date(datetime.fromtimestamp(at / 1000, UTC))
    paper.add_page()
    return paper


def _letters() -> Path:
    """The folder of the letters, which matplotlib ships."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _add(paper: Any, block: Block, drawing: Drawing | None) -> None:
    if isinstance(block, Heading):
        _heading(paper, block)
    elif isinstance(block, Point):
        _text(paper, f"•  {block.text}", indent=4.0)
    elif isinstance(block, Paragraph):
        _paragraph(paper, block)
    elif isinstance(block, Table):
        _table(paper, block)
    elif drawing is not None:
        _picture(paper, drawing)


def _keep_together(paper: Any, ahead: Sequence[Block], pictures: Sequence[Drawing | None]) -> None:
    """A new page where a finding or a picture's title would stand at the foot, and its picture on the next page."""
    if paper.get_y() <= EDGE or not _begins(ahead):
        return
    is_finding = isinstance(ahead[0], Paragraph)
    if paper.will_page_break(max(40.0 if is_finding else 0.0, _to_picture(paper, ahead, pictures))):
        paper.add_page()
    elif is_finding:
        paper.ln(5)


def _begins(ahead: Sequence[Block]) -> bool:
    """Whether a finding, a part that opens with one, or a picture's title begins here."""
    first, second = ahead[0], ahead[1] if len(ahead) > 1 else None
    if isinstance(first, Heading):
        return first.level == 5 or (isinstance(second, Paragraph) and second.kind == "tags")
    return isinstance(first, Paragraph) and first.kind == "tags"


def _to_picture(paper: Any, ahead: Sequence[Block], pictures: Sequence[Drawing | None]) -> float:
    """Millimetres down to the foot of the picture that belongs to the first block; 0 where none does."""
    height = 14.0
    for block, drawing in zip(ahead[:8], pictures, strict=False):
        if drawing is not None:
            return height + _height(paper, drawing)
        if isinstance(block, Heading | Paragraph):
            size = SIZES[block.level] if isinstance(block, Heading) else SMALL
            height += LINE * size * MILLIMETRES * (2 + int(len(block.text) * size / 900))
    return 0.0


def _heading(paper: Any, heading: Heading) -> None:
    size = SIZES[heading.level]
    if paper.will_page_break(3 * size * LINE * MILLIMETRES + 12):
        paper.add_page()
    paper.ln(size * (0.28 if heading.level < 4 else 0.14))
    if heading.level <= 3:
        paper.start_section(printable(heading.text)[:120], heading.level - 1)
    _text(paper, heading.text, size=size, strong=True)
    if heading.level == 2:
        paper.set_draw_color(PRINT["line"])
        paper.line(EDGE, paper.get_y(), paper.w - EDGE, paper.get_y())
        paper.ln(1.5)


def _paragraph(paper: Any, paragraph: Paragraph) -> None:
    if paragraph.kind == "soft":
        _text(paper, paragraph.text, size=SMALL, colour="soft")
    elif paragraph.kind == "note":
        _text(paper, paragraph.text, filled=True)
    else:
        _text(paper, paragraph.text, size=11.0 if paragraph.kind == "lead" else TEXT)


def _text(
    paper: Any,
    text: str,
    *,
    size: float = TEXT,
    strong: bool = False,
    colour: str = "ink",
    indent: float = 0.0,
    filled: bool = False,
) -> None:
    paper.set_font("text", "B" if strong else "", size)
    paper.set_text_color(PRINT[colour])
    paper.set_fill_color("#f2efe6")
    paper.set_x(EDGE + indent)
    width = paper.w - 2 * EDGE - indent
    paper.multi_cell(
        width, size * LINE * MILLIMETRES, printable(text), align="L", fill=filled, padding=(2 if filled else 0)
    )
    paper.ln(1.2)


def _table(paper: Any, table: Table) -> None:
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    if not (columns := columns_of(table)):
        return
    if table.caption:
        if paper.will_page_break(30):
            paper.add_page()
        _text(paper, table.caption, size=SMALL, colour="soft")
    paper.set_font("text", "", SMALL)
    paper.set_text_color(PRINT["ink"])
    paper.set_fill_color(PRINT["page"])
    paper.set_line_width(0.2)
    paper.set_draw_color(PRINT["line"])
    with paper.table(
        col_widths=_widths(paper, table),
        line_height=SMALL * LINE * MILLIMETRES,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=PRINT["soft"]),
        first_row_as_headings=bool(table.head),
        text_align="LEFT",
        padding=PADDING,
    ) as made:
        for cells in (table.head, *table.rows) if table.head else table.rows:
            row = made.row()
            for text in (*cells, *[""] * (columns - len(cells))):
                row.cell(printable(text))
    paper.ln(2.5)


def _widths(paper: Any, table: Table) -> tuple[float, ...]:
    """Widths of the columns; those with a head are measured in its strong letters, which are the wider ones."""
    paper.set_font("text", "B" if table.head else "", SMALL)
    around = 2 * (PADDING + paper.c_margin)
    found = widths(table, paper.epw, measure=lambda t: paper.get_string_width(printable(t)), around=around, most=WORD)
    paper.set_font("text", "", SMALL)
    return found


def _picture(paper: Any, drawing: Drawing) -> None:
    height = _height(paper, drawing)
    if paper.will_page_break(height + 2):
        paper.add_page()
    draw(paper, drawing, left=EDGE, top=paper.get_y() + 1, scale=height / drawing.height)
    paper.set_y(paper.get_y() + height + 4)


def _height(paper: Any, drawing: Drawing) -> float:
    """The height of a picture on the page, in millimetres."""
    return float(drawing.height * min(WIDE, paper.w - 2 * EDGE) / drawing.width)
