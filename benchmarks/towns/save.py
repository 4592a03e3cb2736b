"""Write a town: the folder that graphkit sees, and the truth beside it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.towns.life import Life
from benchmarks.towns.world import BOUGHT, KINDS, OWN, TRADED, Reals, Rows, World

WORDS = tuple(
    "today people morning coffee street game goal price market new video light summer work again never always "
    "friend city music winter party match river train school garden question answer answerless bread table".split()
)


def names(world: World, style: str) -> pd.Series:
    """Ids that say nothing: shuffled, in the habit of the town."""
    n = len(world.accounts)
    shuffled = world.rng.permutation(n)
    if style == "snowflake":  # above 2**53: lost by whoever reads them as floats
        return pd.Series((1_400_000_000_000_000_000 + shuffled * 7_919_000_003).astype(str))
    if style == "padded":
        return pd.Series(shuffled).map("{:08d}".format)
    if style == "number":
        return pd.Series((20_000 + shuffled * 13).astype(str))
    return pd.Series(shuffled).map(lambda i: f"u{i * 2654435761 % 2**32:08x}{i % 7}")


def write(world: World, folder: Path, *, start_ms: int, form: str, ids: str, gaps: frozenset[str]) -> dict[str, int]:
    """The dataset under `folder/data` and the truth under `folder/truth`; gives the rows of each table."""
    name = names(world, ids)
    tables = {
        "accounts": accounts(world, name, start_ms),
        "follows": follows(world, name, start_ms),
        "interactions": interactions(world, name, start_ms),
        "posts": posts(world, name, start_ms, lists=form == "parquet"),
    }
    for gap in gaps:
        table, _, column = gap.partition(".")
        if not column:
            del tables[table]
        elif table in tables:
            tables[table] = tables[table].drop(columns=column)
    if "follows.at" in gaps:
        tables["follows"] = tables["follows"].drop(columns="at_kind", errors="ignore")
    elif "follows" in tables:
        tables["follows"] = tables["follows"].drop(columns="position")
    data, truth = folder / "data", folder / "truth"
    data.mkdir(parents=True, exist_ok=True)
    truth.mkdir(exist_ok=True)
    for table, rows in tables.items():
        shuffled = rows.iloc[world.rng.permutation(len(rows))]
        if form == "parquet":
            pq.write_table(pa.Table.from_pandas(shuffled, preserve_index=False), data / f"{table}.parquet")
        else:
            shuffled.to_csv(data / f"{table}.csv.gz", index=False, compression={"method": "gzip", "compresslevel": 1})
    write_truth(world, truth, name, start_ms, posts_seen="posts" not in gaps)
    return {table: len(rows) for table, rows in tables.items()}


def ms(seconds: Reals | pd.Series, start_ms: int) -> pd.Series:
    return pd.Series(np.floor(np.asarray(seconds, float) * 1000) + start_ms).astype("Int64")


def current(world: World) -> np.ndarray:
    """The ties that have not ended."""
    now: np.ndarray = np.isnan(world.follows["ended"])
    return now


def accounts(world: World, name: pd.Series, start_ms: int) -> pd.DataFrame:
    people, ties, n = world.accounts, world.follows, len(world.accounts)
    now = current(world)
    posted = np.bincount(world.posts["author"], minlength=n)
    earlier = np.maximum(-people["created"], 0) / 86400 * people["posting"] * world.rng.uniform(0.2, 1.0, n)
    return pd.DataFrame(
        {
            "id": name,
            "handle": "h" + pd.Series(world.rng.permutation(n)).astype(str),
            "created_at": ms(people["created"], start_ms),
            "followers": np.bincount(ties["followed"][now], minlength=n),
            "following": np.bincount(ties["follower"][now], minlength=n),
            "posts": (posted + earlier).astype(np.int64),
            "lang": np.array(world.manners.langs)[people["lang"]],
            "observed_at": start_ms + int(world.span * 1000),
        }
    )


def follows(world: World, name: pd.Series, start_ms: int) -> pd.DataFrame:
    ties = world.follows
    order = np.lexsort((-ties["at"], ~current(world), ties["followed"]))
    place = np.empty(len(ties), np.int64)
    first = np.r_[True, np.diff(ties["followed"][order]) != 0]
    run = np.arange(len(ties))
    place[order] = run - np.maximum.accumulate(np.where(first, run, 0))
    return pd.DataFrame(
        {
            "follower": name.to_numpy()[ties["follower"]],
            "followed": name.to_numpy()[ties["followed"]],
            "at": ms(ties["at"], start_ms),
            "at_kind": "exact",
            "position": pd.Series(place).where(pd.Series(current(world))).astype("Int64"),
            "ended_at": ms(ties["ended"], start_ms),
        }
    )


def clients(world: World, rows: Rows, at: Reals, own: Rows) -> np.ndarray:
    """What each act was sent from: the account's own habit (a second device now and then) or what is said."""
    people = world.accounts
    habit = people["client"][rows]
    second = (world.rng.random(len(rows)) < 0.1) & ~people["office"][rows].astype(bool)
    habit = np.where(second, (habit + 1) % 3, habit)
    habit = np.where(at >= people["moves_at"][rows], (people["client"][rows] + 2) % 4, habit)
    return np.array(world.manners.clients)[np.where(own >= 0, own, habit)]


