"""The influence network: accounts as rows 0..n-1, follows as a sparse matrix, acts as columns sorted by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.dataset import ACCOUNT_COLUMNS, POST_COLUMNS, TABLES, Dataset, Numbered, Tables, conform, empty
from graphkit.errors import UsageError
from graphkit.graphs import convert, kernels_links
from graphkit.graphs.events import Events, build_events
from graphkit.graphs.follows import build_follows
from graphkit.graphs.numbering import NO_TIME, coded, distinct, numbers, times, with_ids
from graphkit.language import say

if TYPE_CHECKING:
    import igraph
    import networkx
    import pandas

__all__ = ["NO_TIME", "Events", "InfluenceGraph"]

Nodes = NDArray[np.integer[Any]]

_ENDS: Final[Mapping[str, Sequence[str]]] = {  # columns that name accounts and posts
    "follows": ("follower", "followed"),
    "interactions": ("actor", "target", "post", "kind", "client"),
}


@dataclass(frozen=True, eq=False)
class InfluenceGraph:
    """A network whose node i is row i of `accounts`; accounts and posts are sorted by id, as text."""

    accounts: pa.Table  # also those that only an edge or a post names; what is not known of them is null
    follows: csr_array  # [i, j] = 1 where i follows j now; indices sorted, no loops, no duplicates
    follow_at: NDArray[np.int64]  # in the order of follows.data; NO_TIME: unknown
    follow_position: NDArray[np.int64]  # place in a newest-first list; -1: unknown
    ended: pa.Table  # follows that ended: follower, followed (node numbers), at, ended_at
    events: Events
    posts: pa.Table  # also those that only an interaction names
    post_author: NDArray[np.int32]  # -1: unknown
    post_at: NDArray[np.int64]  # NO_TIME: unknown
    coverage: pa.Table
    left_out: Mapping[str, int] = field(default_factory=dict)  # reason -> rows of the tables that are no link or event

    @classmethod
    def build(cls, tables: Tables | Dataset | Numbered) -> Self:
        """The network of the five tables; any of them may be missing or empty.

        Follows: see `build_follows` for rows said twice and ties that ended. Interactions: see `build_events`.
        """
        full, account_ids, post_ids = _numbered(tables)
        follows, interactions = full["follows"], full["interactions"]
        posts = with_ids("posts", full["posts"], post_ids)
        post_author = numbers(posts["author"], account_ids)
        with ThreadPoolExecutor(1) as beside:
            following = beside.submit(build_follows, follows, account_ids)
            events, left_out = build_events(interactions, account_ids, post_ids, post_author=post_author)
            ties = following.result()
        return cls(
            accounts=with_ids("accounts", full["accounts"], account_ids),
            follows=ties.links,
            follow_at=ties.at,
            follow_position=ties.position,
            ended=ties.ended,
            events=events,
            posts=posts,
            post_author=post_author,
            post_at=times(posts["at"]),
            coverage=full["coverage"],
            left_out={reason: rows for reason, rows in (ties.left_out | left_out).items() if rows},
        )

    @property
    def n(self) -> int:
        return int(self.accounts.num_rows)

    def __repr__(self) -> str:
        return (
            f"InfluenceGraph({self.n:,} accounts, {self.follows.nnz:,} follows, "
            f"{len(self.events):,} events, {self.posts.num_rows:,} posts)"
        )

    @cached_property
    def followers(self) -> csr_array:
        """[i, j] = 1 where j follows i."""
        turned = self.follows.T.tocsr()
        turned.has_canonical_format = True
        return turned

    @cached_property
    def mutual(self) -> csr_array:
        """[i, j] = [j, i] = 1 where both follow each other."""
        return kernels_links.mutual(self.follows)

    def layer(self, *kinds: str, since: datetime | int | None = None, until: datetime | int | None = None) -> csr_array:
        """Who acted on whom how often, by acts of these kinds (all where none is named) in since <= at < until.

        Times are datetimes or UTC milliseconds; acts without a time are left out as soon as a bound is given.
        """
        events = self.events
        wanted = events.of_kind(*kinds) & (events.target >= 0)
        if since is not None or until is not None:
            wanted &= events.at != NO_TIME
        if since is not None:
            wanted &= events.at >= _milliseconds(since)
        if until is not None:
            wanted &= events.at < _milliseconds(until)
        ends = (events.actor[wanted], events.target[wanted])
        links = csr_array((events.count[wanted].astype(np.int64), ends), shape=(self.n, self.n))
        links.sum_duplicates()
        return links

    @cached_property
    def account_ids(self) -> tuple[str, ...]:
        """The ids of all accounts, by node number."""
        return tuple(self.accounts["id"].to_pylist())

    def ids(self, nodes: Nodes | Iterable[int]) -> tuple[str, ...]:
        """The account ids of some nodes, in their order."""
        places = np.asarray(nodes if isinstance(nodes, np.ndarray) else list(nodes), dtype=np.int64)
        return tuple(self.accounts["id"].take(pa.array(places)).to_pylist())

    def node(self, name: str) -> int:
        """The number of the account with this id, or of "@handle"."""
        if not name.startswith("@"):
            place = int(pc.index(self.accounts["id"], name).as_py())
            if place >= 0:
                return place
        handles = pc.utf8_lower(pc.utf8_ltrim(self.accounts["handle"], "@"))
        found = pc.indices_nonzero(pc.fill_null(pc.equal(handles, name.lstrip("@").lower()), False)).to_pylist()
        if len(found) == 1:
            return int(found[0])
        if found:
            known = ", ".join(self.ids(found[:5]))
            raise UsageError(
                say(
                    "{name} is the handle of {found} accounts; give one of their ids: {known}.",
                    name=name,
                    found=len(found),
                    known=known,
                )
            )
        raise UsageError(
            say(
                'No account "{name}" among the {n} of this graph; give an id as loaded, or "@handle".',
                name=name,
                n=self.n,
            )
        )

    def subgraph(self, nodes: Nodes | Iterable[int]) -> Self:
        """The network among some accounts: their ties and acts on each other or on nobody known, and those posts."""
        kept = np.unique(np.asarray(nodes if isinstance(nodes, np.ndarray) else list(nodes), dtype=np.int64))
        inside = np.zeros(self.n, dtype=np.bool_)
        inside[kept] = True
        events = self.events.take(inside[self.events.actor] & ((self.events.target < 0) | inside[self.events.target]))
        of_post = np.zeros(self.posts.num_rows, dtype=np.bool_)
        of_post[events.post[events.post >= 0]] = True
        of_post |= (self.post_author >= 0) & inside[self.post_author]
        tables = convert.tables(self)
        ids = self.accounts["id"].take(pa.array(kept))
        among = {"follows": ("follower", "followed"), "coverage": ("account",)}
        small = {
            "accounts": self.accounts.take(pa.array(kept)),
            "posts": self.posts.filter(pa.array(of_post)),
            "interactions": convert.interactions(self, events),
        }
        for name, ends in among.items():
            mask = np.ones(tables[name].num_rows, dtype=np.bool_)
            for end in ends:
                mask &= numbers(tables[name][end], ids) >= 0
            small[name] = tables[name].filter(pa.array(mask))
        outside = numbers(small["posts"]["author"], ids) < 0
        authors = pc.if_else(pa.array(outside), pa.scalar(None, pa.string()), small["posts"]["author"])
        place = small["posts"].column_names.index("author")
        small["posts"] = small["posts"].set_column(place, "author", authors)
        return type(self).build(small)

    def to_arrow(self) -> dict[str, pa.Table]:
        """The five tables of the contract; building from them gives an equal network."""
        return convert.tables(self)

    def to_pandas(self) -> dict[str, pandas.DataFrame]:
        """The five tables as frames: ids as strings, times as UTC datetimes."""
        return convert.frames(self)

    def to_networkx(self, *kinds: str) -> networkx.DiGraph:
        """The follows (edge attribute `at`), or the acts of some kinds (`weight`), as a DiGraph of account ids."""
        return convert.to_networkx(self, *kinds)

    def to_igraph(self, *kinds: str) -> igraph.Graph:
        """The follows (edge attribute `at`), or the acts of some kinds (`weight`), with the ids as vertex `name`."""
        return convert.to_igraph(self, *kinds)


def _numbered(tables: Tables | Dataset | Numbered) -> tuple[dict[str, pa.Table], pa.StringArray, pa.StringArray]:
    """The five tables with the ids of all accounts and of all posts, as given by the store or found here."""
    if isinstance(tables, Numbered):
        return dict(tables.tables), tables.account_ids, tables.post_ids
    given = tables.tables if isinstance(tables, Dataset) else tables
    full = coded({name: conform(name, given[name]) if name in given else empty(name) for name in TABLES}, _ENDS)
    return full, _ids(full, ACCOUNT_COLUMNS), _ids(full, POST_COLUMNS)


def _ids(tables: Tables, columns: Mapping[str, Sequence[str]]) -> pa.StringArray:
    """Every id in these columns once, sorted."""
    return distinct(tables[name][column] for name, named in columns.items() for column in named)


def _milliseconds(time: datetime | int) -> int:
    if isinstance(time, int):
        return time
    if time.tzinfo is None:
        raise UsageError(say("{time} has no time zone; give a datetime with one, or UTC milliseconds.", time=time))
    return round(time.timestamp() * 1000)
