"""What the documentation says is true: examples run, links lead somewhere, and nothing that exists is left out."""

from __future__ import annotations

import gzip
import re
import shlex
from pathlib import Path

import pytest

from graphkit import detectors, errors
from graphkit.cli import main
from graphkit.cli.app import app
from graphkit.loading import loaders

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MINE = [
    ROOT / "README.md",
    *(
        ROOT / "docs" / f"{name}.md"
        for name in (
            "index",
            "quickstart",
            "cli",
            "python",
            "languages",
            "cypher",
            "queries",
            "report",
            "dossier",
            "pictures",
        )
    ),
]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
AWAITED = {"neo4j.md"}  # written together with that store; the graph model names it already
CHEAPER = {"graphkit demo": "graphkit demo --accounts 500"}  # the same path with a smaller world


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def commands(page: Path) -> list[str]:
    lines = [line.split("  #")[0].strip() for kind, text in blocks(page) if not kind for line in text.splitlines()]
    return [line for line in lines if line.startswith("graphkit ") and not re.search(r"\b[A-Z]{4,}\b", line)]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("docs")
    follows = "follower,followed\n" + "".join(f"f{n},star\n" for n in range(12)) + "star,f1\n"
    posts = '{"id": "1", "author": "star", "text": "hello"}\n'
    (folder / "follows.csv").write_text(follows)
    (folder / "follows.csv.gz").write_bytes(gzip.compress(follows.encode()))
    (folder / "posts.jsonl").write_text(posts)
    (folder / "accounts.csv").write_text("id,handle,followers\nstar,brand,900\nf1,someone,3\n")
    for address in ("demo.duckdb", "run/graphkit.duckdb"):
        (folder / address).parent.mkdir(exist_ok=True)
        files = [str(folder / "follows.csv"), str(folder / "accounts.csv")]
        assert main(["load", *files, "--store", str(folder / address), "-q"]) == 0
    return folder


@pytest.mark.parametrize("page", [page for page in MINE if commands(page)], ids=named)
def test_the_commands_of_a_page_run_in_their_order(page, place, monkeypatch, capsys):
    monkeypatch.chdir(place)
    for line in commands(page):
        code = main(shlex.split(CHEAPER.get(line, line))[1:])
        assert code == 0, f"{line}: {capsys.readouterr().err}"


@pytest.mark.parametrize("page", [p for p in MINE if any(k == "python" for k, _ in blocks(p))], ids=named)
def test_the_python_of_a_page_runs(page, place, monkeypatch):
    monkeypatch.chdir(place)
    for kind, text in blocks(page):
        if kind == "python":
            exec(compile(text, str(page), "exec"), {})  # our own pages


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_inside_leads_to_a_file(page):
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    absent = {target for target in targets if target and not (page.parent / target).exists()}
    assert absent - AWAITED == set()


def test_every_command_stands_on_the_page_of_the_command_line():
    text = (ROOT / "docs" / "cli.md").read_text()
    every = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert [name for name in every if not re.search(rf"`{name}\b", text)] == []


def test_every_error_class_stands_beside_its_exit_code():
    rows = (ROOT / "docs" / "cli.md").read_text().splitlines()
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, errors.GraphkitError)]
    assert len(kinds) == 7
    for kind in kinds:
        [row] = [row for row in rows if f"`{kind.__name__}`" in row]
        assert re.search(rf"\b{kind.exit_code}\b", row.split("|")[1])


def test_every_detector_has_its_page_that_says_what_it_cannot_see():
    index = (ROOT / "docs" / "detectors.md").read_text()
    names = {kind.NAME for kind in detectors.every()}
    assert {page.stem for page in (ROOT / "docs" / "detectors").glob("*.md")} == names
    for kind in detectors.every():
        page = (ROOT / "docs" / "detectors" / f"{kind.NAME}.md").read_text()
        assert f"(detectors/{kind.NAME}.md)" in index
        assert kind.question in page
        for heading in ("How it looks", "What else looks like that", "What it cannot see", "Source", "Error rates"):
            assert f"## {heading}\n\n" in page


def test_every_loader_stands_on_its_page():
    text = (ROOT / "docs" / "loaders.md").read_text()
    assert [name for name in loaders() if name not in text] == []


def test_the_promised_files_are_those_that_analyze_writes(place, tmp_path):
    assert main(["analyze", str(place / "follows.csv"), "--out", str(tmp_path / "run"), "-q"]) == 0
    written = {path.name for path in (tmp_path / "run").iterdir()}
    page = (ROOT / "docs" / "results.md").read_text().split("## Columns")[0]
    assert set(re.findall(r"`([a-z]+\.[a-z]+)`", page)) == written
    promised = re.findall(r"`run/([a-z]+\.[a-z]+)`", (ROOT / "README.md").read_text())
    assert len(promised) >= 10
    assert set(promised) <= written


def test_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert {"report.png", "map.png"} <= set(sizes)
    assert max(sizes.values()) < 200_000
