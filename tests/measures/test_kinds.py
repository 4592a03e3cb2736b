"""What became of an account, in seven words: each from the numbers that speak for it, and the sold ones in a made-up world."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from graphkit.analysis.detecting import detect
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.streams.kinds import kind_of
from graphkit.measures.streams.lives import DAY, Lives, _life
from graphkit.measures.streams.second import stock_in_step

START = 1_736_121_600_000
NEVER = NO_TIME
LIVED = {"onset": 60, "before": 30, "after": 20, "silence": 2, "gap": 6, "pace": 0.5, "changed": NEVER}


def told(score, *, owner=1.0, visitor=False, **life):
    """The kind of one account in 120 days of data; times are days."""
    said = LIVED | life
    times = {k: np.array([v if v == NEVER else START + v * DAY]) for k, v in said.items() if k in ("onset", "changed")}
    rest = {k: np.array([v]) for k, v in said.items() if k not in times}
    lives = Lives(**times, **rest, span=(START, START + 120 * DAY))
    hands = [SimpleNamespace(visitors=np.array([0]))] if visitor else []
    return kind_of(SimpleNamespace(owner=np.array([owner]), open_hands=hands), 0, lives, row=0, score=np.array([score]))


@pytest.mark.parametrize(
    ("kind", "score", "numbers"),
    [
        ("made_to_be_a_bot", 0.2, {"owner": -3.0}),
        ("own_will", 0.2, {"visitor": True}),
        ("changed", 0.2, {"changed": 50}),
        ("unknown", 0.2, {}),
        ("compromised", 0.9, {}),
        ("repurposed_or_sold", 0.9, {"after": 0}),
        ("dormant_revived", 0.9, {"before": 8, "silence": 45, "pace": 0.5, "after": 0}),
        ("dormant_revived", 0.9, {"before": 0, "silence": 60, "gap": 0, "after": 0}),  # by everybody's pace
        # a silence of 45 days is nothing for an account that acts every fourth week, and nobody is seen since: unknown
        ("unknown", 0.9, {"before": 2, "silence": 45, "gap": 28, "pace": 0.04, "after": 0}),
        ("compromised", 0.9, {"before": 2, "silence": 45, "gap": 28, "pace": 0.04, "after": 2}),
        # nor for one that was away as long before
        ("repurposed_or_sold", 0.9, {"before": 20, "silence": 32, "gap": 30, "pace": 0.7, "after": 0}),
        # nobody was seen since, but the data end soon after
        ("unknown", 0.9, {"onset": 118, "after": 0}),
    ],
)
def test_each_kind_has_numbers_that_speak_for_it(kind, score, numbers):
    assert told(score, **numbers) == kind


def test_a_life_is_read_from_the_owners_own_deeds():
    at = START + np.array([0, 1, 1, 9, 12, 50, 51, 60]) * DAY
    own = np.array([True, True, True, True, True, False, False, True])
    before, after, silence, gap, pace = _life(at, own, int(at[5]), begin=START, usual=0.3)
    assert (before, after, silence, gap, pace) == (4, 1, 38, 8, pytest.approx(4 / 12))
    assert _life(at[5:7], own[5:7], int(at[5]), begin=START, usual=0.3) == (0, 0, 50, 0, 0.3)


def test_an_owner_who_left_is_told_from_one_who_stays():
    world = worlds.make("takeovers", accounts=4_000, seed=3)
    truth = world.truth.accounts.to_pandas().set_index("id")
    victims = truth[truth.compromised.fillna(False).astype(bool)]
    left = victims.index[::2]
    tables, onset = dict(world.tables), truth.onset.to_dict()
    told = world.truth.acts.to_pandas()
    orders = set(zip(told.actor[told.why == "commanded"], told.post[told.why == "commanded"], strict=True))
    acts = tables["interactions"].select(["actor", "post", "at"]).to_pylist()
    gone = set(left)
    stays = [a["actor"] not in gone or a["at"] < onset[a["actor"]] or (a["actor"], a["post"]) in orders for a in acts]
    tables["interactions"] = tables["interactions"].filter(pa.array(stays))
    posts = tables["posts"].select(["author", "at"]).to_pylist()
    kept = [p["author"] not in gone or p["at"] < onset[p["author"]] for p in posts]
    tables["posts"] = tables["posts"].filter(pa.array(kept))
    said = detect(InfluenceGraph.build(tables), "compromised_accounts").tables["streams"].to_pandas().set_index("id")
    said = said[said.p_compromised >= 0.5]
    often = said[said.own_days_before >= 12]
    time_to_tell = truth.onset.reindex(often.index) < truth.onset.max() - 40 * DAY
    often = often[time_to_tell]
    sold, stayed = often[often.index.isin(left)], often[often.index.isin(victims.index[1::2])]
    assert len(sold) >= 10
    assert (sold.kind == "repurposed_or_sold").mean() > 0.8
    assert (stayed.kind == "compromised").mean() > 0.9


def test_a_group_in_lockstep_that_nobody_keeps_is_a_stock_and_a_lonely_victim_is_not():
    troops = (SimpleNamespace(members=np.arange(6)), SimpleNamespace(members=np.arange(6, 12)))
    owner = np.array([-2.0, -1.5, -1.8, -2.2, 0.4, -1.0, 2.0, 1.5, -2.5, 2.0, 1.0, 2.0, -3.0])
    assert stock_in_step(SimpleNamespace(troops=troops), owner).tolist() == [True] * 6 + [False] * 7


def test_an_account_without_a_second_hand_has_no_days_after_it_and_did_not_leave():
    """No time is a number far below all times, and what is reckoned with it runs over."""
    one = {k: np.array([v]) for k, v in LIVED.items() if k not in ("onset", "changed")}
    never = np.array([NEVER])
    lives = Lives(onset=never, changed=never, **one, span=(START, START + 120 * DAY))
    with np.errstate(all="raise"):
        assert lives.left_days(0) == 0.0
        assert not lives.left(0)
