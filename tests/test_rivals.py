"""Rival explanations: the planted cause comes first, mixtures show both, thin data cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from graphkit.dataset import SCHEMAS
from graphkit.evidence import Finding, Member
from graphkit.graphs.graph import InfluenceGraph
from graphkit.rivals import explain, explained, influencers
from graphkit.verdicts import Verdicts

DAY = 86_400_000
START = 1_700_000_000_000
PEOPLE = 250
SEEDS = range(10)
FEW = range(3)
Rows = list[dict[str, object]]


class Town:
    """People who follow and like each other over 200 days, with whom something can be planted."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.accounts: Rows = []
        self.follows: Rows = []
        self.acts: Rows = []
        self.posts: Rows = [{"id": f"star{n}", "author": "star", "at": START + 2 * n * DAY} for n in range(90)]
        for person in range(PEOPLE):
            for other in self.rng.choice(PEOPLE, 12, replace=False):
                self.follow(f"person{person}", f"person{other}", self.rng.uniform(0, 200))
                self.act(f"person{person}", f"person{other}", self.rng.uniform(0, 200))
            if person < 120:
                self.follow(f"person{person}", "star", self.rng.uniform(0, 200))
                self.act(f"person{person}", "star", self.rng.uniform(0, 200))

    def follow(self, follower: str, followed: str, day: float) -> None:
        if follower != followed:
            self.follows.append({"follower": follower, "followed": followed, "at": START + int(day * DAY)})

    def act(self, actor: str, target: str, day: float, post: str | None = None) -> None:
        row = {"actor": actor, "target": target, "kind": "like", "post": post, "at": START + int(day * DAY)}
        self.acts.append(row)

    def bought(self, size: int = 60) -> None:
        """Accounts that nobody follows come on one day to the star, and on other days to nine others."""
        stock = [f"hired{n}" for n in range(size)]
        for customer, day in [("star", 100.0), *((f"person{n}", 20.0 * n) for n in range(1, 10))]:
            for account in stock:
                self.follow(account, customer, day + self.rng.uniform(0, 0.8))

    def traded(self, size: int = 60) -> None:
        """The star follows many who follow it back within hours; nobody looks."""
        traders = [f"trader{n}" for n in range(size)]
        for account in traders:
            day = self.rng.uniform(0, 190)
            self.follow("star", account, day)
            self.follow(account, "star", day + 0.1)
            for other in self.rng.choice(size, 20, replace=False):
                self.follow(account, traders[other], day + 1.0)
            for person in self.rng.choice(PEOPLE, 10):
                self.act(account, f"person{person}", self.rng.uniform(0, 200))
                self.act(f"person{person}", account, self.rng.uniform(0, 200))

    def draw(self, text: str | None) -> None:
        """A hundred people follow the star within a day and comment on one post."""
        self.posts.append({"id": "draw", "author": "star", "at": START + 150 * DAY, "text": text})
        for person in range(130, 230):
            day = 150.0 + self.rng.uniform(0.1, 0.9)
            self.follow(f"person{person}", "star", day)
            self.act(f"person{person}", "star", day, "draw")

    def graph(self) -> InfluenceGraph:
        rows = {"accounts": self.accounts, "follows": self.follows, "interactions": self.acts, "posts": self.posts}
        return InfluenceGraph.build({name: pa.Table.from_pylist(r, schema=SCHEMAS[name]) for name, r in rows.items()})


def weights(graph: InfluenceGraph, account: str = "star") -> dict[str, float]:
    answer = explain(graph, graph.node(account), Verdicts.unknown(graph))
    assert [rival.weight for rival in answer.rivals] == sorted((r.weight for r in answer.rivals), reverse=True)
    assert sum(rival.weight for rival in answer.rivals) == pytest.approx(1.0, abs=0.01)
    return {rival.name: rival.weight for rival in answer.rivals}


def firsts(*plants: str, text: str | None = None, seeds: range = SEEDS) -> Iterator[str]:
    for seed in seeds:
        town = Town(seed)
        for plant in plants:
            town.draw(text) if plant == "draw" else getattr(town, plant)()
        yield next(iter(weights(town.graph())))


def test_a_planted_purchase_is_explained_by_purchase_in_nine_of_ten_worlds():
    """B009: the first suspicion, where it is right."""
    assert list(firsts("bought")).count("bought") >= 9


def test_a_planted_ring_is_explained_by_follow_back_in_nine_of_ten_worlds():
    """B010: the other possibility."""
    assert list(firsts("traded")).count("follow_back") >= 9


def test_an_account_with_nothing_planted_is_explained_by_ordinary_life():
    assert set(firsts(seeds=FEW)) == {"real"}


@pytest.mark.parametrize("text", ["FOLLOW and win a prize!", "ÇEKİLİŞ: takip et, kazan", "Sorteo: sigue y participa"])
def test_a_prize_draw_is_explained_by_the_draw_and_not_by_purchase(text):
    assert set(firsts("draw", text=text, seeds=FEW)) == {"giveaway"}


def test_a_prize_draw_without_texts_is_known_by_its_one_post():
    assert "bought" not in set(firsts("draw", seeds=FEW))


def test_a_mixture_shows_both():
    """B010: neither hides the other."""
    for seed in FEW:
        town = Town(seed)
        town.bought()
        town.traded()
        found = weights(town.graph())
        assert set(list(found)[:2]) == {"bought", "follow_back"}
        assert min(found["bought"], found["follow_back"]) >= 0.2


def test_thin_data_cannot_tell_and_says_what_is_missing():
    """B010: thin data cannot tell."""
    town = Town(0)
    for n in range(4):
        town.follow(f"person{n}", "newcomer", 3.0 * n)
    graph = town.graph()
    answer = explain(graph, graph.node("newcomer"), Verdicts.unknown(graph))
    assert answer.first == "cannot_tell"
    assert "more of its followers" in answer.rivals[0].missing


def test_as_many_followings_as_followers_by_the_million_is_explained_by_follow_back():
    town = Town(0)
    town.accounts = [{"id": "mass", "followers": 1_000_000, "following": 990_000}]
    for person in range(40):
        town.follow(f"person{person}", "mass", town.rng.uniform(0, 200))
    assert next(iter(weights(town.graph(), "mass"))) == "follow_back"


def test_without_acts_mutual_ties_are_not_held_against_anybody():
    town = Town(0)
    town.traded()
    town.acts = []
    graph = town.graph()
    answer = explain(graph, graph.node("star"), Verdicts.unknown(graph))
    found = {rival.name: rival for rival in answer.rivals}
    assert found["friends"].weight == found["follow_back"].weight
    assert any("friendship" in text for text in found["follow_back"].missing)


def test_flagged_accounts_carry_the_findings_that_name_them_and_findings_carry_explanations():
    town = Town(1)
    town.bought()
    graph = town.graph()
    members = (*(Member(f"hired{n}") for n in range(60)), Member("star", "beneficiary"))
    finding = Finding("bought_followers", members, ())
    unknown = Verdicts.unknown(graph)
    [told] = explained(graph, [finding], unknown)
    assert told.id == finding.id
    assert told.rivals[0].name == "bought"
    [star] = [one for one in influencers(graph, [told], unknown) if one.account == "star"]
    assert star.findings == (finding.id,)
    assert star.followers == 180
    assert 50 <= star.unusual <= 75
