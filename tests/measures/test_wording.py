"""Wordings: what is nearly the same is found so, what people copy accuses nobody, what machines copy is found."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from graphkit.dataset import SCHEMAS
from graphkit.detectors.bot_clusters import in_copies
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.wording import copying, wordings
from graphkit.measures.wording.folding import folded
from graphkit.measures.wording.sketches import leaders

Rows = list[dict[str, object]]
GREETING = "good morning everybody have a lovely day"


def test_turkish_capitals_emoji_links_and_mentions_make_no_difference():
    texts = [
        "IŞIK İZMİR'de! 🎉 @biri https://x.example/1",
        "ışık izmir'de",
        "  Işık   İzmir'de...",
        None,
        "RT @x: hello",
    ]
    assert folded(pa.array(texts)).to_pylist() == ["isik izmir de"] * 3 + [None, None]


def test_a_changed_word_is_the_same_wording_and_another_sentence_is_not():
    texts = pa.array(
        [
            "they want to sell our park to the builders sign the petition today",
            "they want to sell our park to the builders sign the petition now",
            "a recipe for lentil soup with lemon and a little mint for cold days",
        ]
    )
    assert leaders(texts).tolist() == [0, 0, 2]


def test_short_texts_are_no_wordings():
    posts = [{"id": f"p{n}", "author": f"a{n}", "text": "günaydın"} for n in range(5)]
    assert wordings(built(posts=posts)).of.tolist() == [-1] * 5


def built(**tables: Rows) -> InfluenceGraph:
    return InfluenceGraph.build({n: pa.Table.from_pylist(rows, schema=SCHEMAS[n]) for n, rows in tables.items()})


class Town:
    """People who chat, greet each other alike, quote songs and pass headlines on; some follow and answer each other."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.words = [f"word{n}" for n in range(600)]
        self.posts: Rows = []
        self.follows: Rows = []
        self.acts: Rows = []
        songs, headlines = [self.chat() for _ in range(40)], [self.chat() for _ in range(30)]
        for person in range(240):
            for _ in range(15):
                self.say(f"person{person}", self.chat())
            for _ in range(5):
                self.say(f"person{person}", GREETING)
            for song in self.rng.choice(songs, 2):
                self.say(f"person{person}", str(song))
            for headline in self.rng.choice(headlines, 6):
                self.say(f"person{person}", str(headline), link=True)
            for other in self.rng.choice(240, 10):
                self.follows.append({"follower": f"person{person}", "followed": f"person{other}"})
                self.acts.append({"actor": f"person{other}", "target": f"person{person}", "kind": "reply"})

    def chat(self) -> str:
        return " ".join(self.rng.choice(self.words, 10))

    def say(self, author: str, text: str, *, link: bool = False) -> None:
        urls = ["https://news.example/1"] if link else None
        self.posts.append({"id": f"post{len(self.posts):06}", "author": author, "text": text, "urls": urls})

    def handed_out(self, authors: list[str]) -> None:
        """Six texts, each posted by most of the authors with another ending."""
        for text in [self.chat() + " " + self.chat() for _ in range(6)]:
            for number, author in enumerate(authors):
                if self.rng.random() < 0.8:
                    self.say(author, f"{text} {self.words[number]}")
        for author in authors:
            self.follows += [{"follower": author, "followed": f"person{n}"} for n in self.rng.choice(240, 10)]

    def graph(self) -> InfluenceGraph:
        return built(posts=self.posts, follows=self.follows, interactions=self.acts)


def chances(graph: InfluenceGraph, authors: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Of the authors, and of everybody else."""
    chance = in_copies(copying(graph, 0))
    mine = np.isin(np.asarray(graph.account_ids), authors)
    return chance[mine], chance[~mine]


@pytest.mark.parametrize("seed", range(3))
def test_greetings_songs_and_headlines_accuse_nobody(seed):
    graph = Town(seed).graph()
    assert copying(graph, 0).found == ()


@pytest.mark.parametrize("seed", range(2))
def test_accounts_that_nobody_answers_and_that_say_the_same_are_found_with_quotes(seed):
    town, hired = Town(seed), [f"hired{n}" for n in range(20)]
    town.handed_out(hired)
    graph = town.graph()
    mine, others = chances(graph, hired)
    assert (mine >= 0.5).mean() >= 0.8  # who shares three of the six only is not sure enough
    assert (others >= 0.5).sum() == 0
    [group] = copying(graph, 0).found
    assert group.lifeless >= 0.9
    assert group.wordings == 6
    assert all("word" in quote for quote in group.quotes)


def test_people_with_friends_who_share_slogans_are_a_group_and_accuse_nobody():
    town, activists = Town(7), [f"person{n}" for n in range(20)]
    town.handed_out(activists)
    mine, others = chances(town.graph(), activists)
    assert max(mine.max(), others.max()) < 0.5
