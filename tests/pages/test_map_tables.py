"""The map as tables and files: choice, ties, layout, and what other tools read back."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import re
from pathlib import Path

import hostile
import igraph
import made_up
import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from matplotlib.text import Text

from graphkit.errors import UsageError
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.maps import draw
from graphkit.maps.choice import chosen, real_reach
from graphkit.maps.layout import layout
from graphkit.maps.map import SUFFIXES
from graphkit.maps.pictures.picture import figure, printable
from graphkit.maps.ties import ties_among
from graphkit.results import Results

GRAMMAR = etree.RelaxNG(file=str(Path(__file__).parent / "gexf-1.3-written.rng"))


@pytest.fixture(scope="module")
def drawn():
    return draw(made_up.results())


def small_graph() -> InfluenceGraph:
    """b follows a (time 5), a follows b (no time), c likes a twice (times 7 and 9) and answers once, follows nobody."""
    follows = pa.table({"follower": ["b", "a"], "followed": ["a", "b"], "at": [5, None]})
    acts = pa.table(
        {
            "actor": ["c", "c", "c"],
            "target": ["a", "a", "a"],
            "kind": ["like", "like", "reply"],
            "at": [9, 7, 8],
            "post": ["p", "q", "q"],
        }
    )
    return InfluenceGraph.build({"follows": follows, "interactions": acts})


def said_of(ties):
    kinds = [ties.kinds[kind] for kind in ties.kind.tolist()]
    return list(zip(ties.source.tolist(), ties.target.tolist(), kinds, ties.count.tolist(), strict=True))


def test_each_kind_of_tie_of_a_pair_stands_for_itself():
    ties = ties_among(small_graph(), np.arange(3), most=9, together=np.zeros(3, bool))
    assert said_of(ties) == [(0, 1, "follow", 1), (1, 0, "follow", 1), (2, 0, "like", 2), (2, 0, "reply", 1)]
    assert ties.first.tolist() == [NO_TIME, 5, 7, 8]
    assert ties.last.tolist() == [NO_TIME, 5, 9, 8]
    assert ties.in_all == 4


def test_with_room_for_two_ties_the_strongest_pair_stays_whole():
    ties = ties_among(small_graph(), np.arange(3), most=2, together=np.zeros(3, bool))
    assert said_of(ties) == [
        (0, 1, "follow", 1),
        (1, 0, "follow", 1),
    ]  # 1 + 1 for being mutual is log2(1 + 3), and first
    marked = ties_among(small_graph(), np.arange(3), most=2, together=np.array([True, False, True]))
    assert said_of(marked) == [(2, 0, "like", 2), (2, 0, "reply", 1)]


def test_everybody_gets_a_tie_before_anybody_gets_a_second():
    follows = pa.table({"follower": ["a", "a", "b", "b", "c"], "followed": ["b", "c", "a", "c", "d"]})
    graph = InfluenceGraph.build({"follows": follows})
    ties = ties_among(graph, np.arange(4), most=3, together=np.zeros(4, bool))
    assert [row[:2] for row in said_of(ties)] == [(0, 1), (1, 0), (2, 3)]


def test_members_of_findings_are_shown_before_the_widest():
    results = made_up.results(400)
    nodes = chosen(results, 44, reach=real_reach(results))
    assert len(nodes) == 44
    shown = set(results.graph.ids(nodes))
    for finding in results.findings:  # 22 places for three findings: seven each, one of them for who gains
        assert len(shown & set(finding.accounts)) >= min(6, len(finding.accounts))
    widest = sorted(results.reach.to_pylist(), key=lambda row: (-row["real"], row["id"]))[:10]
    assert {row["id"] for row in widest} <= shown


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_communities_never_lie_upon_each_other_and_places_repeat(seed, count, communities):
    rng = np.random.default_rng(seed)
    follows = rng.integers(0, count, (3 * count, 2))
    ids = np.array([f"n{number:03d}" for number in range(count)])
    table = {
        "follows": pa.table({"follower": ids[follows[:, 0]], "followed": ids[follows[:, 1]]}),
        "accounts": pa.table({"id": ids}),
    }
    ties = ties_among(InfluenceGraph.build(table), np.arange(count), most=10_000, together=np.zeros(count, bool))
    community = np.unique(rng.integers(0, communities, count), return_inverse=True)[1]
    first, again = layout(ties, community, seed=seed), layout(ties, community, seed=seed)
    assert np.array_equal(first.at, again.at)
    assert np.abs(first.at).max() <= 1000
    off_centre = np.sqrt(((first.at - first.centre[community]) ** 2).sum(axis=1))
    assert (off_centre <= first.radius[community] * 1.001 + 0.2).all()
    gaps = np.sqrt(((first.centre[:, None] - first.centre[None]) ** 2).sum(axis=2)) + 1e9 * np.eye(len(first.centre))
    assert (gaps >= 0.93 * (first.radius[:, None] + first.radius[None])).all()  # 7 %: the last pushes are cut short


def unpacked(file: Path) -> str:
    """The text of a file, with what a page packs."""
    text = file.read_text(encoding="utf-8")
    blocks = re.findall(r'data-packed="gzip">"([^"]+)"<', text)
    return text + "".join(gzip.decompress(base64.b64decode(block)).decode() for block in blocks)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_map_gives_the_same_bytes(drawn, tmp_path, suffix):
    one = drawn.save(tmp_path / f"one{suffix}").read_bytes()
    two = draw(made_up.results()).save(tmp_path / f"two{suffix}").read_bytes()
    assert one == two
    assert len(one) > 1000


def test_an_unknown_format_is_refused_with_the_known_ones(drawn, tmp_path):
    with pytest.raises(UsageError, match=r"no map format has the suffix '\.docx'; accepted are \.html, \.gexf"):
        drawn.save(tmp_path / "map.docx")


def test_gexf_follows_the_grammar_also_with_hostile_names():
    for results in (made_up.results(), made_up.results(names=dict(enumerate(hostile.EVERY)))):
        document = etree.fromstring(text_of(draw(results), ".gexf").encode())
        assert GRAMMAR.validate(document), GRAMMAR.error_log.last_error


def text_of(drawn, suffix: str) -> str:
    from graphkit.maps.formats import gexf, graph_json, graphml

    return {".gexf": gexf.gexf, ".graphml": graphml.graphml, ".json": graph_json.graphology}[suffix](drawn)


def test_gexf_comes_back_from_networkx_with_ids_types_and_times(tmp_path):
    drawn = draw(zero_led())
    back = nx.read_gexf(drawn.save(tmp_path / "map.gexf"))
    assert sorted(back.nodes) == ["007", "9007199254740993", "ünlü<"]
    assert back.nodes["007"]["label"] == "007"
    assert back.nodes["007"]["measured"] == "authentic"
    assert back.nodes["007"]["real"] == 12
    assert back.nodes["007"]["p_bot"] == 0.03
    between = back.get_edge_data("9007199254740993", "007")
    assert [(tie["kind"], tie["count"], tie["weight"]) for tie in between.values()] == [
        ("follow", 1, 1),
        ("reply", 2, 2),
    ]
    assert [tie["start"] for tie in between.values()] == ["2026-09-21T14:13:20Z", "2026-09-21T14:13:21.500Z"]


def test_graphml_comes_back_from_igraph_and_networkx(tmp_path):
    path = draw(zero_led()).save(tmp_path / "map.graphml")
    by_igraph, by_networkx = igraph.Graph.Read_GraphML(str(path)), nx.read_graphml(path)
    assert sorted(by_igraph.vs["id"]) == sorted(by_networkx.nodes) == ["007", "9007199254740993", "ünlü<"]
    assert by_networkx.nodes["007"]["real"] == 12
    assert by_igraph.vs.find(id="007")["real"] == 12
    between = by_networkx.get_edge_data("9007199254740993", "007")
    assert [(tie["kind"], tie["count"]) for tie in between.values()] == [("follow", 1), ("reply", 2)]
    assert [tie["first_at"] for tie in between.values()] == ["2026-09-21T14:13:20Z", "2026-09-21T14:13:21.500Z"]
    assert by_igraph.is_directed()
    assert sorted(by_igraph.es["kind"]) == ["follow", "follow", "reply"]


def zero_led():
    """Ids that are no numbers (a leading zero, one above 2^53, letters that XML escapes), and a pair tied twice."""
    ids = ["007", "9007199254740993", "ünlü<"]
    follows = pa.table({"follower": ids[1:], "followed": ["007", "007"], "at": [made_up.AT, None]})
    acts = pa.table(
        {
            "actor": [ids[1]] * 2,
            "target": ["007"] * 2,
            "kind": ["reply"] * 2,
            "at": [made_up.AT + 9_000, made_up.AT + 1_500],
        }
    )
    columns = {"label": ["authentic"] * 3, "reason": [""] * 3, "p_bot": [0.03] * 3, "authentic": [0.9] * 3}
    given = {
        name: pa.array(columns.get(name, [None] * 3), made_up.ACCOUNTS.field(name).type)
        for name in made_up.ACCOUNTS.names
    }
    reach = pa.Table.from_pylist([{"id": "007", "real": 12, "real_low": 9, "real_high": 20}], schema=made_up.REACH)
    return Results(
        accounts=pa.table({**given, "id": ids}),
        findings=(),
        reach=reach,
        graph=InfluenceGraph.build({"follows": follows, "interactions": acts}),
        run=made_up.RUN,
    )


@pytest.mark.parametrize("suffix", [".html", ".gexf", ".graphml", ".json", ".cyjs", ".csv", ".svg", ".parquet"])
def test_hidden_names_are_in_no_file(drawn, tmp_path, suffix):
    drawn.save(tmp_path / f"map{suffix}")
    for file in tmp_path.iterdir():
        text = str(pq.read_table(file).to_pylist()) if suffix == ".parquet" else unpacked(file)
        assert not re.search(r"(?<!\w)(handle_6[012]|Name 6[012]|a006[012])(?!\w)", text), file.name


def test_csv_cells_start_no_formula_and_json_stays_exact(tmp_path):
    drawn = draw(made_up.results(names={1: "=1+1", 2: '=HYPERLINK("x")', 3: "plain"}))
    drawn.save(tmp_path / "map.csv")
    with (tmp_path / "map.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Label"] for row in rows[:4]] == ["'@handle_0", "'@=1+1", '\'@=HYPERLINK("x")', "'@plain"]
    assert [row["reason"] for row in rows[1:3]] == ["'=1+1", '\'=HYPERLINK("x")']
    with (tmp_path / "map.edges.csv").open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    assert head == ["Source", "Target", "Weight", "Timestamp", "Type", "Kind", "count", "last_at"]
    exact = json.loads(drawn.save(tmp_path / "map.json").read_text(encoding="utf-8"))
    assert exact["nodes"][1]["attributes"]["label"] == "@=1+1"


def test_a_large_world_shows_a_part_and_says_so():
    drawn = draw(made_up.results(700), most=100)
    assert drawn.nodes.num_rows == 100
    assert drawn.legend.accounts == 700
    assert sum(item.shown for item in drawn.legend.labels) == 100
    assert sum(item.in_all for item in drawn.legend.labels) == 700
    assert "100 of 700 accounts" in re.sub(r"\s+", " ", drawn.html)


def test_the_print_says_how_much_is_drawn_when_by_which_run_and_what_was_collected():
    drawn = draw(made_up.results(700), most=100)
    texts = " ".join(text.get_text() for text in figure(drawn).findobj(Text))
    assert "100 of 700 accounts" in texts
    assert drawn.legend.coverage in texts
    assert f"2026-09-21 · graphkit 0.1.0 · run {made_up.RUN.id}, seed 7" in texts
    assert all(f"{item.said} ({item.in_all:,})" in texts for item in drawn.legend.labels)


def test_pictures_bear_names_that_the_font_or_mathtext_cannot(tmp_path):
    drawn = draw(made_up.results(names={0: "$\\frac{1}{", 1: "漢字", 2: "a$b$"}))
    assert drawn.save(tmp_path / "map.png").stat().st_size > 20_000
    assert printable("漢a") == "▫a"
