"""A past day: what had happened by then, or what had been seen by then, and nothing later."""

import inspect
import json

import pytest

from graphkit.cli import main
from graphkit.cli.app import app
from graphkit.errors import UsageError
from graphkit.lab.checks_stores import batch, listed, random_load
from graphkit.stores import open_store
from graphkit.stores.queries.past import Day, PastStore

TEN, TWENTY, THIRTY = (Day.parse(f"2024-01-{day}").at for day in (10, 20, 30))

EARLY = batch(
    0,
    accounts=[
        {"id": "a", "created_at": 1, "followers": 10, "handle": "ann", "observed_at": TEN},
        {"id": "late", "created_at": THIRTY},
    ],
    follows=[
        {"follower": "a", "followed": "b", "at": TEN, "observed_at": TEN},
        {"follower": "b", "followed": "a", "at": TEN, "ended_at": THIRTY, "observed_at": TWENTY},
        {"follower": "c", "followed": "a", "at": TEN, "ended_at": TEN + 1, "observed_at": TEN},
        {"follower": "d", "followed": "a", "observed_at": TEN},
    ],
    posts=[
        {"id": "p", "author": "a", "at": TEN, "deleted_at": THIRTY},
        {"id": "q", "author": "b", "at": THIRTY},
        {"id": "r"},
    ],
    interactions=[
        {"actor": "b", "kind": "like", "post": "p", "at": TWENTY},
        {"actor": "b", "kind": "like", "post": "q", "at": THIRTY},
        {"actor": "c", "kind": "like", "post": "r", "at": TEN},
        {"actor": "d", "target": "a", "kind": "reply"},
    ],
    coverage=[{"account": "a", "relation": "followers", "collected": 3, "fetched_at": THIRTY}],
)
LATER = batch(
    0,
    accounts=[{"id": "a", "followers": 99, "handle": "anna", "observed_at": THIRTY}],
    follows=[{"follower": "a", "followed": "b", "at": TEN, "observed_at": THIRTY}],
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    place = str(tmp_path_factory.mktemp("past") / "x.duckdb")
    with open_store(place) as store:
        store.add_all([listed("early", EARLY), listed("later", LATER)])
    return place


def on(address, day, by="event"):
    with open_store(address) as store:
        return PastStore(store, Day.parse(day, by)).tables()


def test_by_the_time_of_events_later_ties_acts_posts_and_ends_are_gone(address):
    past = on(address, "2024-01-25")
    assert [(row["follower"], row["followed"], row["ended_at"]) for row in past.follows.to_pylist()] == [
        ("a", "b", None),
        ("b", "a", None),
        ("c", "a", TEN + 1),
    ]
    assert [(row["post"], row["at"]) for row in past.interactions.to_pylist()] == [("p", TWENTY), ("r", TEN)]
    assert [(row["id"], row["deleted_at"]) for row in past.posts.to_pylist()] == [("p", None), ("r", None)]
    assert past.accounts.select(["id", "handle", "followers"]).to_pylist() == [
        {"id": "a", "handle": "anna", "followers": None}
    ]
    assert past.coverage.num_rows == 0


def test_by_the_time_seen_an_old_sight_is_not_lost_under_a_newer_one(address):
    past = on(address, "2024-01-15", by="seen")
    assert past.accounts.select(["id", "handle", "followers"]).to_pylist() == [
        {"id": "a", "handle": "ann", "followers": 10}
    ]
    assert [row["follower"] for row in past.follows.to_pylist()] == ["a", "c", "d"]
    assert past.follows["observed_at"].to_pylist() == [TEN, TEN, TEN]
    assert (past.interactions.num_rows, past.posts.num_rows) == (
        0,
        0,
    )  # nothing says when they were seen: at their load
    assert on(address, "2024-01-25", by="seen").follows["ended_at"].to_pylist() == [None, None, TEN + 1, None]


def test_after_everything_the_past_is_the_present(tmp_path):
    with open_store(str(tmp_path / "x.duckdb")) as store:
        store.add_all([random_load(5), random_load(6)])
        assert PastStore(store, Day.parse("2999-01-01", "seen")).digest() == store.digest()


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "", "12"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(UsageError, match="is no day"):
        Day.parse(text)


def test_a_day_is_its_first_moment_in_utc_and_times_and_milliseconds_are_taken():
    assert Day.parse("2024-03-01").at == Day.parse("2024-03-01T01:00:00+01:00").at == 1_709_251_200_000
    assert Day.parse("1709251200000").at == 1_709_251_200_000


def said(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_questions_and_neighbours_are_about_the_day(address, capsys):
    present = said(capsys, "ask", "followers", "--account", "a", "--store", address, "--json")
    assert [row["account"] for row in json.loads(present[1])] == ["d"]
    past = said(capsys, "ask", "followers", "--account", "a", "--store", address, "--as-of", "2024-01-25", "--json")
    assert [row["account"] for row in json.loads(past[1])] == ["b"]
    named = said(
        capsys, "ask", "followers-as-of", "--account", "a", "--store", address, "--as-of", "2024-01-25", "--json"
    )
    assert [row["account"] for row in json.loads(named[1])] == ["b"]
    near = said(capsys, "neighbours", "a", "--store", address, "--as-of", "2024-01-15", "--json")
    assert {row["account"] for row in json.loads(near[1])} == {"b"}
    assert said(capsys, "ask", "followers", "--account", "a", "--store", address, "--json") == present


def test_every_reading_command_takes_a_day(address, capsys):
    names = {command.name or command.callback.__name__: command.callback for command in app.registered_commands}
    with_store = {name for name, callback in names.items() if "store" in inspect.signature(callback).parameters}
    assert len(with_store) > 12
    for name in with_store - {"load", "push", "pull"}:
        assert "_as_of" in inspect.signature(names[name]).parameters, name
    for name in ("load", "push", "pull", "queries"):
        assert "_as_of" not in inspect.signature(names[name]).parameters, name
    assert "--as-of-by" in said(capsys, "map", "--help")[1]
    code, _, err = said(capsys, "detect", "--store", address, "--as-of", "tomorrow")
    assert (code, "is no day" in err) == (2, True)


def test_a_detection_about_a_day_is_not_kept(address, capsys, caplog):
    code, _, _ = said(capsys, "detect", "follow_rings", "--store", address, "--as-of", "2024-01-25", "--json")
    assert (code, "is about 2024-01-25" in caplog.text) == (0, True)
    with open_store(address) as store:
        assert store.runs() == []


def test_an_analysis_of_a_day_says_so_and_comes_out_the_same_again(tmp_path, capsys):
    follows = tmp_path / "follows.csv"
    rows = [f"{a},{b},2024-01-{10 + (a + b) % 15}T00:00:00Z" for a in range(20) for b in range(20) if a != b]
    follows.write_text("\n".join(["follower,followed,at", *rows]) + "\n")
    out = tmp_path / "run"
    code, _, _ = said(capsys, "analyze", str(follows), "--out", str(out), "--as-of", "2024-01-15", "--quiet")
    told = json.loads((out / "run.json").read_text())
    assert (code, told["asked"]["as_of"]) == (0, Day.parse("2024-01-15").at)
    assert (
        0
        < told["data"]["follows"]
        == sum(int(row[-12:-10]) <= 15 and row.rsplit("-", 1)[1] <= "15T00:00:00Z" for row in rows)
    )
    assert any("As of 2024-01-15" in note for note in told["notes"])
    assert said(capsys, "rerun", str(out / "run.json"), "--quiet")[0] == 0
