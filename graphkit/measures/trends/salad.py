"""Word salad: texts whose words stand beside each other nowhere in ordinary posts, with no mark of a sentence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.measures.wording.folding import folded

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

TAG = r"#[^\s#]+"
SENTENCE = r"[.,!?;:…\"\p{Nd}]|^\s*\p{Lu}"  # marks, digits, a capital to begin with


def salads(texts: pa.ChunkedArray, authors: NDArray[np.int32], ordinary: Flags) -> tuple[Flags, Flags]:
    """For each text whether it is a salad, and whether it can be told (it has three to twelve words).

    `ordinary` marks the posts outside of trends: what is said there, by others than the author, is how people speak.
    """
    bare = pc.replace_substring_regex(texts.combine_chunks(), TAG, " ")
    plain = folded(bare)
    words = pc.split_pattern(pc.fill_null(plain, ""), " ")
    sizes = np.diff(words.offsets.to_numpy())
    codes = words.values.dictionary_encode().indices.to_numpy().astype(np.int64)
    told = np.asarray(pc.fill_null(pc.is_valid(plain), False)) & (sizes >= 3) & (sizes <= 12)
    text = np.repeat(np.arange(len(sizes)), sizes)
    pair = np.flatnonzero((text[1:] == text[:-1]) & told[text[1:]]) if len(text) else np.empty(0, np.int64)
    key = codes[pair] << 32 | codes[pair + 1]
    known = _said_by_others(key, authors[text[pair]].astype(np.int64), ordinary[text[pair]])
    met = np.bincount(text[pair], weights=known, minlength=len(sizes))
    marked = np.asarray(pc.fill_null(pc.match_substring_regex(bare, SENTENCE), True))
    return told & (met == 0) & ~marked, told


def _said_by_others(key: Ints, author: Ints, ordinary: Flags) -> Flags:
    """Whether each pair of words stands in an ordinary post of another author."""
    _, place = np.unique(key, return_inverse=True)
    own = np.unique(np.stack([place[ordinary], author[ordinary]]), axis=1)
    speakers = np.bincount(own[0], minlength=int(place.max(initial=-1)) + 1)
    pairs = own[0] << 32 | own[1]
    mine = np.isin(place << 32 | np.maximum(author, 0), pairs)
    return np.asarray(speakers[place] - mine > 0)
