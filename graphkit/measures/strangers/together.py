"""Strangers in step: accounts that act at the same moment on the same posts, of authors whom neither follows.

The null is unconditional: given how much each of the two acts on authors whom it does not follow, and how such acts
spread over posts, how often would both come to one post and within the window? So the choice of the posts and the moment
count together. It holds for strangers only: who follows an author comes back to him for a plain reason.
"""

from __future__ import annotations

import numpy as np

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.measures import nulls
from graphkit.measures.co_timing import Reactions, TimedPairs, best_of, by_unit, closeness
from graphkit.measures.pairs import Acts, ClosePairs, by_actor, close_pairs
from graphkit.measures.strangers.exposure import exposure
from graphkit.settings import current


def stray_reactions(graph: InfluenceGraph) -> Reactions:
    """The timed acts on authors whom the actor does not follow; none where the follows do not say enough of people."""
    met = exposure(graph)
    wanted = ~met.followed & (met.author[met.post] >= 0) & (graph.events.at[met.row] != NO_TIME)
    rows = met.row[wanted] if met.told else met.row[:0]
    return by_unit(graph, rows, met.author)


def strange_pairs(found: Reactions, windows: tuple[int, ...], *, accounts: int, seed: int = 0) -> TimedPairs:
    """Pairs of strangers with the coincidences due by their activity and the posts' popularity, a few times over."""
    settings = current().strangers
    acts = found.acts
    each = np.bincount(acts.actor, minlength=accounts).astype(float)
    popular = np.diff(acts.starts).astype(float)
    meeting = popular * np.maximum(popular - 1, 0) / max(float(popular.sum()), 1.0) ** 2
    per, held = [], by_actor(acts)
    for window in windows:
        chance = closeness(found, window, seed=seed)
        pairs = close_pairs(acts, chance, window=window, needed=current().lockstep.coincidences, held=held)
        due = settings.taste * each[pairs.first] * each[pairs.second] * float((meeting * chance).sum())
        said = ClosePairs(pairs.first, pairs.second, pairs.close, pairs.shared, due, pairs.bucketed)
        per.append((window, said, np.minimum(1.0, nulls.poisson_tail(pairs.close, due) * len(windows))))
    return best_of(per)


def exchanged(found: Reactions, seed: int) -> Reactions:
    """A copy in which everybody acts as often, every post gets as many acts, and who meets whom is chance.

    Delays travel with the actor. The few acts that would come twice to one post are left out.
    """
    acts = found.acts
    owner = np.repeat(np.arange(acts.objects), np.diff(acts.starts))
    drawn = np.random.default_rng(seed).permutation(len(owner))
    actor, delay = acts.actor[drawn], found.delay[drawn]
    time = acts.time - found.delay + delay
    order = order_by(owner, actor)
    kept = np.sort(order[differs_from_previous(owner[order], actor[order])])
    kept = kept[order_by(owner[kept], time[kept])]
    starts = np.r_[0, np.cumsum(np.bincount(owner[kept], minlength=acts.objects))].astype(np.int64)
    return Reactions(Acts(starts, actor[kept], time[kept], acts.unit), found.post, found.author, delay[kept])
