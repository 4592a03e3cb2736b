"""Kills, signals, two at once and a full disk: the embedded store loses nothing and takes nothing twice."""

import random
import signal
import time
from contextlib import suppress

import kills
import pytest
from kills import made_up

from graphkit.lab.checks_stores import judge_digest
from graphkit.stores import faults, open_store


@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_kills_at_random_moments_lose_no_batch_and_tear_none(seed, tmp_path):
    result = kills.survive(20, seed=seed, folder=tmp_path)
    assert (result.kills, result.lost, result.doubled) == (20, 0, 0)
    assert result.loads >= 1


@pytest.mark.parametrize("place", faults.PLACES)
def test_a_kill_at_this_very_place_costs_nothing_but_the_batch_in_work(place, tmp_path):
    address = tmp_path / "store.duckdb"
    visit = "@7" if place in {"rows_written", "before_commit", "after_commit"} else ""
    process, pipe = kills.start(address, 5, f"{place}=kill{visit}")
    process.join()
    acked = [word for word in kills.received(pipe) if isinstance(word, int)]
    assert process.exitcode == -signal.SIGKILL
    assert set(acked) <= kills.committed(address)[0]
    process, pipe = kills.start(address, 5)
    process.join()
    said = kills.received(pipe)
    report, again = said[-1], [word for word in said if isinstance(word, int)]
    assert len(acked) + len(again) in {kills.BATCHES, kills.BATCHES - 1}  # at most one was safe before it was said
    assert report.already == (place == "after_seal")
    assert [left.name for left in tmp_path.iterdir()] == ["store.duckdb"]
    with open_store(str(address)) as store:
        assert store.digest() == judge_digest([made_up(5)])


def test_a_signal_stops_the_load_at_a_batch_edge_within_five_seconds(tmp_path):
    chance, address = random.Random(3), tmp_path / "store.duckdb"
    stopped = 0
    for round_ in range(20):
        number = chance.choice((signal.SIGINT, signal.SIGTERM))
        process, pipe = kills.start(address, 1000 + round_ // 4)
        pipe.recv()
        time.sleep(chance.uniform(0.0, 0.2))
        with suppress(ProcessLookupError):  # the load may be over already
            kills.os.kill(process.pid, number)
        began = time.monotonic()
        process.join()
        assert time.monotonic() - began < 5
        assert process.exitcode in {0, 128 + number}
        stopped += process.exitcode != 0
    assert stopped > 5  # a load takes about 0.25 s: most signals come before its end
    with open_store(str(address)) as store:
        open_loads = [record.source.file for record in store.loads() if record.state == "open"]
        seeds = [1000 + number for number in range(5)]
        store.add_all(made_up(seed) for seed in seeds)
        assert store.digest() == judge_digest([made_up(seed) for seed in seeds]), open_loads
