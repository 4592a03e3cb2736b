"""The words of posts one by one, and the phrases that many posts share: two words beside each other, joined to longer ones.

Near-identical texts share their pairs of words, so they need no search of their own. Texts are folded first (links,
mentions, marks and capitals out, the letters i of Turkish as one), and tags are topics of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.measures import made_once
from graphkit.measures.trends.bursts import PHRASE, Burst, Uses, written
from graphkit.measures.wording.folding import folded
from graphkit.settings import current

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TAG_MARK: Final = r"#[^\s#]+"
MARK: Final = r"[.,!?;:…\"\p{Nd}]"  # of a sentence: a mark or digit in it ...
CAPITAL: Final = r"^\s*\p{Lu}"  # ... or a capital to begin with
BINS: Final = 1 << 22


@dataclass(frozen=True)
class Words:
    """The words of texts as numbers; text t holds codes[starts[t] .. starts[t + 1]]."""

    starts: Ints
    codes: Ints
    words: pa.Array  # what each number stands for
    spoken: Flags  # of each text: it has words of its own
    marked: Flags  # of each text: it bears a mark of a sentence ...
    capital: Flags  # ... or begins with a capital
    pair: Ints  # places in `codes` at which two words of one text stand beside each other
    text: Ints  # of each such pair
    key: Ints  # the two words of each pair as one number

    @property
    def sizes(self) -> Ints:
        """Words of each text."""
        return np.diff(self.starts)


def worded(texts: pa.ChunkedArray) -> Words:
    """The words of texts without their tags."""
    bare = pc.replace_substring_regex(texts.combine_chunks(), TAG_MARK, " ")
    plain = folded(bare)
    words = pc.split_pattern(pc.fill_null(plain, ""), " ")
    starts = words.offsets.to_numpy().astype(np.int64)
    encoded = words.values.dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.int64)
    text = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    spoken = np.asarray(pc.fill_null(pc.not_equal(plain, ""), False))
    pair = np.flatnonzero((text[1:] == text[:-1]) & spoken[text[1:]]) if len(text) else np.empty(0, np.int64)
    marked, capital = (np.asarray(pc.fill_null(pc.match_substring_regex(bare, sign), True)) for sign in (MARK, CAPITAL))
    key = codes[pair] << 32 | codes[pair + 1] if len(pair) else pair
    return Words(starts, codes, encoded.dictionary, spoken, marked, capital, pair, text[pair], key)


@made_once
def words_of(graph: InfluenceGraph) -> Words:
    """The words of a graph's posts; computed once for all who read them."""
    return worded(graph.posts["text"])


def pairs_of_words(graph: InfluenceGraph) -> Uses:
    """The posts of every two words that stand beside each other in enough of them; linear in words."""
    if graph.posts["text"].null_count == len(graph.posts):
        nothing = np.empty(0, np.int64)
        return Uses((), PHRASE, nothing, nothing, nothing, nothing)
    said = words_of(graph)
    mixed = (said.key.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(42)).astype(np.int64)
    often = np.flatnonzero(np.bincount(mixed, minlength=BINS)[mixed] >= current().trends.least_uses)
    keys, used = np.unique(said.key[often], return_inverse=True)
    topic, post = (
        part.astype(np.int64) for part in distinct_pairs(used, said.text[often])
    )  # a post uses a phrase once
    names = tuple(f"{a} {b}" for a, b in zip(_words(said, keys >> 32), _words(said, keys & 0xFFFFFFFF), strict=True))
    return written(graph, PHRASE, names, topic=topic, post=post)


def _words(said: Words, codes: Ints) -> list[str]:
    return [str(word) for word in said.words.take(pa.array(codes)).to_pylist()]


def joined(graph: InfluenceGraph, found: tuple[Burst, ...], known: tuple[Burst, ...]) -> tuple[Burst, ...]:
    """Pairs of words that rose in the same posts as one phrase, without those that only come with a `known` topic."""
    share, kept = current().trends.same_posts, []
    taken: set[int] = {int(post) for burst in known for post in burst.uses.tolist()}
    for burst in sorted(found, key=lambda one: (-one.first_hour, one.start, one.name)):
        first = burst.uses[: burst.first_hour].tolist()
        if sum(post in taken for post in first) >= share * len(first):
            continue
        taken.update(burst.uses.tolist())
        kept.append(_named(graph, burst))
    return tuple(kept)


def _named(graph: InfluenceGraph, burst: Burst) -> Burst:
    """The burst with the whole phrase as its name: the words around the pair that most of its posts have as well."""
    said, posts = words_of(graph), burst.uses[: burst.first_hour]
    texts = [" ".join(_words(said, said.codes[said.starts[p] : said.starts[p + 1]])) for p in posts.tolist()]
    name, words = burst.name, texts[0].split(" ")
    first, last = burst.name.split(" ")
    place = next(k for k in range(len(words) - 1) if words[k] == first and words[k + 1] == last)
    low, high = place, place + 2
    while True:
        longer = [(max(low - 1, 0), high), (low, min(high + 1, len(words)))]
        held = [
            (sum(f" {' '.join(words[a:b])} " in f" {t} " for t in texts), a, b) for a, b in longer if b - a > high - low
        ]
        most = max(held, default=(0, low, high))
        if most[0] < 0.8 * len(texts):
            return replace(burst, name=name)
        low, high = most[1], most[2]
        name = " ".join(words[low:high])
