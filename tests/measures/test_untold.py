"""Data that hold next to nothing on who follows or answers whom tell what acts as one, and not who it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from graphkit.detectors.bot_clusters import BotClusters
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.lockstep import lockstep
from graphkit.measures.regard import regard_of
from graphkit.verdicts import verdicts

HOUR, DAY = 3_600_000, 86_400_000
T0 = 1_700_000_000_000


def _network(members: int, orders: int) -> InfluenceGraph:
    """2,000 people who pass posts on when they see them, and a group that takes part in 70 % of its orders, within a minute."""
    rng = np.random.default_rng(5)
    born = T0 + rng.random(1_500) * 60 * DAY
    post = rng.choice(1_500, 12_000, p=rng.dirichlet(np.full(1_500, 0.5)))
    people = pd.DataFrame({"actor": [f"person {k}" for k in rng.integers(0, 2_000, 12_000)], "post": post})
    people["at"] = born[post] + rng.lognormal(np.log(2 * HOUR), 1.5, 12_000)
    order = rng.choice(1_500, orders, replace=False)
    member, place = np.nonzero(rng.random((members, orders)) < 0.7)
    hands = pd.DataFrame({"actor": [f"member {k}" for k in member], "post": order[place]})
    hands["at"] = born[order[place]] + HOUR + rng.random(len(place)) * 60_000
    acts = pd.concat([people, hands]).assign(kind="repost")
    acts["post"] = "p" + acts["post"].astype(str)
    acts["at"] = acts["at"].astype(np.int64)
    return InfluenceGraph.build({"interactions": pa.Table.from_pandas(acts, preserve_index=False)})


@pytest.fixture(scope="module")
def large():
    return _network(30, 40)


def _members(graph: InfluenceGraph) -> np.ndarray:
    return np.array([name.startswith("member") for name in graph.account_ids])


def test_to_have_nobody_says_nothing_where_nobody_is_known_to_have_anybody(large):
    assert regard_of(large).usual_bare().min() == 1.0
    [troop] = [troop for troop in lockstep(large, 0).troops if troop.striking]
    assert troop.lifeless == 1.0
    assert troop.bare == 1.0
    assert troop.nature == "untold"


def test_a_striking_group_is_told_of_and_nobody_is_called_a_machine(large):
    detection = BotClusters().detect(large)
    [finding] = detection.findings
    assert {member.account for member in finding.members} == {
        name for name in large.account_ids if name.startswith("member")
    }
    assert "cannot be told" in str(finding.sentence)
    assert finding.rivals[0].name == "cannot_tell"
    chance, member = verdicts(large, {"bot_clusters": detection}).p_bot, _members(large)
    assert 0.2 < np.nanmin(chance[member]) <= np.nanmax(chance[member]) < 0.5
    assert np.nanmax(chance[~member]) < np.nanmin(chance[member])


def test_a_weaker_group_only_ranks():
    graph = _network(10, 20)
    detection = BotClusters().detect(graph)
    assert detection.findings == ()
    assert any("in lockstep" in str(note) for note in detection.notes)
    chance, member = detection.scores["p_bot"], _members(graph)
    assert np.nanmax(chance[~member]) < np.nanmin(chance[member]) <= np.nanmax(chance[member]) < 0.2


def test_people_who_pass_a_text_on_are_not_named_where_nothing_tells_who_they_are():
    rng = np.random.default_rng(3)
    texts = [" ".join(f"w{word}" for word in rng.integers(0, 4_000, 14)) for _ in range(3_000)]
    own = [{"author": f"person {k % 600}", "text": text} for k, text in enumerate(texts)]
    handed = [" ".join(f"h{word}" for word in rng.integers(0, 400, 14)) for _ in range(8)]
    copied = [{"author": f"friend {k}", "text": text} for k in range(12) for text in handed]
    posts = pd.DataFrame(own + copied).assign(at=lambda rows: T0 + rng.permutation(len(rows)) * 600_000)
    posts["id"] = [f"p{k}" for k in range(len(posts))]
    detection = BotClusters().detect(InfluenceGraph.build({"posts": pa.Table.from_pandas(posts, preserve_index=False)}))
    assert detection.findings == ()
    assert np.nanmax(detection.scores["p_bot"], initial=0.0) < 0.5
    assert any("the same words" in str(note) for note in detection.notes)
