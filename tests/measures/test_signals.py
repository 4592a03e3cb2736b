"""Signals: the values are what their words say, the ranges hold, and none of them can decide alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from graphkit import settings
from graphkit.dataset import SCHEMAS
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.signals import every, signals_of

DAY = 86_400_000
MINUTE = 60_000


def built(**tables: list[dict[str, object]]) -> InfluenceGraph:
    return InfluenceGraph.build(
        {name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in tables.items()}
    )


def value(graph: InfluenceGraph, name: str, account: str) -> float:
    [signal] = [signal for signal in every() if signal.name == name]
    return float(signal.measure(graph).value[graph.node(account)])


@pytest.fixture(scope="module")
def town() -> InfluenceGraph:
    return InfluenceGraph.build(worlds.make("default", accounts=2_000, seed=3).dataset)


def test_every_signal_can_be_switched_off_and_stands_on_the_page():
    names = [signal.name for signal in every()]
    page = (Path(__file__).parents[2] / "docs" / "signals.md").read_text()
    assert sorted(names) == sorted(settings.defaults().signals.use)
    assert len(names) == 29
    assert [name for name in names if f"`{name}`" not in page] == []


def test_a_signal_that_is_switched_off_is_not_in_the_table(town):
    shipped = settings.defaults()
    own = shipped.model_copy(update={"signals": shipped.signals.model_copy(update={"off": ("handle_digits",)})})
    with settings.using(own):
        columns = signals_of(town).table().column_names
    assert "handle_digits" not in columns and "overlap" in columns
    wrong = shipped.model_copy(update={"signals": shipped.signals.model_copy(update={"off": ("nonsense",)})})
    with settings.using(wrong), pytest.raises(UsageError, match="nonsense is no signal"):
        signals_of(town)


def test_values_counted_by_hand():
    at = 1_700_000_000_000
    follows = [{"follower": "a", "followed": f"b{n}", "at": at} for n in range(6)]
    follows += [{"follower": f"b{n}", "followed": "a", "at": at + 3_600_000 * (n + 1)} for n in range(5)]
    follows += [{"follower": "a", "followed": "c", "at": at, "ended_at": at + 3 * DAY}]
    posts = [{"id": f"p{n}", "author": "b0", "at": at + n * DAY, "text": f"@x{n} hello"} for n in range(4)]
    acts = [
        {"actor": "a", "target": "b0", "kind": "like", "post": f"p{n}", "at": at + n * DAY + 5_000} for n in range(4)
    ]
    acts += [{"actor": "a", "target": "c", "kind": "reply", "post": None, "at": at + 9 * DAY}]
    acts += [{"actor": "a", "target": "b0", "kind": "like", "post": "p3", "at": at + 9 * DAY + 30_000}]
    accounts = [{"id": "a", "handle": "@ann19"}, {"id": "b0", "handle": "bob"}]
    graph = built(accounts=accounts, follows=follows, posts=posts, interactions=acts)
    assert value(graph, "handle_digits", "a") == pytest.approx(2 / 5)
    assert value(graph, "overlap", "a") == 1.0
    assert value(graph, "returns_follows", "a") == 1.0
    assert value(graph, "follow_back_hours", "a") == 3.0
    assert value(graph, "dropped_follows", "a") == pytest.approx(1 / 7)
    assert value(graph, "favourite_share", "a") == pytest.approx(5 / 6)
    assert value(graph, "acts_on_strangers", "a") == pytest.approx(1 / 6)
    assert value(graph, "quick_reactions", "a") == pytest.approx(4 / 5)
    assert value(graph, "follow_rush", "a") == 1.0
    assert np.isnan(value(graph, "overlap", "b1"))


def test_texts_said_again_and_lists_of_handles_are_counted():
    handles = " ".join(f"@friend{n}" for n in range(9))
    said = ["Günaydın sevgili dostlar, bugün hava çok güzel!", "GÜNAYDIN sevgili dostlar bugün hava çok güzel 🎉"]
    said += [handles + " follow", "something else entirely about a book", "a fifth post about nothing in particular"]
    posts = [{"id": f"p{n}", "author": "a", "text": text} for n, text in enumerate(said)]
    graph = built(posts=posts)
    assert value(graph, "follow_trains", "a") == pytest.approx(1 / 5)
    assert np.isnan(value(graph, "repeated_text", "a"))  # only four of the five say enough
    graph = built(posts=[*posts, {"id": "q", "author": "a", "text": "one more post about nothing that was said"}])
    assert value(graph, "repeated_text", "a") == pytest.approx(1 / 5)


def test_no_more_accounts_are_unusual_than_the_range_says(town):
    for reading in signals_of(town).readings:
        known = ~np.isnan(reading.p)
        # where fewer than thirty peers have a value they are held against everybody, hence a little more than 0.05
        assert (reading.p[known] <= 0.05).sum() <= 0.06 * known.sum(), reading.signal.name
        assert (reading.low[known] <= reading.high[known]).all()


def test_all_signals_together_stay_within_their_bound_and_do_not_favour_suspicion(town):
    found = signals_of(town)
    modifier = found.modifier()
    assert np.abs(modifier).max() <= 2.0
    assert np.exp(modifier).mean() <= 1.0
    worst = dataclasses.replace(
        found, readings=tuple(dataclasses.replace(r, p=np.full(town.n, 1e-6, np.float32)) for r in found.readings)
    )
    assert worst.modifier().max() == 2.0


def test_nothing_is_said_where_too_few_can_be_compared():
    graph = built(accounts=[{"id": f"a{n}", "handle": f"ann{n}"} for n in range(20)])
    [(signal, read)] = [row for row in signals_of(graph).of(0) if row[0].name == "handle_digits"]
    assert signal.odd == "high"
    assert (read["low"], read["high"], read["p"]) == (None, None, None)


def test_the_table_has_a_row_an_account_and_a_struct_a_signal(town):
    table = signals_of(town).table()
    assert table.num_rows == town.n
    assert table["id"].to_pylist() == list(town.account_ids)
    row = table["overlap"][0].as_py()
    assert set(row) == {"value", "low", "high", "p", "seen"}
