"""How a Word file looks: the styles of its text, and what python-docx has no words for."""

from __future__ import annotations

from typing import Any, Final

from graphkit.pictures.canvas.marks import PRINT

LETTERS: Final = "Calibri"
TEXT: Final = 10.0
SIZES: Final = {"Title": 22.0, "Heading 1": 15.0, "Heading 2": 12.0, "Heading 3": 10.5, "Heading 4": 10.0}  # points
LEAD: Final = ("Lead", 11.5, "ink")
NOTE: Final = ("Note", TEXT, "ink")
SMALL: Final = ("Small", 8.5, "soft")
CELL: Final = ("Cell", 8.5, "ink")
TAGS: Final = ("Tags", 9.0, "soft")
PLACES: Final = {"en": "en-GB", "tr": "tr-TR", "es": "es-ES"}  # a spelling checker wants a place beside the language


def dress(document: Any, language: str) -> None:
    """Gives the file its letters and colours, its page, and the language in which its spelling is checked."""
    from docx.shared import Cm, Pt

    for section in document.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2.0)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    _letters(normal, TEXT, "ink")
    for name, size in SIZES.items():
        for style in (document.styles[name], document.styles[f"{name} Char"]):
            _letters(style, size, "ink")
            style.font.bold, style.font.italic = True, False
    for name, size, colour in (LEAD, NOTE, SMALL, CELL, TAGS):
        style = document.styles.add_style(name, 1)  # 1: of a paragraph
        style.base_style = normal
        _letters(style, size, colour)
    document.styles["Tags"].paragraph_format.space_before = Pt(22)
    document.styles["Tags"].paragraph_format.keep_with_next = True
    for name in ("Small", "Cell"):
        document.styles[name].paragraph_format.space_after = Pt(1)
    document.styles["Note"].element.get_or_add_pPr().append(_new("w:shd", val="clear", color="auto", fill="F2EFE6"))
    [spelling] = document.styles.element.xpath("w:docDefaults//w:lang")
    spelling.set(_named("w:val"), PLACES.get(language, language))


def head_of(row: Any) -> None:
    """Says that this row is the head of its table, which every page repeats and a screen reader reads out."""
    row._tr.get_or_add_trPr().append(_new("w:tblHeader"))
    for cell in row.cells:
        for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
            run.font.bold = True


def unbroken(row: Any) -> None:
    """Keeps a row on one page."""
    row._tr.get_or_add_trPr().append(_new("w:cantSplit"))


def lined(table: Any) -> None:
    """Lines between the rows and nothing else."""
    borders = _new("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        values = {"val": "single", "sz": "4", "space": "0", "color": PRINT["line"].removeprefix("#")}
        borders.append(_new(f"w:{side}", **values))
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _letters(style: Any, size: float, colour: str) -> None:
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = LETTERS, Pt(size)
    style.font.color.rgb = RGBColor.from_string(PRINT[colour].removeprefix("#").upper())
    fonts = style.element.rPr.rFonts
    for kind in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[kind]  # a theme's letters would win over those that are named


def _new(tag: str, **values: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(_named(f"w:{name}"), value)
    return element


def _named(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