def interactions(world: World, name: pd.Series, start_ms: int) -> pd.DataFrame:
    acts, posts = world.reactions, world.posts
    known = acts["post"] >= 0
    target = np.where(known, posts["author"][np.maximum(acts["post"], 0)], acts["target"])
    post = np.where(known, post_names(world)[np.maximum(acts["post"], 0)], None)
    return pd.DataFrame(
        {
            "actor": name.to_numpy()[acts["actor"]],
            "target": name.to_numpy()[target],
            "kind": np.array(KINDS)[acts["kind"]],
            "post": post,
            "at": ms(acts["at"], start_ms),
            "client": clients(world, acts["actor"], acts["at"], acts["client"]),
            "deleted_at": ms(acts["deleted"], start_ms),
        }
    )


def post_names(world: World) -> np.ndarray:
    return np.array([f"p{i}" for i in range(len(world.posts))], object)


def posts(world: World, name: pd.Series, start_ms: int, *, lists: bool) -> pd.DataFrame:
    table, rng = world.posts, world.rng
    topic = world.accounts["community"][table["author"]]
    vocabulary = np.array([f"{word}{t}" for t in range(int(topic.max()) + 1) for word in WORDS[:12]], object).reshape(
        -1, 12
    )
    small = np.array(WORDS, object)[rng.integers(0, len(WORDS), (len(table), 7))]
    own = vocabulary[topic[:, None], rng.integers(0, 12, (len(table), 3))]
    length = rng.integers(2, 8, len(table))
    text = [t or " ".join([*o, *s[:k]]) for t, o, s, k in zip(table["text"], own, small, length, strict=True)]
    habit = np.where(rng.random(len(table)) < 0.15, np.array([f"topic{t}" for t in topic], object), "")
    tag = np.where(table["tag"] != "", table["tag"], habit)
    text = [f"{said} #{t}" if t and f"#{t}" not in said else said for said, t in zip(text, tag, strict=True)]
    frame = pd.DataFrame(
        {
            "id": post_names(world),
            "author": name.to_numpy()[table["author"]],
            "at": ms(table["at"], start_ms),
            "text": [f"{said} {u}" if u else said for said, u in zip(text, table["url"], strict=True)],
            "client": clients(world, table["author"], table["at"], table["client"]),
            "deleted_at": ms(table["deleted"], start_ms),
        }
    )
    if lists:
        frame["tags"] = [[t] if t else [] for t in tag]
        frame["urls"] = [[u] if u else [] for u in table["url"]]
    return frame


