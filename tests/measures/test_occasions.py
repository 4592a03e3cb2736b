"""Occasions that bring people together: a show, a lesson, a common hour, a post that is gone; none of them is an order."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from graphkit import detectors
from graphkit.detectors.bot_clusters import BotClusters
from graphkit.detectors.engagement_pods import EngagementPods
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures.co_timing import closeness, reactions
from graphkit.measures.exchange import exchange
from graphkit.measures.lockstep import lockstep
from graphkit.measures.rhythm.occasions import occasions_of
from graphkit.measures.sales.contrast import sales_of
from graphkit.measures.streams.deeds import taken_back
from graphkit.measures.streams.marks import marks_of
from graphkit.measures.streams.second import is_told
from graphkit.measures.trends.mixture import Uses, mixture
from tests.planted import DAY, DAYS, HOUR, START, Crowd

MIDNIGHT = START // DAY * DAY
MINUTE = 60_000


def posts_at(crowd: Crowd, authors: np.ndarray, at: np.ndarray) -> np.ndarray:
    """New posts of these authors at these times."""
    first = len(crowd.post_author)
    crowd.post_author = np.r_[crowd.post_author, authors]
    crowd.post_at = np.r_[crowd.post_at, at.astype(np.int64)]
    return np.arange(first, first + len(authors))


def attend(crowd: Crowd, members: np.ndarray, posts: np.ndarray, *, share: float, minutes: float) -> None:
    """Members react to a share of the posts, each within some minutes."""
    for post in posts:
        for member in members[crowd.rng.random(len(members)) < share]:
            if member != crowd.post_author[post]:
                crowd.act(int(member), int(post), int(crowd.rng.exponential(minutes) * MINUTE), "like")


def evenings(crowd: Crowd, host: int, *, hours: np.ndarray) -> np.ndarray:
    """Posts of a show, one every five minutes for an hour, on the days and hours given."""
    at = np.concatenate([MIDNIGHT + hour * HOUR + np.arange(12) * 5 * MINUTE for hour in hours])
    return posts_at(crowd, np.full(len(at), host), at)


def test_sittings_are_counted_and_their_common_hour_is_told_across_midnight():
    nightly = MIDNIGHT + np.arange(6) * DAY + np.where(np.arange(6) % 2, 23 * HOUR, 24.4 * HOUR)
    spread = MIDNIGHT + np.arange(24) * 31 * HOUR
    said = occasions_of(np.r_[nightly, nightly + 5 * MINUTE].astype(np.int64))
    assert (said.sittings, said.at_one_hour, said.explain) == (6, 1.0, True)
    said = occasions_of(spread)
    assert said.sittings == 24
    assert said.at_one_hour <= 3 / 24
    assert not said.explain
    assert occasions_of(spread[:4]).explain
    assert occasions_of(spread[:0]).sittings == 0


@pytest.mark.parametrize("weekly", [True, False], ids=["one_hour", "any_hour"])
def test_viewers_of_a_live_show_who_do_not_follow_it_are_under_no_second_hand(weekly):
    """At one hour every week, or at hours of its own where its followers are as prompt as the others."""
    crowd = Crowd(seed=41)
    days = np.arange(2, 58, 7)
    hours = days * 24 + (20 if weekly else crowd.rng.integers(0, 24, len(days)))
    shows = evenings(crowd, 7, hours=hours)
    viewers = crowd.rng.choice(np.arange(100, 600), 100, replace=False)
    for follower in viewers[:40]:
        crowd.follow(int(follower), 7, START - DAY)
    attend(crowd, viewers, shows, share=0.4, minutes=1.5)
    graph = crowd.graph()
    assert [f for kind in detectors.every() for f in kind().detect(graph, seed=0).findings] == []


def test_a_class_that_writes_and_likes_in_one_lesson_is_no_pod():
    crowd = Crowd(seed=42)
    pupils = crowd.rng.choice(np.arange(100, 600), 25, replace=False)
    lesson = posts_at(crowd, pupils, MIDNIGHT + 5 * DAY + 9 * HOUR + crowd.rng.uniform(0, 25, 25) * MINUTE)
    attend(crowd, pupils, lesson, share=0.6, minutes=6)
    assert EngagementPods().detect(crowd.graph(), seed=0).findings == ()


def learners(crowd: Crowd, *, at: np.ndarray) -> np.ndarray:
    """Strangers who meet under a tag: each day some write, and all react to some, at the hours given."""
    members = crowd.rng.choice(np.arange(100, 600), 20, replace=False)
    for day, hour in enumerate(at):
        writers = members[crowd.rng.random(20) < 0.4]
        minutes = MIDNIGHT + (day + 1) * DAY + hour * HOUR + crowd.rng.uniform(0, 20, len(writers)) * MINUTE
        attend(crowd, members, posts_at(crowd, writers, minutes), share=0.3, minutes=8)
    return members


def test_learners_who_meet_at_one_hour_are_no_pod_and_those_who_meet_at_any_are():
    crowd = Crowd(seed=43)
    learners(crowd, at=np.full(DAYS - 4, 20))
    assert exchange(crowd.graph(), 0).circles == ()
    crowd = Crowd(seed=43)
    members = learners(crowd, at=np.random.default_rng(1).integers(0, 24, DAYS - 4))
    [circle] = exchange(crowd.graph(), 0).circles
    assert len(np.intersect1d(circle.members, members)) >= 15


def test_what_went_with_its_post_was_taken_back_by_nobody():
    """One author deletes after five minutes, and all reposts go with it; one repost was taken back before."""
    posts = pa.table(
        {
            "id": ["a", "b"],
            "author": ["x", "x"],
            "at": [START, START],
            "deleted_at": pa.array([START + 5 * MINUTE, None]),
        }
    )
    acts = {
        "actor": ["u", "v", "w"], "post": ["a", "a", "b"], "kind": ["repost"] * 3,
        "at": [START + MINUTE] * 3, "deleted_at": [START + 5 * MINUTE, START + 2 * MINUTE, START + 9 * MINUTE],
    }  # fmt: skip
    graph = InfluenceGraph.build({"posts": posts, "interactions": pa.table(acts)})
    back = dict(zip((graph.account_ids[a] for a in graph.events.actor), taken_back(graph).tolist(), strict=True))
    assert back == {"u": NO_TIME, "v": START + 2 * MINUTE, "w": START + 9 * MINUTE}
    marks = marks_of(graph)
    quick = dict(zip((graph.account_ids[a] for a in marks.acts.actor), marks.quick.tolist(), strict=True))
    assert quick == {"u": False, "v": True, "w": True}


def test_a_post_whose_acts_all_went_in_one_second_is_gone_also_where_no_table_tells_of_posts():
    """Of one post all acts are gone, three of them at once; of another one act stands; of a third each went alone."""
    at, off = START, START + 5 * MINUTE
    rows = [
        ("a", off),
        ("a", off),
        ("a", off + 300),
        ("a", START + MINUTE),
        ("b", off),
        ("b", off),
        ("b", off),
        ("b", None),
    ]
    rows += [("c", off), ("c", off + 20_000), ("c", off + 40_000)]
    acts = {
        "actor": [f"u{k}" for k in range(len(rows))], "post": [post for post, _ in rows], "kind": ["repost"] * len(rows),
        "at": [at] * len(rows), "deleted_at": pa.array([gone for _, gone in rows], pa.int64()),
    }  # fmt: skip
    graph = InfluenceGraph.build({"interactions": pa.table(acts)})
    back = {
        int(graph.account_ids[a][1:]): k != NO_TIME for a, k in zip(graph.events.actor, taken_back(graph), strict=True)
    }
    assert [back[k] for k in range(len(rows))] == [False] * 3 + [True] + [True] * 3 + [False] + [True] * 3


def test_a_few_slips_in_a_trend_are_no_sign_that_the_rest_of_it_was_told():
    shows = np.zeros(100, bool)
    shows[:5] = True
    uses = Uses(np.zeros(100), np.full(100, np.nan), {"deleted": shows}, {"deleted": np.ones(100, bool)})
    assert mixture(uses, {"deleted": 1e-5}).mean() < 0.15
    shows[:60] = True
    assert mixture(uses, {"deleted": 1e-5}).mean() > 0.5


def test_colleagues_whom_nobody_else_follows_are_no_followers_for_sale():
    """A help desk: its accounts follow each other within days and are followed by nobody else."""
    crowd = Crowd(seed=44)
    desk = crowd.newcomers(14)
    for a in desk:
        for b in desk:
            crowd.follow(int(a), int(b), START + int(crowd.rng.uniform(0, 20) * DAY))
        for _ in range(30):
            crowd.act(int(a), int(crowd.rng.integers(0, 1500)), crowd.delay(), "reply")
    graph = crowd.graph()
    assert sales_of(graph).chance[desk].max() < 0.5
    assert [f for kind in detectors.every() for f in kind().detect(graph, seed=0).findings] == []


def test_fans_who_live_among_themselves_are_no_machines():
    """A club of newcomers: they follow their star and each other, answer each other, and nobody else knows them."""
    crowd = Crowd(seed=45)
    fans = crowd.newcomers(40)
    own = posts_at(crowd, np.repeat(fans, 3), START + crowd.rng.uniform(0, DAYS, 120) * DAY)
    for a in fans:
        crowd.follow(int(a), 7, START - DAY) if crowd.rng.random() < 0.3 else None
        for b in crowd.rng.choice(fans, 5, replace=False):
            crowd.follow(int(a), int(b), START - DAY)
            crowd.follow(int(b), int(a), START - DAY)
            for one, other in ((a, b), (b, a)):
                crowd.act(int(one), int(crowd.rng.choice(own[crowd.post_author[own] == other])), crowd.delay(), "reply")
    crowd.command(fans, crowd.jobs([7, 30], 60), share=0.5, jitter_s=300)
    graph = crowd.graph()
    [club] = [troop for troop in lockstep(graph, 0).troops if np.isin(fans, troop.members).mean() > 0.5]
    assert club.lifeless >= 0.7
    assert club.friends.each_other
    assert BotClusters().detect(graph, seed=0).findings == ()


def hand(**signs: object) -> SimpleNamespace:
    """A campaign on three authors, strange and prompt beyond doubt, with other signs as given."""
    usual = {
        "is_open": False,
        "client_share": 0.0,
        "quick_share": 0.0,
        "strangeness": 30.0,
        "punctuality": 40.0,
        "together": 0.7,
    }
    campaign = SimpleNamespace(timed=signs.pop("timed", False), authors=np.arange(signs.pop("authors", 3)))
    return SimpleNamespace(**(usual | signs), campaign=campaign)


def test_a_second_hand_comes_together_and_not_whenever_a_feed_is_opened():
    marks = SimpleNamespace(follows_known=True)
    assert is_told(hand(), marks)
    assert not is_told(hand(together=0.05), marks)
    assert not is_told(hand(together=0.05, timed=True), marks)
    assert is_told(hand(together=0.05, client_share=0.9), marks)


def test_a_second_hand_is_more_prompt_than_the_public_of_a_live_show():
    marks = SimpleNamespace(follows_known=True)
    assert is_told(hand(timed=True, authors=1, punctuality=20.0), marks)
    assert not is_told(hand(timed=True, authors=1, punctuality=1.3), marks)


def test_a_feed_that_serves_posts_at_one_minute_is_the_usual_closeness_of_its_posts():
    """Everybody meets on every post: what a pair is due grows with it, and a group on a few posts does not move it."""
    rng = np.random.default_rng(47)
    posts, readers = 120, 24
    born = START + np.sort(rng.integers(0, DAYS * DAY, posts))

    def due(close: int) -> float:
        """The chance of a coincidence on a post, where so many of the posts were served to all at one minute."""
        at = np.concatenate([
            born[k] + (rng.uniform(0, DAY) + rng.uniform(0, 2 * MINUTE, readers) if k < close else rng.uniform(0, DAY, readers))
            for k in range(posts)
        ])  # fmt: skip
        acts = {
            "actor": [f"r{i:02d}" for i in range(readers)] * posts,
            "at": at.astype(np.int64),
            "kind": ["like"] * len(at),
        }
        acts["post"] = np.repeat([f"p{k}" for k in range(posts)], readers).tolist()
        made = {"id": [f"p{k}" for k in range(posts)], "author": ["x"] * posts, "at": born}
        graph = InfluenceGraph.build({"posts": pa.table(made), "interactions": pa.table(acts)})
        return float(np.median(closeness(reactions(graph), 600_000, seed=0, of_all=True)))

    assert due(0) == pytest.approx(due(20), rel=0.3)
    assert due(posts) > 10 * due(0)
