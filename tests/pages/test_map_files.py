"""Maps for other tools and other places: what a file keeps, what it says it cannot, and the words of the page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import hostile
import igraph
import made_up
import numpy as np
import pyarrow.parquet as pq
import pytest
from matplotlib.image import imread

from graphkit import maps
from graphkit.maps import messages
from graphkit.maps.forces import force_atlas, spread_out
from graphkit.maps.pictures import poster
from graphkit.maps.pictures.poster import lines, shaded

SOURCES = Path(__file__).parents[2] / "graphkit" / "maps"


@pytest.fixture(scope="module")
def drawn():
    return maps.draw(made_up.results())


def test_every_word_of_the_page_stands_in_the_table_and_no_word_there_is_left_unsaid():
    code = "\n".join(path.read_text() for path in (SOURCES / "build" / "src").glob("*.js"))
    page = (SOURCES / "assets" / "map.html").read_text()
    python = "\n".join(path.read_text() for path in SOURCES.rglob("*.py") if path.name != "messages.py")
    asked = set(re.findall(r'(?<![\w.])t\("(\w+)"', code)) | set(re.findall(r'said\(\s*"(\w+)"', page + python))
    asked |= set(re.findall(r'\["(column_\w+)"', code))
    card = (SOURCES / "build" / "src" / "card.js").read_text()
    asked |= {name for groups in re.findall(r'\badd\("(\w+)"|\blist\("(\w+)"', card) for name in groups if name}
    known = {key.removesuffix(".one").removesuffix(".other") for key in messages.PAGE}
    by_name = {key for key in known if "." in key or key.startswith("colour_")}  # put together from a name in the data
    chosen = {"play", "pause", "ego_on", "ego_off", "follows_in", "follows_out", "acts_in", "acts_out", "legend_title"}
    chosen |= {"show_accounts", "show_communities", "all_accounts", "no_finding"}
    assert asked - known == set()
    assert known - asked - by_name - chosen == set()


def test_the_whole_network_is_exported_whatever_a_map_shows():
    results = made_up.results(700)
    graph = results.graph
    every = maps.whole(results)
    assert every.nodes.num_rows == 700
    assert (
        every.edges.num_rows
        == every.legend.ties
        == graph.follows.nnz + graph.layer("repost").nnz + graph.layer("reply").nnz
    )
    assert every.losses(".parquet") == ()


def test_parquet_keeps_ids_types_times_lists_and_parallel_ties(drawn, tmp_path):
    nodes = pq.read_table(drawn.save(tmp_path / "map.parquet"))
    edges = pq.read_table(tmp_path / "map.edges.parquet")
    assert nodes["id"].to_pylist() == drawn.nodes["id"].to_pylist()
    assert nodes["findings"].to_pylist()[22] == [made_up.results().findings[0].id]
    assert str(edges.schema.field("first_at").type) == "timestamp[ms, tz=UTC]"
    assert edges["first_at"][0].as_py() >= datetime(2026, 9, 21, tzinfo=UTC)
    assert sorted(set(edges["kind"].cast("string").to_pylist())) == ["follow", "reply", "repost"]
    assert edges.num_rows == drawn.edges.num_rows


def test_json_for_cytoscape_and_graphology_hold_the_exact_text(tmp_path):
    drawn = maps.draw(made_up.results(names=dict(enumerate(hostile.EVERY))))
    names = drawn.nodes["name"].to_pylist()
    cytoscape = json.loads(drawn.save(tmp_path / "map.cyjs").read_text(encoding="utf-8"))
    graphology = json.loads(drawn.save(tmp_path / "map.json").read_text(encoding="utf-8"))
    assert [node["data"]["name"] for node in cytoscape["elements"]["nodes"]] == names
    assert [node["attributes"]["label"] for node in graphology["nodes"]] == names
    assert graphology["options"]["multi"] is True
    assert len({edge["data"]["id"] for edge in cytoscape["elements"]["edges"]}) == drawn.edges.num_rows
    kinds = {edge["attributes"]["kind"] for edge in graphology["edges"]}
    assert kinds == {"follow", "reply", "repost"}


def test_what_a_format_cannot_carry_is_said_with_its_number():
    odd = maps.draw(made_up.results(names={1: "a\u0008b", 2: "=1+1"}))
    unknown = odd.nodes["label"].to_pylist().count("unknown")
    said = " ".join(odd.losses(".gexf"))
    assert f"for the format has no hollow shape: {unknown}." in said
    assert "each became U+FFFD: 3." in said  # handle, name and reason of one account
    # Handles begin with @; of the other texts the name and the reason of one account would start a formula.
    assert f"got a leading apostrophe: {120 - 3 + 2}." in " ".join(odd.losses(".csv"))
    assert (
        maps.draw(made_up.results(700), most=100)
        .losses(".json")[0]
        .startswith("Accounts of the network not on this map: 600;")
    )


def test_a_poster_repeats_and_its_ties_take_ink_along_their_whole_length(tmp_path, monkeypatch):
    monkeypatch.setattr(poster, "WIDTH", 900)
    monkeypatch.setattr(poster, "HEIGHT", 600)
    path = maps.poster(made_up.results(), tmp_path / "poster.png")
    assert path.read_bytes() == maps.poster(made_up.results(), tmp_path / "again.png").read_bytes()
    assert imread(path).shape[1] == 900
    x, y = np.array([0.0, 9.0, 0.0]), np.array([0.0, 0.0, 9.0])
    ink = lines(x, y, np.array([0, 0], np.int32), np.array([1, 2], np.int32), 10, 10)
    assert (ink[0] > 0).all()
    assert (ink[:, 0] > 0).all()
    assert (ink > 0).sum() == 19
    assert ink[0, 0] == 2


def test_a_poster_without_a_tie_is_blank_paper():
    results = made_up.results(findings=False, ties_each=1)
    empty = maps.draw(results)
    bare = type(empty)(empty.nodes.slice(0, 0), empty.edges.slice(0, 0), empty.legend, empty.title, empty.run)
    assert len(np.unique(shaded(bare, width=60, height=40).reshape(-1, 3), axis=0)) == 1


def test_forces_bring_tied_accounts_together_and_hold_the_rest_apart():
    """Two cliques of ten, one tie between them: each ends up nearer to its own than to the other."""
    pairs = [(i, j) for c in (0, 10) for i in range(c, c + 10) for j in range(i) if j >= c] + [(0, 10)]
    graph = igraph.Graph(n=20, edges=pairs)
    lists = [sorted(graph.neighbors(node)) for node in range(20)]
    indptr = np.cumsum([0, *map(len, lists)])
    angle = np.arange(20) * 2.4
    start = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.sqrt(np.arange(20) + 1)[:, None]
    at = force_atlas(start, indptr, np.concatenate(lists).astype(np.int64), np.zeros((20, 2)), 200)
    gaps = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
    own = np.arange(20)[:, None] // 10 == np.arange(20)[None] // 10
    assert gaps[own & ~np.eye(20, dtype=bool)].mean() < 0.5 * gaps[~own].mean()


def test_crowded_accounts_are_spread_out_within_the_disc():
    crowd = np.random.default_rng(1).normal(0, 0.01, (200, 2))
    spread = spread_out(crowd, 0.08, 200)
    gaps = np.sqrt(((spread[:, None] - spread[None]) ** 2).sum(axis=2)) + 9 * np.eye(200)
    assert gaps.min() > 0.06
    assert np.sqrt((spread**2).sum(axis=1)).max() <= 1.0 + 1e-12
