"""Texts made comparable: links, mentions, emoji and punctuation out, capitals small, the letters i of Turkish as one."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

LINK: Final = r"(?i)\bhttps?://\S+|\bwww\.\S+"
MENTION: Final = r"@[\w.]+"
REPOST: Final = r"^\s*RT @"  # the old way to repost: not the account's own words


def folded(texts: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The words of each text, small, without marks, one space between them; null for null and for reposts.

    >>> folded(pa.array(["İYİ bayramlar! 🎉 @dost https://x.example/1", "iyi BAYRAMLAR"])).to_pylist()
    ['iyi bayramlar', 'iyi bayramlar']
    """
    plain = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    own = pc.if_else(pc.match_substring_regex(plain, REPOST), pa.scalar(None, pa.string()), plain)
    bare = pc.replace_substring_regex(pc.replace_substring_regex(own, LINK, " "), MENTION, " ")
    parted = pc.utf8_normalize(bare, form="NFKD")  # letters and their marks apart
    without = pc.replace_substring_regex(parted, r"\p{M}+", "")
    small = pc.replace_substring(pc.utf8_lower(without), "ı", "i")
    return pc.utf8_trim(pc.replace_substring_regex(small, r"[^\p{L}\p{N}]+", " "), characters=" ")
