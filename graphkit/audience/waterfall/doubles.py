"""Accounts that are one person's several accounts, by what they say of themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.stats import poisson

from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Reach

Codes = NDArray[np.int64]

_SIGNS: Final = ("bio", "url", "handle")  # beside the name; a handle comes twice only where there are several platforms


def doubles(graph: InfluenceGraph, settings: Reach) -> Codes:
    """For every account the first account of the same person, itself where it has no other.

    Two accounts are one person's where they bear the same name and the same bio, link or handle, and names and signs
    drawn independently of each other would not meet so often anywhere in the data. What more than `doubles_most`
    accounts bear is a template, no person.
    """
    first = np.arange(graph.n)
    name = _codes(graph.accounts["name"])
    for column in _SIGNS:
        sign = _codes(graph.accounts[column])
        if ((name >= 0) & (sign >= 0)).any():
            _join(first, name, sign, settings)
    return first


def _join(first: Codes, name: Codes, sign: Codes, settings: Reach) -> None:
    """Writes the first account of each group that says both into `first`."""
    rows = np.flatnonzero((name >= 0) & (sign >= 0))
    due = (np.bincount(name[name >= 0])[name] * (np.bincount(sign[sign >= 0])[sign] / len(first)))[rows]
    _, cell, count = np.unique(name[rows] * (sign.max() + 1) + sign[rows], return_inverse=True, return_counts=True)
    together = count[cell]
    chance = poisson.sf(together - 1, due) * len(count)
    same = (together >= 2) & (together <= settings.doubles_most) & (chance < settings.doubles_p)
    head = np.full(len(count), len(first))
    np.minimum.at(head, cell[same], first[rows[same]])
    first[rows[same]] = np.minimum(first[rows[same]], head[cell[same]])


def _codes(column: pa.ChunkedArray) -> Codes:
    """A number for every different text, letter case and outer spaces aside; -1 where there is none."""
    text = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(column, pa.string())))
    said = pc.if_else(pc.equal(text, ""), None, text).combine_chunks()
    codes = pc.fill_null(said.dictionary_encode().indices, -1)
    return np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)
