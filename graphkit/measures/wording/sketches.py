"""MinHash sketches of texts, and the earlier text that each is nearly the same as (Broder 1997; Indyk and Motwani 1998)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.graphs.compiled import compiled

SHINGLE: Final = 6  # bytes in a row: about a syllable and a half, so that one changed word costs a few shingles of many
BANDS: Final = 10
ROWS: Final = 3  # of a band; two texts that share half of their shingles meet in some band with a chance of 0.74
EARLIEST: Final = 4  # texts of one bucket that later ones are compared with
LIKE: Final = 0.7  # of the sketch equal, an estimate of the share of common shingles with a standard error of 0.08

Bytes = NDArray[np.uint8]
Marks = NDArray[np.uint64]


def leaders(texts: pa.StringArray) -> NDArray[np.int64]:
    """For each text the number of the first text that it is nearly the same as; its own where there is none.

    A text is held against such first texts only, so chains of small changes do not tie different sayings together.
    """
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    content = texts.buffers()[2]
    data = np.frombuffer(content, np.uint8) if content is not None else np.empty(0, np.uint8)
    marks = _sketches(data, offsets.astype(np.int64), _factors())
    return _led(marks, _candidates(marks))


def _factors() -> Marks:
    drawn = np.random.default_rng(1997).integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64)
    return np.asarray(drawn * np.uint64(2) + np.uint64(1))


def _candidates(marks: Marks) -> NDArray[np.int32]:
    """For each text the earliest texts in each of its buckets; -1 where there are fewer."""
    found = np.full((len(marks), BANDS * EARLIEST), -1, np.int32)
    for band in range(BANDS):
        part = marks[:, band * ROWS : (band + 1) * ROWS]
        key = part[:, 0] * np.uint64(31) + part[:, 1] * np.uint64(1_000_003) + part[:, 2]
        order = np.argsort(key, kind="stable")
        _fill(key[order], order, found, band * EARLIEST)
    return found


@compiled
def _sketches(data: Bytes, offsets: NDArray[np.int64], factors: Marks) -> Marks:
    marks = np.full((len(offsets) - 1, len(factors)), np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64)
    for text in range(len(offsets) - 1):
        start, end = offsets[text], offsets[text + 1]
        for at in range(start, max(end - SHINGLE + 1, start + 1)):
            mixed = np.uint64(14695981039346656037)
            for i in range(at, min(at + SHINGLE, end)):
                mixed = (mixed ^ np.uint64(data[i])) * np.uint64(1099511628211)
            mixed ^= mixed >> np.uint64(31)
            for k in range(len(factors)):
                turned = mixed * factors[k]
                turned ^= turned >> np.uint64(29)
                marks[text, k] = min(marks[text, k], turned)
    return marks


@compiled
def _fill(key: Marks, order: NDArray[np.int64], found: NDArray[np.int32], column: int) -> None:
    begin = 0
    for at in range(len(key)):
        if key[at] != key[begin]:
            begin = at
        for place in range(min(at - begin, EARLIEST)):
            found[order[at], column + place] = order[begin + place]


@compiled
def _led(marks: Marks, candidates: NDArray[np.int32]) -> NDArray[np.int64]:
    leader = np.arange(len(marks), dtype=np.int64)
    for text in range(len(marks)):
        best, chosen = LIKE * marks.shape[1], text
        for k in range(candidates.shape[1]):
            other = candidates[text, k]
            if other < 0 or leader[other] == chosen:
                continue
            first = leader[other]
            same = 0
            for mark in range(marks.shape[1]):
                same += marks[text, mark] == marks[first, mark]
            if same >= best:
                best, chosen = same, first
        leader[text] = chosen
    return leader