def write_truth(world: World, folder: Path, name: pd.Series, start_ms: int, *, posts_seen: bool) -> None:
    people = world.accounts
    onset = pd.Series([world.onset.get(i, np.nan) for i in range(len(people))])
    pd.DataFrame(
        {
            "id": name,
            "kind": people["kind"],
            "group": people["group"],
            "crowd": people["crowd"],
            "onset": ms(onset, start_ms),
        }
    ).to_csv(folder / "accounts.csv", index=False)
    sales = [(name[creator], group, count) for creator, group, count in world.sales]
    pd.DataFrame(sales, columns=["creator", "group", "followers"]).to_csv(folder / "sales.csv", index=False)
    served = [(group, name[client]) for group, whom in sorted(world.clients_of.items()) for client in whom]
    pd.DataFrame(served, columns=["group", "client"]).to_csv(folder / "clients.csv", index=False)
    audience(world, name, posts_seen=posts_seen).to_csv(folder / "audience.csv", index=False)
    shape = {
        "town": world.name,
        "seed": world.seed,
        "strength": world.strength,
        "planted": bool((people["group"] != "").any()),
    }
    (folder / "world.json").write_text(json.dumps(shape) + "\n")


def audience(world: World, name: pd.Series, *, posts_seen: bool, most: int = 150) -> pd.DataFrame:
    """Creators with who truly listens: people who follow of their own will, and expected reactors to one post."""
    people, ties, n = world.accounts, world.follows, len(world.accounts)
    now = current(world)
    human = people["kind"] != "bot"
    own = now & (ties["why"] == OWN) & human[ties["follower"]]
    acted = np.zeros(n, bool)
    acted[world.reactions["actor"]] = True
    acted[world.posts["author"]] = True
    live = people["alive_to"] > 0
    followers = np.bincount(ties["followed"][now], minlength=n)
    wrote = np.bincount(world.posts["author"][world.posts["spreads"].astype(bool)], minlength=n)
    fit = human & (wrote >= 8) & (followers >= 20)
    ranked = np.flatnonzero(fit)[np.argsort(-followers[fit], kind="stable")]
    ringed = ranked[people["kind"][ranked] == "ring"][:40]
    ranked = ranked[people["kind"][ranked] != "ring"]
    served = {creator for whom in world.clients_of.values() for creator in whom}
    creators = np.unique(np.r_[ranked[:most], [c for c in served if wrote[c] >= 8], ringed].astype(np.int64))
    moved = Life(world).replayed(creators, seen_only=not posts_seen)
    role = np.where(
        people["kind"][creators] == "ring", "ring", np.where(np.isin(creators, list(served)), "customer", "creator")
    )
    count = {
        "real": own,
        "real_live": own & live[ties["follower"]],
        "real_active": own & acted[ties["follower"]],
        "bought": now & (ties["why"] == BOUGHT),
        "traded": now & (ties["why"] == TRADED),
        "bots": now & ~human[ties["follower"]],
    }
    return pd.DataFrame(
        {"id": name.to_numpy()[creators], "role": role, "followers": followers[creators]}
        | {title: np.bincount(ties["followed"][mask], minlength=n)[creators] for title, mask in count.items()}
        | {
            "posts": wrote[creators],
            "moved": moved,
            "moved_seen": seen_per_post(world, posts_seen=posts_seen)[creators],
        }
    )


def seen_per_post(world: World, *, posts_seen: bool) -> Reals:
    """Mean distinct people who did react of their own will to a post: what an all-knowing counter would say."""
    acts, n = world.reactions, len(world.accounts)
    free = (acts["post"] >= 0) & ~acts["commanded"].astype(bool)
    pair = np.unique(acts["post"][free] * n + acts["actor"][free])
    each = np.bincount(pair // n, minlength=len(world.posts))
    counted = world.posts["spreads"].astype(bool) & (posts_seen | (each > 0))
    posts = np.bincount(world.posts["author"][counted], minlength=n)
    return np.bincount(world.posts["author"][counted], weights=each[counted], minlength=n) / np.maximum(posts, 1)
