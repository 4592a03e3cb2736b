"""How many of the followers in a block were delivered, told in two ways, with an interval that allows for both.

By account: the chance of each, from what it follows elsewhere and how much others care for it. All these chances may be off
together, most where accounts stand near even. By contrast: people with some regard are hardly ever delivered, so that as
many people came as such followers are short of their usual share. The first fails where a stock was delivered once or is
well kept, the second where people of little regard came in those days; they rarely fail alike, so the number lies between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from graphkit.measures.sales.contrast import CARED_FOR, Sales
from graphkit.settings import current

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TYPICAL = 0.2  # of the follows of an account for sale that were delivered
ROUNDS = 20  # of reading the part delivered: it settles to a thousandth
FAINT = 0.1  # chances below that are of people who stand between machines
LEAST_ODDS = -6.0  # of those people, when all odds of a block are moved
GRAIN = 0.5  # followers: no count is surer than that
TELLING = 0.2  # of people must stand above it, else contrast tells nothing


@dataclass(frozen=True, slots=True)
class Numbers:
    """One value a block."""

    certain: Floats  # by account alone
    sold: Floats  # estimated
    low: Floats  # 95 % interval
    high: Floats


def numbers(sales: Sales, rank: Floats, *, first: Ints, last: Ints, each: list[Floats]) -> Numbers:
    """The numbers of all blocks first .. last; `each` holds the chances of their accounts, `rank` the regard of all accounts."""
    bounds, timed = current().blocks, sales.lists.order == "times"
    move, together = (part[0] if timed else part[1] for part in (bounds.move, bounds.together))
    size, by_account = (last - first + 1).astype(float), np.array([one.sum() for one in each])
    by_contrast, error = _by_contrast(sales, rank, first, last)
    alone = np.array([(one * (1 - one)).sum() for one in each]) + GRAIN**2
    less, more = (np.array([special.expit(_odds(one) + step).sum() for one in each]) for step in (-move, move))
    # machines that came of themselves are among the clear ones: they make the number too high and never too low
    low = np.fmin(less - 1.96 * np.sqrt(alone + (together * less) ** 2), by_contrast - error)
    high = np.fmax(more + 1.96 * np.sqrt(alone), by_contrast + error)
    sold = np.where(np.isnan(by_contrast), by_account, (by_account + by_contrast) / 2)
    return Numbers(by_account, sold, np.maximum(low, 0.0), np.minimum(high, size))


def delivered(sales: Sales, rows: Ints) -> Floats:
    """The chance of each follow of one block that it was delivered: which part of the block was is read from the block.

    The overall chance of an account starts from how rare machines are among all; inside a block they are not. Newcomers
    are weighed like everybody here: they are counted, and not named.
    """
    who = sales.lists.source[rows]
    others = sales.weight[who] - np.log1p(TYPICAL * sales.times(rows))  # what its follows elsewhere say
    odds = sales.regard[who] + np.clip(others, *current().sales.most)
    share = float(sales.chance[who].mean())
    for _ in range(ROUNDS):
        chance = special.expit(odds + special.logit(np.clip(share, 0.01, 0.99)))
        share = float(chance.mean())
    return np.where(chance < FAINT, 0.0, chance)


def _odds(chance: Floats) -> Floats:
    return np.maximum(special.logit(np.clip(chance, 1e-6, 1 - 1e-6)), LEAST_ODDS)


def _by_contrast(sales: Sales, rank: Floats, first: Ints, last: Ints) -> tuple[Floats, Floats]:
    """The number delivered by how many followers with regard are missing, and its standard error."""
    cared = (rank > CARED_FOR)[sales.lists.source].astype(np.float64)
    inside = np.zeros(len(cared) + 1)
    np.add.at(inside, first, 1.0)
    np.add.at(inside, last + 1, -1.0)
    people = np.where(np.cumsum(inside)[:-1] > 0, 0.0, 1.0 - sales.chance[sales.lists.source])
    usual = float((people * cared).sum() / max(people.sum(), 1.0))
    size = (last - first + 1).astype(float)
    if usual < TELLING:
        # the ends and the middle then rest on the accounts alone
        return np.full(len(first), np.nan), np.zeros(len(first))
    sold = sales.sold
    theirs = min(float((sold * cared).sum() / max(float(sold.sum()), 1.0)), usual / 2)
    total = np.r_[0.0, np.cumsum(cared)]
    seen = total[last + 1] - total[first]
    came = np.clip((seen - theirs * size) / (usual - theirs), 0.0, size)
    return size - came, np.sqrt(seen + 1.0) / (usual - theirs)
