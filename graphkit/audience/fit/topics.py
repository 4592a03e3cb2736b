"""Whether content and audience fit a topic, with the posts that prove it, and to whom a community turns for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import beta

from graphkit.audience.fit.lexicon import Lexicon, cue
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.language import amount, percent, say

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_PROOF: Final = 3  # posts quoted
_QUOTED: Final = 160  # characters of each
_TURNS_TO: Final = ("reply", "comment", "quote", "mention", "repost")
_PRIOR: Final = 10.0  # endorsers in which the data's own share of the topic counts


@dataclass(frozen=True, slots=True)
class Fit:
    """How an account and its audience fit a topic; None: the data do not say."""

    account: str
    topic: str
    posts: int
    on_topic: int  # of them
    content: float | None  # on_topic / posts
    content_low: float | None
    content_high: float | None
    writers: float  # people in the audience who write anything
    interested: float  # of them, on the topic
    audience: float | None  # interested / writers
    audience_low: float | None
    audience_high: float | None
    proof: tuple[str, ...]  # post id: text

    def explain(self) -> Iterator[str]:
        """The shares with their counts, and the posts."""
        if self.content is None:
            yield say("What it writes about cannot be said: no text in the data.")
        else:
            yield say(
                "{on_topic} of {posts} posts are about {topic}: {content} ({content_low} to {content_high}).",
                on_topic=self.on_topic,
                posts=self.posts,
                topic=self.topic,
                content=percent(self.content),
                content_low=percent(self.content_low),
                content_high=percent(self.content_high),
            )
        if self.audience is None:
            yield say("What its audience writes about cannot be said.")
        else:
            yield say(
                "{interested} of {writers} people of the audience who write do so about it: {audience} "
                "({audience_low} to {audience_high}).",
                interested=amount(self.interested),
                writers=amount(self.writers),
                audience=percent(self.audience),
                audience_low=percent(self.audience_low),
                audience_high=percent(self.audience_high),
            )
        yield from self.proof


@dataclass(frozen=True, slots=True)
class Relevant:
    """Relevant real reach: people times the share of them whom the topic concerns; count, share and cost together."""

    account: str
    topic: str
    people: float  # whom the topic concerns
    low: float
    high: float
    share: float  # of the people in the audience
    real: int  # all people in the audience
    cost: float | None
    per_person: float | None  # cost for each of `people`

    def explain(self) -> Iterator[str]:
        """All of it in one sentence, so that no number hides the others."""
        each = (
            ""
            if self.per_person is None
            else say(
                "; {cost} is {per_person} for each",
                cost=amount(self.cost),
                per_person=amount(self.per_person, 2),
            )
        )
        yield (
            say(
                "Relevant real reach: {people} people ({low} to {high}), {share} of {real}{each}.",
                people=amount(self.people),
                low=amount(self.low),
                high=amount(self.high),
                share=percent(self.share),
                real=self.real,
                each=each,
            )
        )


def relevant(fit: Fit, real: tuple[int, int, int], *, cost: float | None = None) -> Relevant | None:
    """Reach times fit, from (low, value, high) of the reach; None where the audience writes nothing.

    The ends multiply the ends: at least as wide as both doubts together.
    """
    if fit.audience is None or fit.audience_low is None or fit.audience_high is None:
        return None
    low, value, high = real
    people = value * fit.audience
    each = cost / people if cost is not None and people > 0 else None
    return Relevant(
        account=fit.account,
        topic=fit.topic,
        people=people,
        low=low * fit.audience_low,
        high=high * fit.audience_high,
        share=fit.audience,
        real=value,
        cost=cost,
        per_person=each,
    )


def posts_on(graph: InfluenceGraph, topic: Lexicon) -> Flags:
    """A mask of the posts on a topic, by text and tags; a post may be on several topics."""
    texts, languages = graph.posts["text"].to_pylist(), graph.posts["lang"].to_pylist()
    tags = graph.posts["tags"].to_pylist()
    return np.array(
        [
            bool(topic.found(" ".join([text or "", *(tag or "" for tag in some or ())]), language))
            for text, language, some in zip(texts, languages, tags, strict=True)
        ],
        dtype=bool,
    )


def topic_fit(graph: InfluenceGraph, account: str, topic: Lexicon, *, people: Floats, on: Flags | None = None) -> Fit:
    """The fit of one account (id or "@handle"); `on` is what `posts_on` gives, to ask about many accounts."""
    node = graph.node(account)
    on = posts_on(graph, topic) if on is None else on
    written = (graph.post_author >= 0) & _has_text(graph)
    own = written & (graph.post_author == node)
    posts, hits = int(own.sum()), int((own & on).sum())
    writes, interested = np.zeros(graph.n, dtype=bool), np.zeros(graph.n, dtype=bool)
    writes[graph.post_author[written]] = True
    interested[graph.post_author[written & on]] = True
    followers = graph.followers.indices[graph.followers.indptr[node] : graph.followers.indptr[node + 1]]
    told, wanted = (float(people[followers][some[followers]].sum()) for some in (writes, interested))
    low, high = _middle(hits, posts)
    among_low, among_high = _middle(wanted, told)
    return Fit(
        account=graph.ids([node])[0],
        topic=topic.name,
        posts=posts,
        on_topic=hits,
        content=hits / posts if posts else None,
        content_low=low if posts else None,
        content_high=high if posts else None,
        writers=told,
        interested=wanted,
        audience=wanted / told if told > 0 else None,
        audience_low=among_low if told > 0 else None,
        audience_high=among_high if told > 0 else None,
        proof=tuple(_quoted(graph, np.flatnonzero(own & on)[:_PROOF])),
    )


def authority(graph: InfluenceGraph, topic: Lexicon, *, people: Floats) -> pa.Table:
    """To whom people turn in a topic: asked, cited, thanked; accounts that at least one person turned to, by id.

    `score` = log odds of the topic among those who turn to the account, over the odds in all data, drawn to 0 where
    they are few (a Dirichlet prior): others' words about an account, not its own, and not its followers.
    """
    events, on = graph.events, posts_on(graph, topic)
    turns = np.flatnonzero(events.of_kind(*_TURNS_TO) & (events.target >= 0) & (events.post >= 0))
    actor, target, post = events.actor[turns], events.target[turns], events.post[turns]
    thanks = posts_on(graph, cue("thanks"))
    kinds = np.array(events.kinds, dtype=object)[events.kind[turns]]
    counts = {
        "all": np.ones(len(turns), bool),
        "endorsers": on[post],
        "asked": on[post] & np.isin(kinds, ("reply", "comment", "mention")),
        "cited": on[post] & np.isin(kinds, ("quote", "repost")),
        "thanked": thanks[post],
    }
    sums = {name: _distinct(actor[rows], target[rows], people) for name, rows in counts.items()}
    base = float(sums["endorsers"].sum() / max(sums["all"].sum(), 1e-12))
    base = min(max(base, 1e-6), 1 - 1e-6)
    inside, outside = sums["endorsers"] + _PRIOR * base, sums["all"] - sums["endorsers"] + _PRIOR * (1 - base)
    score = np.log(inside / outside) - np.log(base / (1 - base))
    rows = np.flatnonzero(sums["all"] > 0)
    columns = {name: values[rows] for name, values in sums.items()} | {"score": score[rows]}
    return pa.table({"id": graph.accounts["id"].take(pa.array(rows)), **columns})


def experts(graph: InfluenceGraph) -> dict[str, tuple[str, ...]]:
    """Accounts that call themselves academics, journalists or technicians, with the words; by id."""
    bios = zip(graph.account_ids, graph.accounts["bio"].to_pylist(), graph.accounts["lang"].to_pylist(), strict=True)
    found = ((account, cue("expert").found(bio or "", language)) for account, bio, language in bios)
    return {account: words for account, words in found if words}


def _middle(hits: float, of: float) -> tuple[float, float]:
    """The middle 95 % of a share (Jeffreys)."""
    low, high = beta.ppf([0.025, 0.975], hits + 0.5, max(of - hits, 0.0) + 0.5)
    return float(low), float(high)


def _distinct(actor: NDArray[np.int32], target: NDArray[np.int32], people: Floats) -> Floats:
    reached, who = distinct_pairs(target, actor)
    return np.bincount(reached, people[who], minlength=len(people)).astype(np.float64)


def _has_text(graph: InfluenceGraph) -> Flags:
    text, tags = graph.posts["text"], graph.posts["tags"]
    return np.asarray(text.is_valid().to_numpy() | tags.is_valid().to_numpy())


def _quoted(graph: InfluenceGraph, rows: NDArray[np.int64]) -> Iterator[str]:
    for row in graph.posts.select(["id", "text", "tags"]).take(pa.array(rows)).to_pylist():
        said = row["text"] or " ".join(f"#{tag}" for tag in row["tags"] or ())
        yield f"{row['id']}: {said[:_QUOTED]}"
