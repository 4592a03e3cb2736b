"""Victims' handles and ids are in nothing that is made to be shared: planted in a world, looked for in every form."""

import io
import re

import pytest
from docx import Document
from pypdf import PdfReader
from test_map_tables import unpacked

from graphkit.analysis import gallery
from graphkit.analysis.detecting import detect
from graphkit.analysis.results import results_of
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.maps import draw, whole
from graphkit.pictures import Missing, svg
from graphkit.reports import report
from graphkit.reports.documents import docx, pdf
from graphkit.reports.dossiers import dossier


@pytest.fixture(scope="module")
def found():
    world = worlds.make("default", accounts=2_000, seed=5)
    graph = InfluenceGraph.build(world.dataset)
    run = detect(graph)
    results = results_of(graph, run)
    truth = world.truth.accounts.to_pandas().set_index("id")
    victims = [account for account in results.hidden if truth.compromised[account]]
    assert len(victims) >= 10
    assert {finding.kind for finding in results.findings} >= {"compromised", "trend_push"}
    return results, run, sorted(victims)


@pytest.fixture(scope="module")
def traces(found):
    """What would give a victim away: its id and its handle."""
    results, _, victims = found
    rows = results.graph.accounts.select(["id", "handle"]).to_pylist()
    handles = [row["handle"] for row in rows if row["id"] in set(victims)]
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, (*victims, *handles)))})(?!\w)")


def of_kind(results, kind):
    return next(finding for finding in results.findings if finding.kind == kind)


def test_report_and_its_documents_name_no_victim(found, traces):
    results, _, _ = found
    page = report(results)
    assert not traces.search(page.html)
    word = Document(io.BytesIO(docx(page.html, page.drawings)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert not traces.search("\n".join([*(p.text for p in word.paragraphs), *cells]))
    paper = PdfReader(io.BytesIO(pdf(page.html, page.drawings, at=page.at)))
    assert not traces.search("\n".join(sheet.extract_text() for sheet in paper.pages))
    assert traces.search(report(results, show_hidden=True).html)


@pytest.mark.parametrize("suffix", [".html", ".json", ".svg"])
def test_no_map_names_a_victim(found, traces, tmp_path, suffix):
    (draw if suffix in (".html", ".svg") else whole)(found[0]).save(tmp_path / f"map{suffix}")
    assert list(tmp_path.iterdir())
    for file in tmp_path.iterdir():
        assert not traces.search(unpacked(file)), file.name


def test_a_whole_map_names_victims_only_on_request(found, traces, tmp_path):
    file = whole(found[0], show_hidden=True).save(tmp_path / "map.gexf")
    assert traces.search(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["compromised", "trend_push"])
def test_dossiers_of_findings_and_of_who_gains_name_no_victim(found, traces, kind):
    results, run, _ = found
    finding = of_kind(results, kind)
    for name in (finding.id, *finding.beneficiaries[:1]):
        made = dossier(results, run.verdicts, name)
        assert not traces.search(made.html)
        assert not traces.search(str(made.json))


def test_a_dossier_of_a_victim_does_not_say_whose_it_is(found, traces):
    results, run, victims = found
    assert not traces.search(dossier(results, run.verdicts, victims[0]).html)
    assert traces.search(dossier(results, run.verdicts, victims[0], show_hidden=True).html)


def test_pictures_name_no_victim(found, traces):
    results, run, _ = found
    drawn = 0
    for name in gallery.PICTURES:
        for kind in ("compromised", "trend_push"):
            finding = of_kind(results, kind)
            for subject in (finding.id, *finding.beneficiaries[:1]):
                try:
                    picture = gallery.picture(results, run, name, subject)
                except UsageError:
                    continue  # a picture of accounts asked for of a finding, or the other way round
                if not isinstance(picture, Missing):
                    drawn += 1
                    assert not traces.search(svg(picture))
    assert drawn >= 4


def test_results_in_a_notebook_name_no_victim(found, traces):
    results, run, _ = found
    shown = [run, *results.findings]
    assert not traces.search("".join(one._repr_html_() for one in shown))
