"""How often the search for rings finds a group as silent where silence is spread by chance.

The search looks for dense places among silent ties and then asks how silent they are: it meets its own choice again, and the
chance of that silence says too much. So it is run on copies in which the same ties are silent as often, given the acts due,
but others of them; and follows are returned as soon as before, but others of them. What it still finds there is chance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graphkit.measures import nulls
from graphkit.measures.hollow import HollowTies
from graphkit.measures.trading.rings import Tests, tests, usual_of

Floats = NDArray[np.float64]
Search = Callable[[HollowTies], tuple[NDArray[np.int64], ...]]
CLASSES = 20  # of ties with about as many acts due: within one the chance of silence differs by a few percent
TIES = 4_000_000  # tested in all copies together: some seconds
FEWEST, MOST = 5, 20  # copies


def exchanged(ties: HollowTies, seed: int) -> HollowTies:
    """A copy of the ties in which silence, and the time until a return, went to others with as many acts due."""
    rng = np.random.default_rng(seed)
    drawn = np.empty(len(ties.quiet), np.int64)
    for rows in np.array_split(ties.by_quiet, CLASSES):
        drawn[rows] = rng.permutation(rows)
    return ties.exchanged(drawn)


def ring_q(ties: HollowTies, tested: list[Tests], *, search: Search, seed: int, copies: int = FEWEST) -> list[Floats]:
    """For each way of looking the q of its groups: groups as silent and hasty in a copy, over those in the data.

    `search` gives for each way the group of every account, -1 none. `copies` at least, more where there are few ties,
    never more than 20. Cost: the search once more for each.
    """
    copies = int(np.clip(TIES // max(len(ties.first), 1), min(max(copies, FEWEST), MOST), MOST))

    def searched(draw: int) -> list[Floats]:
        copy = exchanged(ties, draw)
        labels = search(copy)
        usual = usual_of(copy, labels, ties.accounts)
        return [tests(copy, label, usual).least for label in labels]

    drawn = list(nulls.side_by_side(searched, range(seed + 1, seed + 1 + copies)))
    return [_q(test.least, np.concatenate([one[way] for one in drawn]), copies) for way, test in enumerate(tested)]


def _q(p: Floats, decoys: Floats, copies: int) -> Floats:
    order = np.argsort(p, kind="stable")
    q = np.empty(len(p))
    q[order] = nulls.decoy_q(-np.log(p[order]), -np.log(decoys), copies)
    return q
