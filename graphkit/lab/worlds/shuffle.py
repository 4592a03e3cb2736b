"""Shuffled worlds: everybody keeps how much it does and gets, and nothing else is left."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.dataset import Dataset
from graphkit.lab.worlds.parts import Flags, Ints, Rng, first_of_each, keys

ROUNDS = 60  # of mending self-ties and duplicates by exchanging them with random rows


def shuffled(dataset: Dataset, seed: int) -> Dataset:
    """The data set with follows rewired, actors exchanged, and times and life data permuted over all rows.

    Follower and following counts, the actions of each account and the reactions to each post stay as they are. The
    few rows that cannot be mended (an account that would have to react twice to one post) are left out.
    """
    rng = np.random.default_rng([seed, 7])
    accounts = _profiles(dataset.accounts, rng)
    posts = _posts(dataset.posts, accounts, rng)
    return Dataset(
        accounts=accounts,
        follows=_follows(dataset.follows, accounts, rng),
        interactions=_interactions(dataset.interactions, dataset.posts, posts, rng),
        posts=posts,
        coverage=dataset.coverage,
        sources=dataset.sources,
    )


def mixed(kept: Ints, moved: Ints, rng: Rng, *, forbidden: Ints | None = None) -> tuple[Ints, Flags]:
    """`moved` in another order, such that no row pairs a value with itself or repeats a pair; and which rows are fine.

    `forbidden`, one value a row of `kept`, must not be met either.
    """
    order = rng.permutation(len(moved))
    for _ in range(ROUNDS):
        bad = np.flatnonzero(~_proper(kept, moved[order], forbidden))
        if not len(bad):
            break
        others = rng.choice(len(order), len(bad), replace=False)
        for one, other in zip(bad.tolist(), others.tolist(), strict=True):
            order[one], order[other] = order[other], order[one]
    return moved[order], _proper(kept, moved[order], forbidden)


def _proper(kept: Ints, moved: Ints, forbidden: Ints | None) -> Flags:
    fine = np.zeros(len(kept), bool)
    fine[first_of_each(keys(kept, moved))] = True
    fine &= moved != (kept if forbidden is None else forbidden)
    return fine


def _codes(*columns: pa.ChunkedArray) -> tuple[list[Ints], pa.Array]:
    """Columns of text as numbers of one common dictionary."""
    joined = pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())
    coded = joined.dictionary_encode().combine_chunks()
    numbers = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.split(numbers, np.cumsum([len(c) for c in columns])[:-1]), coded.dictionary


def _put(table: pa.Table, **columns: pa.Array) -> pa.Table:
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)
    return table


def _numbers(column: pa.ChunkedArray) -> Ints:
    values: Ints = pc.fill_null(column, -1).to_numpy().astype(np.int64)
    return values


def _profiles(accounts: pa.Table, rng: Rng) -> pa.Table:
    """Who is how old, named how, from where: exchanged as a whole, counts stay."""
    order = pa.array(rng.permutation(accounts.num_rows))
    names = ("handle", "name", "created_at", "bio", "location", "lang")
    return _put(accounts, **{name: accounts.column(name).take(order) for name in names})


def _born(accounts: pa.Table, who: pa.ChunkedArray) -> Ints:
    place = pc.index_in(who, value_set=accounts.column("id").combine_chunks())
    return _numbers(accounts.column("created_at").take(place))


def _follows(follows: pa.Table, accounts: pa.Table, rng: Rng) -> pa.Table:
    if not follows.num_rows:
        return follows
    (follower, followed), ids = _codes(follows.column("follower"), follows.column("followed"))
    moved, fine = mixed(follower, followed, rng)
    follows = _put(follows, followed=ids.take(pa.array(moved)))
    timed = follows.column("at").null_count < follows.num_rows
    if timed:
        since = np.maximum(_born(accounts, follows.column("follower")), _born(accounts, follows.column("followed")))
        end = _numbers(follows.column("observed_at"))
        at = since + (rng.beta(1.3, 1.0, len(since)) * (end - since)).astype(np.int64)
        ended = follows.column("ended_at")
        gone = np.where(ended.is_valid().to_numpy(), at + (rng.random(len(at)) * (end - at)).astype(np.int64), -1)
        follows = _put(follows, at=pa.array(at), ended_at=pa.array(gone, mask=gone < 0))
    else:
        at = rng.integers(0, 1 << 40, follows.num_rows)
    follows = _positions(follows, moved, at)
    return follows.filter(pa.array(fine))


def _positions(follows: pa.Table, followed: Ints, at: Ints) -> pa.Table:
    if follows.column("position").null_count == follows.num_rows:
        return follows
    order = np.lexsort((-at, followed))
    live = ~follows.column("ended_at").is_valid().to_numpy()[order]
    before = np.r_[0, np.cumsum(live)]
    place = before[:-1] - before[np.searchsorted(followed[order], followed[order])]
    position = np.empty(len(order), np.int64)
    position[order] = np.where(live, place, -1)
    return _put(follows, position=pa.array(position, mask=position < 0))


def _posts(posts: pa.Table, accounts: pa.Table, rng: Rng) -> pa.Table:
    """Times drawn anew between the first and the last post, never before the author; what a post says is exchanged."""
    if not posts.num_rows:
        return posts
    at = _numbers(posts.column("at"))
    since = np.maximum(_born(accounts, posts.column("author")) + 1, at.min())
    born = np.minimum(since, at.max() - 1)
    drawn = born + (rng.random(len(at)) * (at.max() - born)).astype(np.int64)
    order = pa.array(rng.permutation(len(at)))
    said = {name: posts.column(name).take(order) for name in ("text", "lang", "tags", "urls", "client")}
    life = pc.subtract(posts.column("deleted_at"), posts.column("at")).take(order)
    return _put(posts, at=pa.array(drawn), deleted_at=pc.add(pa.array(drawn), life), **said)


def _interactions(interactions: pa.Table, before: pa.Table, after: pa.Table, rng: Rng) -> pa.Table:
    """Actors exchanged among the acts of a kind; waits, clients and deletions exchanged among all acts."""
    if not interactions.num_rows:
        return interactions
    (actor, target), ids = _codes(interactions.column("actor"), interactions.column("target"))
    (post,), _ = _codes(interactions.column("post"))
    kind = interactions.column("kind").dictionary_encode().combine_chunks().indices.to_numpy()
    object_ = np.where(post >= 0, post, len(ids) + target + post.max(initial=0))
    fine = np.ones(len(actor), bool)
    new = actor.copy()
    for one in np.unique(kind):
        rows = np.flatnonzero(kind == one)
        new[rows], fine[rows] = mixed(object_[rows], actor[rows], rng, forbidden=target[rows])
    at = _numbers(interactions.column("at"))
    begins, begin = (_begins(interactions, table) for table in (before, after))
    below = np.flatnonzero(begins >= 0)
    moved_at = rng.integers(at.min(), at.max() + 1, len(at))
    moved_at[below] = begin[below] + rng.permutation(at[below] - begins[below])
    order = pa.array(rng.permutation(len(at)))
    life = pc.subtract(interactions.column("deleted_at"), interactions.column("at")).take(order)
    table = _put(
        interactions,
        actor=ids.take(pa.array(new)),
        at=pa.array(moved_at),
        client=interactions.column("client").take(order),
        deleted_at=pc.add(pa.array(moved_at), life),
    )
    return table.filter(pa.array(fine)).sort_by([("at", "ascending"), ("actor", "ascending")])


def _begins(interactions: pa.Table, posts: pa.Table) -> Ints:
    """When the post of each act was written; -1 where there is none."""
    place = pc.index_in(interactions.column("post"), value_set=posts.column("id").combine_chunks())
    return _numbers(posts.column("at").take(place))
