"""What people open in a spreadsheet or paste into one starts no formula; what machines read is exact."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import made_up
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import html

from graphkit.analysis.files import write_table
from graphkit.cli import main
from graphkit.maps.formats.spreadsheets import STARTS, safe, write_csv
from graphkit.reports import report

ROOT = Path(__file__).parents[2]
FORMULAS = (
    "=1+1", '=HYPERLINK("https://example.invalid","x")', "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1+1)",
    "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1+1)", "\ufeff=1+1",
    '="a"&"b"', "=IMPORTXML(A1,2)", "+A1", "-A1", "@A1", "=",
)  # fmt: skip
PLAIN = ("-17", "+4.5", "çay", "1=1", " =1", "a@b", "", None)


def cells(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [cell for row in csv.reader(file) for cell in row]


def formulas(found: list[str]) -> list[str]:
    return [cell for cell in found if cell.startswith(STARTS) and not re.fullmatch(r"[+-]?[0-9.]+", cell)]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_a_table_for_a_spreadsheet_starts_no_formula_and_its_twin_is_exact(tmp_path, kind):
    texts = [*FORMULAS, *PLAIN]
    table = pa.table({"id": pa.array(texts, pa.string()).cast(kind), "real": range(len(texts))})
    write_table(table, tmp_path, "accounts")
    assert safe(table)["id"].cast(pa.string()).to_pylist() == [f"'{text}" for text in FORMULAS] + list(PLAIN)
    assert formulas(cells(tmp_path / "accounts.csv")) == []
    assert pq.read_table(tmp_path / "accounts.parquet")["id"].to_pylist() == texts


def test_no_file_of_an_analysis_starts_a_formula(tmp_path):
    names = [name for name in FORMULAS if name.isprintable()]
    rows = [f'"{name.replace(chr(34), chr(34) * 2)}",star{n % 3}' for n, name in enumerate(names)]
    (tmp_path / "follows.csv").write_text("\n".join(["follower,followed", *rows, "-9,star0", "=lost,", ""]))
    out, answer = tmp_path / "run", tmp_path / "followers.csv"
    assert main(["analyze", str(tmp_path / "follows.csv"), "--out", str(out), "-q"]) == 0
    assert main(["layers", "--store", str(out / "graphkit.duckdb"), "-o", str(out / "layers.csv"), "-q"]) == 0
    store = str(out / "graphkit.duckdb")
    assert main(["ask", "followers", "--account", "star0", "--store", store, "-o", str(answer), "-q"]) == 0
    for path in (*out.glob("*.csv"), answer):
        assert formulas(cells(path)) == [], path.name
    marked = {f"'{name}" for name in names}
    assert {"-9", "star0"} | marked <= set(cells(out / "accounts.csv"))
    assert marked <= set(cells(out / "layers.csv"))
    assert "'=1+1" in cells(answer)
    assert any(cell.startswith("'=lost") for cell in cells(out / "quarantine.csv"))
    assert set(names) <= set(pq.read_table(out / "accounts.parquet")["id"].to_pylist())


def test_cells_of_a_page_that_are_pasted_start_no_formula_but_for_the_sign_of_a_handle():
    page = html.fromstring(report(made_up.results(names=dict(enumerate(FORMULAS)))).html)
    found = [cell.text_content() for cell in page.xpath("//td | //th")]
    assert any("=1+1" in text for text in found)
    assert [text for text in formulas(found) if not text.startswith("@")] == []


def test_every_csv_is_written_by_what_marks_formulas():
    """Made-up worlds are data for machines to read again, and the offline import of a server reads its own files."""
    writing = re.compile(r"write_csv\(|\.to_csv\(|csv\.writer\(|DictWriter\(")
    allowed = {"maps/formats/spreadsheets.py", "maps/formats/tables.py", "analysis/files.py", "analysis/running.py",
               "cli/questions/answering.py", "cli/rosters/reaching.py", "lab/truth.py", "lab/worlds/world.py"}  # fmt: skip
    package = ROOT / "graphkit"
    found = {str(p.relative_to(package)) for p in package.rglob("*.py") if writing.search(p.read_text())}
    assert (
        found - allowed - {str(p.relative_to(package)) for p in (package / "stores" / "neo4j" / "offline").glob("*")}
        == set()
    )


def test_a_file_is_written_as_before_where_nothing_starts_a_formula(tmp_path):
    write_csv(pa.table({"id": ["a", None], "real": [1, None]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == '"id","real"\n"a",1\n,\n'
