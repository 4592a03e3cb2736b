"""Moments: ten minutes in which strangers meet on one post, that nobody whom they follow wrote or passed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.streams.marks import Marks
from graphkit.measures.streams.owner import kept_by_people
from graphkit.measures.streams.ways import UNEXPLAINED
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WINDOW: Final = 600_000
MEET: Final = 3  # accounts: two meet by chance


@dataclass(frozen=True)
class Strays:
    """Acts of people on posts that no follow explains, in order of post and time."""

    actor: Ints
    post: Ints  # place in `Reached.posts`
    author: Ints
    at: Ints
    delay: Ints  # milliseconds since the post was written
    authors: Ints  # of every post, also of those without such acts; -1 unknown

    def __len__(self) -> int:
        return len(self.actor)

    def only(self, rows: Flags) -> Strays:
        """The marked ones."""
        return Strays(
            self.actor[rows], self.post[rows], self.author[rows], self.at[rows], self.delay[rows], self.authors
        )

    @property
    def met(self) -> Flags:
        """Which of them fell into ten minutes with two others on the same post."""
        met = np.zeros(len(self), bool)
        if len(self) >= MEET:
            close = (self.post[2:] == self.post[:-2]) & (self.at[2:] - self.at[:-2] <= WINDOW)
            for place in range(MEET):
                met[place : len(met) + 1 - MEET + place] |= close
        return met


def strays_of(graph: InfluenceGraph, marks: Marks) -> Strays:
    """The acts of people that no follow explains; without follows, none. Who does mostly such acts roams, and is left out."""
    acts = marks.acts
    author = acts.author[acts.object]
    strange = (acts.way == UNEXPLAINED) & (author >= 0)
    done = np.bincount(acts.actor, minlength=graph.n)
    roams = 2 * np.bincount(acts.actor[strange], minlength=graph.n) > done
    rows = np.flatnonzero(strange & (kept_by_people(graph) & ~roams)[acts.actor])
    post = acts.object[rows].astype(np.int64)
    who, whose = acts.actor[rows].astype(np.int64), author[rows].astype(np.int64)
    return Strays(who, post, whose, acts.at[rows], marks.delay[rows], acts.author.astype(np.int64))


def met_again(found: Strays, n: int) -> tuple[Ints, Ints, Floats]:
    """Accounts and authors on two or more of whose posts they met others; and for each author the q of so many.

    Strangers spread over authors as the acts in moments do, but some come to an author a few times as often.
    """
    taste = current().streams.meeting_taste
    inside = found.only(found.met)
    key, times = np.unique(inside.author << 32 | inside.actor, return_counts=True)  # an account acts on a post once
    came = np.bincount(key >> 32, minlength=n)
    key = key[times >= 2]
    whose, who = key >> 32, key & 0xFFFFFFFF
    again = np.bincount(whose, minlength=n)
    tested = np.flatnonzero(again)
    many, accounts = np.unique(np.bincount(found.actor, minlength=n), return_counts=True)
    share = came[tested] / max(len(found), 1)  # who comes again does not excuse himself
    rate = taste * share[:, None] * many[None, :]
    due = nulls.poisson_tail(2, rate) @ accounts / taste
    q = np.ones(n)
    q[tested] = nulls.benjamini_hochberg(nulls.poisson_tail(again[tested], due), int((came > 0).sum()))
    return who, whose, q


def chance_to_meet(found: Strays) -> float:
    """That three acts of strangers on one post fall into ten minutes, by the delays of all of them."""
    delay = np.sort(found.delay)
    if not len(delay):
        return 1.0
    after = np.searchsorted(delay, delay + WINDOW, "right") - np.arange(1, len(delay) + 1)
    return min(1.0, float(3.0 * np.mean((after / max(len(delay) - 1, 1)) ** 2)))


def rarely_met(found: Strays, members: Flags, triple: float) -> tuple[Ints, Floats]:
    """For each author the posts on which three members met within ten minutes, and the chance of so many acts in such moments.

    Null: members come to each post as often as other strangers do, a few times over for their taste; `triple` is the
    chance that three who came did so within ten minutes. Posts are bursty, so the number due is uncertain itself.
    """
    n, taste = len(members), current().streams.meeting_taste
    mine, known = members[found.actor], found.authors >= 0
    ours, others = found.only(mine), found.only(~mine)
    whose = found.authors[known]
    here = np.bincount(ours.author, minlength=n)
    each = len(found) / max(len(np.unique(found.actor)), 1)
    elsewhere = np.maximum(len(ours) - here, members.sum() * each)
    rate = taste * _popular(others, n)[known] * elsewhere[whose] / max(len(found), 1)
    due = np.bincount(whose, weights=np.minimum(rate, rate**MEET / 2.0 * triple), minlength=n)
    met = ours.only(ours.met)
    acts = np.bincount(met.author, minlength=n)
    posts = np.bincount(found.authors[np.unique(met.post)], minlength=n)
    return posts, nulls.overdispersed_tail(acts, due, current().trends.burst_shape)


def _popular(found: Strays, n: int) -> Floats:
    """Acts due on each post: its own, at least as many as on its author's other posts, and a share of all."""
    known = found.authors >= 0
    own = np.bincount(found.post, minlength=len(found.authors))
    usual = np.bincount(found.author, minlength=n) / np.maximum(np.bincount(found.authors[known], minlength=n), 1)
    mean = len(found) / max(len(found.authors), 1)
    return np.asarray(np.maximum(own, np.where(known, usual[found.authors], 0.0)) + mean)
