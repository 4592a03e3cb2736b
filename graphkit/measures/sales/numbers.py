"""How many of the followers in a block were delivered, told in two ways, with an interval that allows for both.

By account: the chance of each, from what it follows elsewhere and how much others care for it. All these chances may be off
together, most where accounts stand near even; and the few people who came in the days of a delivery look like machines the more, the more
machines stand around them, so that the lower end trusts that company less. Machines that came of themselves, as they come to the
rest of the list, are taken off. By contrast: people with some regard are hardly ever delivered, so that as
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
SHORT = 20.0  # followers: a shorter rest of a list says less about who comes of himself than all lists do
MOST_FREE = 0.5
GRAIN = 0.5  # followers: no count is surer than that
TELLING = 0.2  # of people must stand above it, else contrast tells nothing


@dataclass(frozen=True, slots=True)
class Numbers:
    """One value a block."""

    certain: Floats  # by account alone
    sold: Floats  # estimated
    low: Floats  # 95 % interval
    high: Floats
    each: list[Floats]  # the chances of the accounts of each block


def numbers(sales: Sales, rank: Floats, *, first: Ints, last: Ints) -> Numbers:
    """The numbers of all blocks first .. last; `rank` is the regard of all accounts. Cost: the rows of the blocks, a few times."""
    size = (last - first + 1).astype(float)
    each, least = (
        [delivered(sales, np.arange(a, b + 1), lean=lean) for a, b in zip(first, last, strict=True)]
        for lean in current().blocks.lean
    )
    alone = np.array([(one * (1 - one)).sum() for one in each]) + GRAIN**2
    by_account, less = (np.array([one.sum() for one in chances]) for chances in (each, least))
    more = np.array([special.expit(_odds(one) + current().blocks.move).sum() for one in each])
    free = _came_of_themselves(sales, first, last, size - less)
    by_contrast, error = _by_contrast(sales, rank, first, last)
    low = np.fmin(less - free - 1.96 * np.sqrt(alone + free), by_contrast - error)
    high = np.fmax(more + 1.96 * np.sqrt(alone), by_contrast + error)
    by_account = by_account - free
    sold = np.where(np.isnan(by_contrast), by_account, (by_account + by_contrast) / 2)
    return Numbers(by_account, np.clip(sold, 0.0, size), np.maximum(low, 0.0), np.minimum(high, size), each)


def delivered(sales: Sales, rows: Ints, *, lean: float) -> Floats:
    """The chance of each follow of one block that it was delivered: which part of the block was is read from the block.

    The overall chance of an account starts from how rare machines are among all; inside a block they are not. Nor are they
    as common among unclear accounts as in the whole block, for machines of one stock are mostly clear: so the log-odds of that part count
    by `lean`, 0 to 1. Newcomers are weighed like everybody here: they are counted, and not named.
    """
    who = sales.lists.source[rows]
    others = sales.weight[who] - np.log1p(TYPICAL * sales.times(rows))  # what its follows elsewhere say
    odds = sales.regard[who] + np.clip(others, *current().sales.most)
    share = float(sales.chance[who].mean())
    for _ in range(ROUNDS):
        chance = special.expit(odds + lean * special.logit(np.clip(share, 0.01, 0.99)))
        share = float(chance.mean())
    return np.where(chance < FAINT, 0.0, chance)


def _came_of_themselves(sales: Sales, first: Ints, last: Ints, people: Floats) -> Floats:
    """How many machines came to each block as they come to the rest of that list, beside so many others.

    Machines also follow whom they please, for cover. Where the rest of a list is short, all rests together are asked.
    """
    lists = sales.lists
    machine = np.r_[0.0, np.cumsum(sales.chance[lists.source])]
    list_of = lists.target[first].astype(np.int64)
    rest, rows = machine[lists.starts[1:]] - machine[lists.starts[:-1]], np.diff(lists.starts).astype(float)
    np.subtract.at(rest, list_of, machine[last + 1] - machine[first])
    np.subtract.at(rows, list_of, (last - first + 1).astype(float))
    usual = rest.sum() / max(rows.sum(), 1.0)
    rate = np.minimum((rest + SHORT * usual) / (rows + SHORT), MOST_FREE)[list_of]
    return np.asarray(rate / (1 - rate) * people)


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
