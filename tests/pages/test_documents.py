"""The report as a document: the same words and numbers as the page, in letters that Turkish and Spanish need."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import sys
import zipfile
from itertools import pairwise

import hostile
import made_up
import pytest
from docx import Document
from pypdf import PdfReader

from graphkit.errors import MissingExtraError, UsageError
from graphkit.reports import Report, report
from graphkit.reports.documents import docx, pdf
from graphkit.reports.documents.blocks import Drawn, Heading, Paragraph, Point, Table, blocks

LETTERS = "Ağ çığşöü İIı ğüş; niño ¿qué? áéíóú ñ"


@pytest.fixture(scope="module")
def page() -> Report:
    results = made_up.results()
    said = made_up.finding("pod", results.graph.account_ids[70:76], q=0.02, sentence=LETTERS)
    return report(dataclasses.replace(results, findings=(*results.findings, said)))


@pytest.fixture(scope="module")
def word(page) -> Document:
    return Document(io.BytesIO(docx(page.html, page.drawings, title=page.title)))


@pytest.fixture(scope="module")
def paper(page) -> PdfReader:
    return PdfReader(io.BytesIO(pdf(page.html, page.drawings, title=page.title, at=page.at)))


def squeezed(text: str) -> str:
    """Letters and digits alone: how lines and cells are broken is a document's own affair."""
    return re.sub(r"[^\w%]+", "", text)


def text_of(word: Document) -> str:
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)


def texts(page: Report) -> list[str]:
    """Every text of the page, block by block."""
    found: list[str] = []
    for block in blocks(page.html):
        if isinstance(block, Table):
            found += [block.caption, *block.head, *(cell for row in block.rows for cell in row)]
        elif isinstance(block, Heading | Paragraph | Point):
            found.append(block.text)
    return [text for text in found if text]


def test_the_blocks_of_a_page_hold_all_that_it_says(page):
    from lxml import html

    body = html.fromstring(page.html).find("body")
    for unsaid in body.xpath(".//script | .//nav | .//button | .//svg"):
        unsaid.drop_tree()
    said = squeezed(" ".join(texts(page)))
    for line in re.split(r"\n+", body.text_content()):
        assert squeezed(line) in said or len(line) > 400, line


def test_word_says_every_text_of_the_page(page, word):
    said = squeezed(text_of(word))
    assert [text for text in texts(page) if squeezed(text) not in said] == []
    assert len(word.inline_shapes) == sum(isinstance(block, Drawn) for block in blocks(page.html)) == len(page.drawings)
    assert word.core_properties.language == "en"


def test_paper_says_every_text_of_the_page(page, paper):
    said = squeezed(
        " ".join(re.sub(r"A made-up world · page \d+ of \d+", "", sheet.extract_text()) for sheet in paper.pages)
    )
    missing = [text for text in texts(page) if squeezed(text) not in said and len(text) < 60]
    assert missing == []
    assert paper.metadata.title == "A made-up world"
    assert [LETTERS in sheet.extract_text().replace("\n", " ") for sheet in paper.pages].count(True) >= 1


def test_word_marks_the_heads_of_tables_the_language_and_says_its_pictures(page, word):
    heads = [bool(block.head) for block in blocks(page.html) if isinstance(block, Table)]
    marked = [bool(table.rows[0]._tr.xpath("w:trPr/w:tblHeader")) for table in word.tables]
    assert marked == heads
    assert heads.count(True) > 5
    assert word.styles.element.xpath("string(w:docDefaults//w:lang/@w:val)") == "en-GB"
    said = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert said == [block.words for block in blocks(page.html) if isinstance(block, Drawn)]
    assert all(len(words) > 20 for words in said)


def test_nothing_in_word_reaches_beyond_the_margins(word):
    [section] = word.sections
    room = section.page_width - section.left_margin - section.right_margin
    for table in word.tables:
        assert sum(cell.width for cell in table.rows[0].cells) <= room
    assert max(shape.width for shape in word.inline_shapes) <= room


def test_no_name_and_no_head_of_a_column_is_broken_on_paper(page, paper):
    tables = [block for block in blocks(page.html) if isinstance(block, Table)]
    single = {word for table in tables for row in (table.head, *table.rows) for cell in row for word in cell.split()}
    printed = {word for sheet in paper.pages for word in sheet.extract_text().split()}
    assert {word for word in single if len(word) < 22} - printed == set()


def test_a_finding_and_the_title_of_its_picture_stand_on_one_page(page, paper):
    titles = [(block.level, squeezed(block.text)) for block in blocks(page.html) if isinstance(block, Heading)]
    sheets = [squeezed(sheet.extract_text()) for sheet in paper.pages]
    pairs = [(title, after) for (level, title), (below, after) in pairwise(titles) if (level, below) == (3, 5)]
    assert len(pairs) >= 4
    assert [
        title for title, after in pairs if not any(title in s and after in s[s.index(title) :] for s in sheets)
    ] == []


def test_the_numbers_of_both_are_those_of_the_findings(page, word, paper):
    from lxml import html

    data = json.loads(html.fromstring(page.html).get_element_by_id("data").text)
    both = squeezed(text_of(word)), squeezed("".join(sheet.extract_text() for sheet in paper.pages))
    for finding in data["findings"]:
        for row in (*finding["evidence"], *finding["against"]):
            observed = (
                f"{row['observed']:,.0f}" if row["observed"] == int(row["observed"]) else f"{row['observed']:.3g}"
            )
            assert all(squeezed(f"Observed {observed}") in said for said in both), row


def test_equal_pages_give_equal_documents(page):
    assert docx(page.html, page.drawings) == docx(page.html, page.drawings)
    assert pdf(page.html, page.drawings, at=page.at) == pdf(page.html, page.drawings, at=page.at)


def test_hidden_names_stay_out_of_documents(word, paper):
    said = text_of(word) + "".join(sheet.extract_text() for sheet in paper.pages)
    assert "handle_60" not in said
    assert "account 1 (name hidden)" in said


def test_hostile_texts_are_text_in_a_document_and_start_nothing():
    made = report(made_up.results(names=dict(enumerate(hostile.EVERY))))
    written = docx(made.html, made.drawings)
    assert "<script>window.__hit=1</script>" in text_of(Document(io.BytesIO(written)))
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        links = [name for name in parts.namelist() if b'TargetMode="External"' in parts.read(name)]
    assert links == []
    sheets = PdfReader(io.BytesIO(pdf(made.html, made.drawings))).pages
    assert [
        sheet for sheet in sheets if "/Annots" in sheet and any("/A" in note.get_object() for note in sheet["/Annots"])
    ] == []


@pytest.mark.parametrize(("module", "suffix"), [("docx", ".docx"), ("fpdf", ".pdf")])
def test_a_missing_extra_is_named(page, tmp_path, monkeypatch, module, suffix):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"graphkit-influence\[documents\]"):
        page.save(tmp_path / f"report{suffix}")


def test_another_suffix_is_refused(page, tmp_path):
    with pytest.raises(UsageError, match=r"accepted are files that end in \.html, \.docx, \.pdf"):
        page.save(tmp_path / "report.odt")
