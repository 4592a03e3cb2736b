"""A made-up world: its data set and its truth; how it is made, shuffled and saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from graphkit.dataset import Dataset, Tables
from graphkit.errors import UsageError
from graphkit.lab.truth import Truth
from graphkit.lab.worlds import bots, crowds, life, tables, takeovers, ties, trades
from graphkit.lab.worlds.bots import Amplifier
from graphkit.lab.worlds.parts import (
    ACT_KINDS,
    DAY,
    MINUTE,
    NONE,
    ORGANIC,
    WHY,
    Acts,
    Floats,
    Group,
    Ints,
    Posts,
    Rng,
    Ties,
    first_of_each,
    keys,
)
from graphkit.lab.worlds.people import Casting, Town, settle
from graphkit.lab.worlds.plan import PRESETS, Plan, of_size
from graphkit.lab.worlds.scene import Board, Scene
from graphkit.lab.worlds.shuffle import shuffled
from graphkit.lab.worlds.takeovers import Topic, Trend
from graphkit.language import say

PLANTED: Final = ("farm", "amplifier", "ring", "pod", "takeover", "revived", "trend_push")
FRIENDS: Final = "friends"


@dataclass(frozen=True)
class World:
    """A data set and what is true of it."""

    name: str
    seed: int
    dataset: Dataset
    truth: Truth

    @property
    def tables(self) -> Tables:
        return self.dataset.tables

    def shuffled(self, seed: int = 0) -> World:
        """The same accounts with the same counts and nothing else: no structure is left, and nothing is planted."""
        return World(f"{self.name}-shuffled", seed, shuffled(self.dataset, seed), _nothing(self.truth))

    def save(self, folder: Path, *, form: str = "parquet") -> None:
        """Write a dataset folder (parquet or csv) with the truth beside it."""
        if form not in ("parquet", "csv"):
            raise UsageError(say("{form!r} is no form of a world on disk; accepted are parquet and csv.", form=form))
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            if not table.num_rows:
                continue
            if form == "parquet":
                pq.write_table(table, folder / f"{name}.parquet")
            else:
                pyarrow.csv.write_csv(_flat(table), folder / f"{name}.csv")
        self.truth.save(folder)

    def __str__(self) -> str:
        return f"{self.name}-{self.seed}"


def make(world: str | Plan, *, accounts: int = 20_000, seed: int = 0) -> World:
    """A world of a preset's name or of a plan of one's own."""
    plan = _plan(world)
    if accounts < 500:
        raise UsageError(
            say("a world of {accounts} accounts is too small for its crowds; ask for 500 or more.", accounts=accounts)
        )
    rng = np.random.default_rng([seed, accounts, *plan.name.encode()])
    stock = bots.stock(plan, accounts, rng)
    town, habits = settle(plan, accounts, stock.total, rng=rng)
    casting = Casting(town, rng)
    scenes = _scenes(casting, stock, rng)
    town = casting.town
    followed, circles = ties.organic(town, rng)
    follows = _distinct(town, followed, scenes, rng)
    board = _board(town, follows, scenes, rng)
    reactions = life.live(town, follows, board, rng=rng)
    staged = Acts.joined([scene.acts(town, board, rng) for scene in scenes])
    acts = _ordered(town, board, Acts.joined([reactions.acts, staged]))
    names = tables.named(town, board.posts, rng)
    story = _Story(town, follows, board, acts, names)
    groups = [*habits, *circles, *(group for scene in scenes for group in scene.groups)]
    moved = reactions.moved + _staged_reactors(town, board, staged)
    return World(
        name=plan.name,
        seed=seed,
        dataset=tables.dataset(town, ties=follows, posts=board.posts, acts=acts, names=names, rng=rng),
        truth=story.truth(groups, moved, [scene for scene in scenes if isinstance(scene, Trend | Topic)]),
    )


def large(*, accounts: int, follows: int, interactions: int, seed: int = 0) -> World:
    """A world of about the given numbers of rows, for benchmarks."""
    return make(of_size(accounts, follows=follows, interactions=interactions), accounts=accounts, seed=seed)


def every(*, small: bool = True, seed: int = 0) -> list[World]:
    """A world of each preset; small ones have 2,500 accounts."""
    return [make(name, accounts=2_500 if small else 20_000, seed=seed) for name in PRESETS]


def _plan(world: str | Plan) -> Plan:
    if isinstance(world, Plan):
        return world
    if world not in PRESETS:
        raise UsageError(
            say(
                "{world!r} is no world; there are {presets}. A Plan of your own is accepted too.",
                world=world,
                presets=", ".join(PRESETS),
            )
        )
    return PRESETS[world]


def _scenes(casting: Casting, stock: bots.Stock, rng: Rng) -> list[Scene]:
    scenes = list(crowds.cast(casting, rng))
    farms = list(bots.cast(casting, stock, rng))
    scenes += farms
    scenes += trades.cast(casting, rng)
    scenes += takeovers.cast(casting, [net.members for net in farms if isinstance(net, Amplifier)], rng)
    return scenes


def _distinct(town: Town, organic: Ties, scenes: Sequence[Scene], rng: Rng) -> Ties:
    """Every follow once, after both accounts exist; what a crowd says of a tie comes before what is usual."""
    staged = [(scene.ties(town, rng), any(g.kind in PLANTED for g in scene.groups)) for scene in scenes]
    innocent, planted = ([part for part, is_planted in staged if is_planted is wanted] for wanted in (False, True))
    follows = Ties.joined([*innocent, organic, *planted])
    follows = follows.rows(follows.follower != follows.followed)
    follows = follows.rows(first_of_each(keys(follows.follower, follows.followed)))
    alive = np.maximum(town.people.created[follows.follower], town.people.created[follows.followed]) + MINUTE
    at = np.clip(np.maximum(follows.at, alive), None, town.end - 1)
    ended = np.where(follows.ended == NONE, NONE, np.maximum(follows.ended, at + MINUTE).clip(max=town.end))
    return replace(follows, at=at, ended=ended)


def _board(town: Town, follows: Ties, scenes: Sequence[Scene], rng: Rng) -> Board:
    posts = Posts.joined([life.written(town, rng), *(scene.posts(town, rng) for scene in scenes)])
    posts = posts.rows((posts.at > town.people.created[posts.author]) & (posts.at < town.end - DAY // 2))
    reach = np.bincount(follows.followed, follows.ended == NONE, town.n).astype(np.float64)
    return Board(posts, life.factors(len(posts), town.plan.society.viral, rng), reach)


def _ordered(town: Town, board: Board, acts: Acts) -> Acts:
    """Acts in order of time, with their targets; what lies beyond the observed time is not seen."""
    known = (acts.target == NONE) & (acts.post != NONE)
    author = board.posts.author[np.maximum(acts.post, 0)] if len(board.posts) else acts.target
    acts = replace(acts, target=np.where(known, author, acts.target))
    acts = acts.rows((acts.at < town.end) & (acts.actor != acts.target))
    acts = acts.rows(np.lexsort((acts.post, acts.kind, acts.target, acts.actor, acts.at)))
    same = keys(acts.actor, (acts.post + 1) << 3 | acts.kind)
    once = (acts.post == NONE) | (acts.kind == REPLIES) | np.isin(np.arange(len(acts)), first_of_each(same))
    return acts.rows(once)


REPLIES: Final = ACT_KINDS.index("reply")


def _staged_reactors(town: Town, board: Board, staged: Acts) -> Floats:
    """What crowds add to the mean number of distinct people who react to a post."""
    own = staged.rows((staged.why == ORGANIC) & (staged.post != NONE))
    own = own.rows(first_of_each(keys(own.actor, own.post)))
    posts = np.bincount(board.posts.author, minlength=town.n)
    extra: Floats = np.bincount(board.posts.author[own.post], minlength=town.n) / np.maximum(posts, 1)
    return extra


@dataclass(frozen=True)
class _Story:
    """All that happened, ready to be told as truth."""

    town: Town
    ties: Ties
    board: Board
    acts: Acts
    names: tables.Names

    def truth(self, groups: Sequence[Group], moved: Floats, trends: Sequence[Trend | Topic]) -> Truth:
        groups = self._acted(groups)
        not_free = self.acts.rows(self.acts.why != ORGANIC)
        other = self.ties.rows(self.ties.why != ORGANIC)
        return Truth.of(
            {
                "accounts": self._accounts(groups),
                "groups": self._groups(groups),
                "ties": pa.table(
                    {
                        "follower": self._ids(other.follower),
                        "followed": self._ids(other.followed),
                        "why": pa.array(WHY).take(pa.array(other.why)),
                    }
                ),
                "audience": self._audience(moved),
                "acts": pa.table(
                    {
                        "actor": self._ids(not_free.actor),
                        "post": self.names.posts.take(pa.array(not_free.post, mask=not_free.post == NONE)),
                        "kind": pa.array(ACT_KINDS).take(pa.array(not_free.kind)),
                        "at": not_free.at,
                        "why": pa.array(WHY).take(pa.array(not_free.why)),
                    }
                ),
                "trends": self._trends(trends),
            }
        )

    def _acted(self, groups: Sequence[Group]) -> list[Group]:
        """The groups; victims whom the operator never used are not under a second hand."""
        used = np.zeros(self.town.n, bool)
        used[self.acts.actor[self.acts.why != ORGANIC]] = True
        posts = self.board.posts
        used[posts.author[posts.why != ORGANIC]] = True  # a trend may have been all it was used for
        hands = ("takeover", "revived")
        return [replace(g, members=g.members[used[g.members]]) if g.kind in hands else g for g in groups]

    def _ids(self, nodes: Ints) -> pa.Array:
        return self.names.accounts.take(pa.array(nodes, mask=nodes == NONE))

    def _accounts(self, groups: Sequence[Group]) -> pa.Table:
        town, n = self.town, self.town.n
        part = {kind: np.zeros(n, bool) for kind in PLANTED}
        crowd = np.full(n, None, dtype=object)
        for group in sorted(groups, key=lambda g: g.kind != FRIENDS):  # a telling crowd is written over friends
            if group.kind in PLANTED:
                part[group.kind][group.members] = True
            else:
                crowd[group.members] = group.kind
        unscored = part["revived"]
        changed = np.where(town.people.changed_at < town.end, town.people.changed_at, NONE)
        automated = town.people.automated
        return pa.table(
            {
                "id": self.names.accounts,
                "kind": np.select([automated, unscored], ["bot", "revived"], "person"),
                "bot": pa.array(automated, mask=unscored),
                "ring": part["ring"],
                "pod": part["pod"],
                "compromised": pa.array(part["takeover"], mask=unscored),
                "automated": automated,
                "crowd": crowd,
                "creator": town.people.creator,
                "dormant": town.people.dormant,
                "onset": tables.optional(self._onsets(part["takeover"] | unscored)),
                "changed_at": tables.optional(changed),
            }
        ).sort_by("id")

    def _onsets(self, taken: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
        """First commanded act or post of accounts under a second hand."""
        onset = np.full(self.town.n, self.town.end + DAY)
        for rows, who in ((self.acts, self.acts.actor), (self.board.posts, self.board.posts.author)):
            told = rows.why != ORGANIC
            np.minimum.at(onset, who[told], rows.at[told])
        return np.where(taken & (onset < self.town.end), onset, NONE)

    def _groups(self, groups: Sequence[Group]) -> pa.Table:
        counts: dict[str, int] = {}
        parts = []
        for group in groups:
            counts[group.kind] = counts.get(group.kind, 0) + 1
            name = f"{group.kind}-{counts[group.kind]:03d}"
            for role, who in (("member", group.members), ("beneficiary", group.beneficiaries)):
                ids = self._ids(np.sort(who))
                words = [name, group.kind, group.kind in PLANTED]
                column = [pa.array([word] * len(ids)) for word in words] if len(ids) else []
                if column:
                    parts.append(pa.table([*column, ids, pa.array([role] * len(ids))], _GROUP_COLUMNS))
        return pa.concat_tables(parts)

    def _audience(self, moved: Floats) -> pa.Table:
        town, lately = self.town, np.zeros(self.town.n, bool)
        lately[self.acts.actor[self.acts.at > town.end - 90 * DAY]] = True
        lately[self.board.posts.author[self.board.posts.at > town.end - 90 * DAY]] = True
        known = tables.followings(town, self.ties, lately)
        table = pa.table(
            {
                "id": self.names.accounts,
                "creator": town.people.creator,
                "posts": np.bincount(self.board.posts.author, minlength=town.n),
                "followers": known.followers,
                "people": known.people,
                "active_people": known.active,
                "moved": pa.array(moved, mask=np.isnan(moved)),
            }
        )
        return table.sort_by("id")

    def _trends(self, trends: Sequence[Trend | Topic]) -> pa.Table:
        profits = [int(t.profits[0]) if len(t.profits) else NONE for t in trends]
        told = [self._taken_up(t) for t in trends]
        return pa.table(
            {
                "tag": pa.array([self._called(t) for t in trends], pa.string()),
                "kind": pa.array([_kind_of(t) for t in trends], pa.string()),
                "pushed": pa.array([t.is_pushed for t in trends], pa.bool_()),
                "start": pa.array([t.start for t in trends], pa.int64()),
                "posts": pa.array([len(t.organic) + len(t.pushing) for t in trends], pa.int64()),
                "organic_share": pa.array([float((why == ORGANIC).mean()) if len(why) else 1.0 for why in told]),
                "profits": self._ids(np.array(profits, np.int64)),
            }
        )

    def _called(self, trend: Trend | Topic) -> str:
        """The tag, the words of the phrase, or the id of the post."""
        if isinstance(trend, Trend) or trend.tag != NONE:
            return tables.tag_name(trend.tag)
        if not trend.of_post:
            return tables.phrase_of(trend.phrase)
        [post, *_] = [*np.flatnonzero(self.board.posts.topic == trend.number), NONE]
        return str(self.names.posts[int(post)]) if post != NONE else ""

    def _taken_up(self, trend: Trend | Topic) -> Ints:
        """Why each of its uses came about, as the data hold them: posts, or the first act of each account on a post."""
        posts = self.board.posts
        if isinstance(trend, Trend):
            return posts.why[posts.tag == trend.tag]
        if not trend.of_post:
            return posts.why[posts.topic == trend.number]
        acts = self.acts.rows(np.isin(self.acts.post, np.flatnonzero(posts.topic == trend.number)))
        return acts.why[first_of_each(acts.actor)]


def _kind_of(trend: Trend | Topic) -> str:
    if isinstance(trend, Trend) or trend.tag != NONE:
        return "tag"
    return "post" if trend.of_post else "phrase"


_GROUP_COLUMNS: Final = ["group", "kind", "planted", "account", "role"]


def _nothing(truth: Truth) -> Truth:
    """Truth of a shuffled world: the same accounts, and none of them is anything."""
    names = ("bot", "ring", "pod", "compromised", "automated")
    none = pa.array(np.zeros(truth.accounts.num_rows, bool))
    columns = {name: truth.accounts.column(name) for name in ("id", "creator")}
    person = pa.array(["person"] * truth.accounts.num_rows)
    return Truth.of({"accounts": pa.table({**columns, "kind": person, **dict.fromkeys(names, none)})})


def _flat(table: pa.Table) -> pa.Table:
    """Lists as JSON text, since a CSV cell holds one value."""
    for number, column in enumerate(table.schema):
        if pa.types.is_list(column.type):
            cells = [None if cell is None else _json(cell) for cell in table.column(number).to_pylist()]
            table = table.set_column(number, column.name, pa.array(cells, pa.string()))
    return table


def _json(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
