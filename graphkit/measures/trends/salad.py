"""Word salad: texts whose words stand beside each other nowhere in ordinary posts, with no mark of a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.trends.phrases import Words
from graphkit.settings import current

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

FEWEST, MOST = 3, 12  # words: of fewer nothing can be told, and salads are short


@dataclass(frozen=True)
class Salads:
    """For each text whether it is a salad, and whether it can be told."""

    shows: Flags
    known: Flags
    words: Words
    met: Flags  # of each pair of words: somebody else says it in an ordinary post

    def within(self, texts: Ints) -> tuple[Flags, Flags]:
        """The same for the texts of one topic.

        What a good part of them has in common is the topic and tells nothing. Where they say the same things besides, it is
        speech: in an earthquake people say what nobody said the day before, but they say it together.
        """
        said = self.words
        wanted = np.zeros(len(said.sizes), bool)
        wanted[texts] = True
        rows = np.flatnonzero(wanted[said.text])
        keys, of = np.unique(said.key[rows], return_inverse=True)
        users = np.bincount(np.unique(of << 32 | said.text[rows]) >> 32, minlength=len(keys))
        kept = users[of] < current().trends.topic_share * len(texts) if len(rows) else np.zeros(0, bool)
        begin = rows[~kept & (said.pair[rows] == said.starts[said.text[rows]])]  # a capital there is the topic's
        capital = said.capital.copy()
        capital[said.text[begin]] = False
        place = said.pair[rows]
        kept &= ~np.isin(place - 1, place[~kept]) & ~np.isin(place + 1, place[~kept])  # nor what stands beside it
        rows, users = rows[kept], users[of][kept] if len(rows) else users
        new = users[~self.met[rows]]  # what nobody said before
        spoken = self.met[rows] | bool(len(new) and new.mean() - 1 > current().trends.speech)
        own = np.bincount(said.text[rows], minlength=len(wanted))[texts]
        met = np.bincount(said.text[rows], weights=spoken, minlength=len(wanted))[texts]
        known = self.known[texts] & (own >= FEWEST - 1)
        return known & (met == 0) & ~(said.marked | capital)[texts], known


def salads_in(said: Words, authors: NDArray[np.int32], ordinary: Flags) -> Salads:
    """`ordinary` marks the posts outside of trends: what is said there, by others than the author, is how people speak."""
    told = said.spoken & (said.sizes >= FEWEST) & (said.sizes <= MOST)
    met = np.zeros(len(said.key), bool)
    rows = np.flatnonzero(told[said.text])
    met[rows] = _said_by_others(said.key[rows], authors[said.text[rows]].astype(np.int64), ordinary[said.text[rows]])
    times = np.bincount(said.text, weights=met, minlength=len(told))
    return Salads(told & (times == 0) & ~said.marked & ~said.capital, told, said, met)


def _said_by_others(key: Ints, author: Ints, ordinary: Flags) -> Flags:
    """Whether each pair of words stands in an ordinary post of another author."""
    _, place = np.unique(key, return_inverse=True)
    own = np.unique(np.stack([place[ordinary], author[ordinary]]), axis=1)
    speakers = np.bincount(own[0], minlength=int(place.max(initial=-1)) + 1)
    pairs = own[0] << 32 | own[1]
    mine = np.isin(place << 32 | np.maximum(author, 0), pairs)
    return np.asarray(speakers[place] - mine > 0)
