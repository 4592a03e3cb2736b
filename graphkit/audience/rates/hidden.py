"""How uneven posts are as far as silence goes: told by how many had one reaction and how many had two."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GRID: Final = np.geomspace(1e-6, 1e6, 400)
_WEIGHT: Final = 10.0  # posts in which the unevenness of all accounts counts


def unevenness(posts: Floats, reactions: Floats, *, once: Floats, twice: Floats) -> Floats:
    """For every account the excess x with which a post is silent by chance exp(-rate log(1 + x) / x).

    Posts that nobody reacted to and that are not in the data are as many as those with one reaction and with two
    suggest (Chao 1984): a few posts that everybody saw make the counts uneven, and say nothing of silent ones. Accounts
    with few posts are drawn towards all accounts of the data.
    """
    hidden = once * np.maximum(once - 1.0, 0.0) / (2.0 * (twice + 1.0))
    own = _excess(posts, reactions, hidden)
    many = posts >= _WEIGHT
    common = float(np.median(own[many])) if many.any() else float(np.median(own)) if len(own) else 0.0
    share = posts / (posts + _WEIGHT)
    return np.exp(share * np.log(np.maximum(own, 1e-6)) + (1.0 - share) * np.log(max(common, 1e-6)))


def _excess(posts: Floats, reactions: Floats, hidden: Floats) -> Floats:
    """The excess that gives so many silent posts at the rate over all posts."""
    silent = np.clip(hidden / np.maximum(posts + hidden, 1e-12), 1e-12, 1.0 - 1e-12)
    rate = reactions / np.maximum(posts + hidden, 1e-12)
    wanted = -np.log(silent) / np.maximum(rate, 1e-12)  # = log(1 + x) / x, which falls from 1 to 0
    curve = np.log1p(_GRID) / _GRID
    return np.interp(-wanted, -curve, _GRID)
