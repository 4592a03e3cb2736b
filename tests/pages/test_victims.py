"""Victims' handles and ids are in nothing that is made to be shared: planted in a world, looked for in every form."""

import dataclasses
import io
import re
import zipfile

import pytest
from lxml import etree
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


def test_a_report_names_no_victim_unless_it_is_asked_to(found, traces):
    results, _, _ = found
    assert not traces.search(report(results).html)
    assert traces.search(report(results, show_hidden=True).html)


def test_documents_name_no_victim_not_even_in_parts_that_nobody_sees(found, traces):
    """Of a report with one finding of each kind that names victims: a document says what its page says, read whole above."""
    results, _, _ = found
    naming = [f for f in reversed(results.findings) if results.hidden & {member.account for member in f.members}]
    few = dataclasses.replace(results, findings=tuple({f.kind: f for f in naming}.values()))
    assert {f.kind for f in few.findings} >= {"compromised", "trend_push"}
    assert few.hidden == results.hidden
    hiding, showing = report(few), report(few, show_hidden=True)
    assert not traces.search(texts_of(docx(hiding.html, hiding.drawings)))
    assert traces.search(texts_of(docx(showing.html, showing.drawings)))
    paper = PdfReader(io.BytesIO(pdf(hiding.html, hiding.drawings, at=hiding.at)))
    assert not traces.search("\n".join(sheet.extract_text() for sheet in paper.pages))


def texts_of(word: bytes) -> str:
    """All texts of a Word file, those of its properties and of its pictures' descriptions too."""
    with zipfile.ZipFile(io.BytesIO(word)) as parts:
        found = [etree.fromstring(parts.read(name)) for name in parts.namelist() if name.endswith(".xml")]
    return "\n".join(text for part in found for text in part.xpath("//text() | //@*"))


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
