"""Reach, moved, overlap and rosters against made-up truth, against real sets, and against the clock.

python -m benchmarks.audience worlds --preset audience --seeds 0 1 --accounts 20000
python -m benchmarks.audience shapes --seed 0
python -m benchmarks.audience samples --seed 0
python -m benchmarks.audience towns /tmp/towns --towns village market
python -m benchmarks.audience real /data
python -m benchmarks.audience speed
python -m benchmarks.audience overlaps
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.stats import kendalltau, spearmanr

import graphkit as gk
from benchmarks.towns.judge import Truth as TownTruth
from graphkit.analysis.detecting import detect
from graphkit.audience.rates.tomorrow import tomorrow
from graphkit.audience.reach import declared, reach
from graphkit.audience.rosters import greedy
from graphkit.audience.rosters.candidates import Candidates, Rules
from graphkit.audience.rosters.curve import curve
from graphkit.audience.rosters.overlap import overlap
from graphkit.audience.rosters.roster import roster
from graphkit.dataset import SCHEMAS, Dataset
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import scoring, worlds
from graphkit.lab.truth import Truth
from graphkit.verdicts import Verdicts

LIST = 150  # followers from which a list is taken in part


@dataclass(frozen=True)
class Clock:
    """Seconds by the wall and of the processor since it was made: other work slows the first, not the second."""

    wall: float
    work: float

    @classmethod
    def start(cls) -> Clock:
        return cls(time.perf_counter(), time.process_time())

    def __str__(self) -> str:
        return f"{time.perf_counter() - self.wall:.1f} s ({time.process_time() - self.work:.1f} s of processor)"


def of_worlds(preset: str, seeds: list[int], accounts: int) -> None:
    """Kendall tau, top 5 % and coverage, and what mass traders keep."""
    for seed in seeds:
        world = worlds.make(preset, accounts=accounts, seed=seed)
        graph = InfluenceGraph.build(world.dataset)
        run = detect(graph)
        table = reach(graph, run.verdicts, findings=run.findings)
        for row in scoring._estimates(table, world.truth):
            print(f"{preset} {seed}: {row}", flush=True)
        true = world.truth.audience.to_pandas().set_index("id")
        said = table.to_pandas().set_index("id")
        said = said.assign(people=true["people"], followers_true=true["followers"])
        creators = true.index[true["creator"] & (true["followers"] >= scoring.FEWEST_FOLLOWERS)]
        _by_doubt("creators", said[said.index.isin(creators)])
        _by_doubt("all accounts", said)
        ring = said[said.index.isin({a for members in world.truth.members("ring").values() for a in members})]
        mass = ring[(ring["followers_true"] >= 200) & (ring["people"] < 0.1 * ring["followers_true"])]
        if len(mass):
            print(f"  {len(mass)} mass traders keep {(mass['real'] / mass['followers_true']).max():.1%} at most")


def _by_doubt(whose: str, said: pd.DataFrame) -> None:
    """Cover of `real` apart for audiences that are told as one number and for those that leave room."""
    known = said[said["people"].notna() & said["real"].notna()]
    inside = (known["real_low"] <= known["people"]) & (known["people"] <= known["real_high"])
    room = known["real_high"] - known["real_low"]
    high = np.maximum(known["real_high"] - 1, known["real"])
    low = np.minimum(known["real_low"] + 1, known["real"])
    narrower = (low <= known["people"]) & (known["people"] <= high)  # what whole people allow for in between
    for words, part in (("one number", room == 0), ("1 or 2 people wide", room.between(1, 2)), ("wider", room > 2)):
        if part.any():
            right = (known["real"] == known["people"])[part].mean()
            less = narrower[part].mean()
            print(
                f"  {whose}, {words}: {part.sum()}, covered {inside[part].mean():.1%}, exact {right:.1%}, "
                f"one person narrower on both sides {less:.1%}"
            )


def of_shapes(seed: int, accounts: int) -> None:
    """The same world with tables left out, with two posts an account, and with very uneven fame."""
    plan = worlds.PRESETS["audience"]
    uneven = replace(plan, name="uneven", society=replace(plan.society, popularity=2.0))
    for name, given in (("as made", plan), ("very uneven fame", uneven)):
        world = worlds.make(given, accounts=accounts, seed=seed)
        _judged(name, world.dataset.tables, world.truth)
        if given is uneven:
            continue
        tables = dict(world.dataset.tables)
        for missing in (("posts",), ("interactions", "posts"), ("interactions", "posts", "accounts")):
            left = {table: rows for table, rows in tables.items() if table not in missing}
            _judged(f"without {', '.join(missing)}", left, world.truth)
        posts = tables["posts"].to_pandas()
        few = posts[posts.groupby("author").cumcount() < 2]["id"]
        kept = pa.array(few.tolist())
        less = {
            "posts": tables["posts"].filter(pc.is_in(tables["posts"]["id"], value_set=kept)),
            "interactions": tables["interactions"].filter(pc.is_in(tables["interactions"]["post"], value_set=kept)),
        }
        _judged("two posts an account", tables | less, world.truth)


def _judged(name: str, tables: dict[str, pa.Table], truth: Truth) -> None:
    graph = InfluenceGraph.build(Dataset.of(tables))
    run = detect(graph)
    for row in scoring._estimates(reach(graph, run.verdicts, findings=run.findings), truth):
        print(f"{name}: {row}", flush=True)


def of_samples(seed: int, accounts: int) -> None:
    """People in whole lists of which only the newest part, or a random tenth, is in the data."""
    world = worlds.make("audience", accounts=accounts, seed=seed)
    true = world.truth.audience.to_pandas().set_index("id")["people"]
    for order, share in (("random", 0.1), ("newest_first", 0.5), ("newest_first", 0.25)):
        graph = InfluenceGraph.build(_in_part(world.dataset, order, share=share, seed=seed))
        run = detect(graph)
        table = declared(graph, run.verdicts, findings=run.findings).to_pandas().set_index("id")
        truth = true.reindex(table.index)
        inside = (table["low"] <= truth) & (truth <= table["high"])
        tau = kendalltau(table["people"], truth).statistic
        print(f"{order} {share:.0%}: {len(table)} lists, covered {inside.mean():.3f}, tau {tau:.3f}", flush=True)


def _in_part(whole: Dataset, order: str, *, share: float, seed: int) -> Dataset:
    """The data with the follower lists of large accounts cut to a part, as the coverage table then says."""
    tables = dict(whole.tables)
    follows = tables["follows"].filter(pc.is_null(tables["follows"]["ended_at"])).to_pandas()
    size = follows.groupby("followed")["follower"].transform("size")
    rank = (
        follows.groupby("followed")["at"].rank(ascending=False, method="first")
        if order == "newest_first"
        else pd.Series(np.random.default_rng(seed).random(len(follows)), follows.index)
        .groupby(follows["followed"])
        .rank()
    )
    kept = (size < LIST) | (rank <= np.maximum(np.round(size * share), 15))
    lists = size[size >= LIST].groupby(follows["followed"]).first()
    held = follows[kept].groupby("followed").size().reindex(lists.index)
    tables["coverage"] = pa.Table.from_pylist(
        [
            {"account": who, "relation": "followers", "collected": int(held[who]), "declared": int(lists[who]), "order": order, "complete": False}
            for who in lists.index
        ],
        SCHEMAS["coverage"],
    )  # fmt: skip
    tables["follows"] = pa.Table.from_pandas(follows[kept], SCHEMAS["follows"], preserve_index=False)
    return Dataset.of(tables)


def of_towns(folder: Path, towns: list[str], seed: int) -> None:
    """The same on towns made by another author."""
    for town in towns:
        world = folder / f"{town}-{seed}-full"
        truth = TownTruth.read(world).audience
        truth = truth[truth["role"] != "ring"].set_index("id")
        graph = InfluenceGraph.build(gk.load(world / "data"))
        run = detect(graph)
        said = reach(graph, run.verdicts, findings=run.findings).to_pandas().set_index("id").reindex(truth.index)
        for true, name in (("real", "real"), ("moved", "moved")):
            known = truth[true].notna() & said[name].notna()
            t, s = truth[true][known].astype(float), said[known]
            inside = ((s[f"{name}_low"] <= t) & (t <= s[f"{name}_high"])).mean()
            tau = kendalltau(s[name].astype(float), t).statistic
            ceiling = "" if name == "real" else f", ceiling {kendalltau(truth['moved_seen'][known], t).statistic:.3f}"
            print(f"{town}: {name} tau {tau:.3f}{ceiling}, covered {inside:.3f}, {len(t)} creators", flush=True)


def of_real(folder: Path) -> None:
    """Rank agreement with recorded views; who predicts tomorrow's reactions."""
    for language in ("DE", "ENGB", "ES"):
        _streamers(folder / "twitch_streamers", language)
    _members(folder / "congress_twitter")
    _rumour(folder / "higgs_twitter")


def _streamers(folder: Path, language: str) -> None:
    people = pd.read_csv(folder / f"{language}_streamers.csv.gz", dtype={"user": str})
    ties = pd.read_csv(folder / f"{language}_friend_edges.csv.gz", dtype=str)
    both = pd.concat([ties, ties.rename(columns={"user_a": "user_b", "user_b": "user_a"})])
    follows = pa.table(
        {"follower": both["user_a"].astype(str).tolist(), "followed": both["user_b"].astype(str).tolist()}
    )
    graph = InfluenceGraph.build(Dataset.of({"follows": follows}))
    run = detect(graph)
    said = reach(graph, run.verdicts, findings=run.findings).to_pandas().set_index("id")
    network = graph.to_igraph()
    ranks = pd.Series(network.pagerank(), graph.account_ids)
    views = people.set_index("user")["views"].reindex(said.index)
    degree = pd.Series(np.diff(graph.followers.indptr), graph.account_ids).reindex(said.index)
    for name, measure in (("reach", said["real"]), ("degree", degree), ("PageRank", ranks.reindex(said.index))):
        print(f"streamers {language}: {name} and views, Spearman {spearmanr(measure, views).statistic:.3f}")
    print(f"  reach differs from degree for {(said['real'] != degree).mean():.1%} of the accounts", flush=True)


def _members(folder: Path) -> None:
    """Weights are shares of a member's posts that another picked up; half of the pickers are held out."""
    edges = pd.read_csv(folder / "influence_edges.csv.gz")
    rng = np.random.default_rng(0)
    half = rng.random(edges["target"].max() + 1) < 0.5
    seen, held = edges[half[edges["target"]]], edges[~half[edges["target"]]]
    truth = held.groupby("source")["weight"].sum()
    for name, guess in (("sum of picked-up shares", seen.groupby("source")["weight"].sum()), ("number of pickers", seen.groupby("source").size())):  # fmt: skip
        both = pd.concat([guess, truth], axis=1).fillna(0.0)
        print(
            f"members: {name} and the held-out half, Spearman {spearmanr(both.iloc[:, 0], both.iloc[:, 1]).statistic:.3f}"
        )


def _rumour(folder: Path) -> None:
    """Distinct people who repost an account on each day, predicted from the days before."""
    acts = pd.read_csv(folder / "interactions.csv.gz", dtype={"source": str, "target": str})
    acts = acts[(acts["type"] == "RT") & (acts["source"] != acts["target"])]
    day = (acts["timestamp"] - acts["timestamp"].min()) // 86_400
    rows = []
    for today in range(2, 7):
        past, now = acts[day < today], acts[day == today]
        table = pa.table(
            {
                "actor": past["source"].tolist(),
                "target": past["target"].tolist(),
                "kind": ["repost"] * len(past),
                "at": (past["timestamp"] * 1000).tolist(),
            }
        )
        graph = InfluenceGraph.build(Dataset.of({"interactions": table}))
        run = detect(graph)
        said = reach(graph, run.verdicts, findings=run.findings).to_pandas().set_index("id")["engaged"]
        told = tomorrow(graph, run.verdicts).to_pandas().set_index("id")
        truth = now.groupby("target")["source"].nunique()
        counts = past.groupby("target").size()
        accounts = counts.index[counts >= 5]
        truth, told = truth.reindex(accounts).fillna(0), told.reindex(accounts)
        inside = ((told["low"] <= truth) & (truth <= told["high"])).mean()
        measures = (told["expected"], said.reindex(accounts).fillna(0), counts.reindex(accounts))
        rows.append([*(spearmanr(m, truth).statistic for m in measures), inside])
    print("rumour: next day's people, Spearman by day (tomorrow, engaged, past counts), share within the interval:")
    print(np.round(rows, 3).tolist(), flush=True)


def of_speed() -> None:
    """Reach of a million accounts; twenty of a hundred thousand."""
    rng = np.random.default_rng(0)
    n, m = 1_000_000, 10_000_000
    fame = (rng.pareto(1.2, n) + 0.05).cumsum()
    ids = pa.array(np.char.mod("a%07d", np.arange(n)))

    def famous(size: int) -> np.ndarray:
        return np.searchsorted(fame, rng.random(size) * fame[-1]).clip(0, n - 1)

    posts = 1_000_000
    author, at = famous(posts), 1_700_000_000_000 + rng.integers(0, 90 * 86_400_000, posts)
    post = rng.integers(0, posts, m)
    post_ids = pa.array(np.char.mod("p%07d", np.arange(posts)))
    tables = {
        "follows": pa.table({"follower": ids.take(pa.array(rng.integers(0, n, m))), "followed": ids.take(pa.array(famous(m)))}),
        "posts": pa.table({"id": post_ids, "author": ids.take(pa.array(author)), "at": at}),
        "interactions": pa.table({"actor": ids.take(pa.array(rng.integers(0, n, m))), "target": ids.take(pa.array(author[post])), "kind": ["like"] * m, "post": post_ids.take(pa.array(post)), "at": at[post] + rng.integers(1_000, 86_400_000, m)}),
    }  # fmt: skip
    graph = InfluenceGraph.build(Dataset.of(tables))
    judged = replace(Verdicts.unknown(graph), p_bot=rng.beta(0.1, 2.0, graph.n))
    judged = replace(judged, authentic=1.0 - judged.p_bot)
    _ = graph.followers, graph.mutual
    small = InfluenceGraph.build({name: table.slice(0, 2_000) for name, table in tables.items()})
    reach(small, Verdicts.unknown(small))  # compiles
    clock = Clock.start()
    rows = reach(graph, judged).num_rows
    print(f"reach of {rows:,} accounts, {graph}: {clock}", flush=True)
    chosen = csr_array(graph.followers)
    names = tuple(graph.account_ids)
    order = np.sort(np.argsort(-np.diff(chosen.indptr), kind="stable")[:100_000])
    sizes = np.diff(chosen.indptr)[order]
    offered = Candidates(
        tuple(names[k] for k in order),
        csr_array(chosen[order]),
        judged.authentic,
        np.round(20.0 * sizes**0.8 * rng.lognormal(0.0, 0.4, len(order))),
        tuple(np.select([sizes > 5_000, sizes > 500], ["large", "middle"], "small").tolist()),
        tuple(rng.choice(np.array(["red", "blue", "green", None]), len(order)).tolist()),
    )
    few = Candidates(("a", "b"), csr_array(offered.audiences[:2]), judged.authentic, offered.cost[:2], ("small",) * 2, ("red",) * 2)  # fmt: skip
    greedy.solve(few, Rules(budget=1e9, most=1, max_overlap=0.5))  # compiles
    dear = float(np.sort(offered.cost)[-200:].mean())
    every = Rules(12 * dear, 5, 20, {"small": 2, "middle": 3}, 0.3, True, 0.25)
    for words, rules in (("", Rules(most=20)), (" under all seven rules, with the price of each", every)):
        clock = Clock.start()
        made = roster(offered, rules)
        print(
            f"roster of 20 from {len(order):,}{words}: {clock}, at least {made.guarantee:.1%} of the best", flush=True
        )
    clock = Clock.start()
    print(f"curve to size {curve(offered, 20).num_rows}: {clock}", flush=True)


def of_overlaps(universe: int = 2_000_000) -> None:
    """A thousand audiences of a million: ten different sets of followers, a hundred times shifted; takes 6 GB."""
    rng = np.random.default_rng(0)
    base = [np.flatnonzero(rng.random(universe) < 0.5).astype(np.int32) for _ in range(10)]
    start = np.r_[0, np.cumsum([len(base[k % 10]) for k in range(1_000)])].astype(np.int64)
    followers = np.empty(start[-1], dtype=np.int32)
    for k in range(1_000):
        followers[start[k] : start[k + 1]] = (base[k % 10] + 7_919 * (k // 10)) % universe
    links = csr_array((np.ones(start[-1], dtype=np.int8), followers, start), shape=(1_000, universe))

    class Followers:
        n, followers = universe, links
        accounts = pa.table({"id": pa.array([str(k) for k in range(1_000)])})

        def ids(self, nodes: np.ndarray) -> tuple[str, ...]:
            return tuple(map(str, nodes))

    few = Followers()
    few.followers = csr_array(links[:8])
    overlap(few, ["0", "1", "2"])  # type: ignore[arg-type]
    clock = Clock.start()
    found = overlap(Followers(), [str(k) for k in range(1_000)])  # type: ignore[arg-type]
    print(f"overlap of 1,000 audiences of {found.sizes.mean():,.0f} among {universe:,}: {clock}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    one = tasks.add_parser("worlds")
    one.add_argument("--preset", default="audience")
    one.add_argument("--seeds", nargs="+", type=int, default=[0])
    one.add_argument("--accounts", type=int, default=20_000)
    one = tasks.add_parser("shapes")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--accounts", type=int, default=8_000)
    one = tasks.add_parser("samples")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--accounts", type=int, default=20_000)
    one = tasks.add_parser("towns")
    one.add_argument("folder", type=Path)
    one.add_argument("--towns", nargs="+", default=["village", "stadium", "newsland", "market"])
    one.add_argument("--seed", type=int, default=0)
    one = tasks.add_parser("real")
    one.add_argument("folder", type=Path)
    tasks.add_parser("speed")
    tasks.add_parser("overlaps")
    given = vars(parser.parse_args())
    task = given.pop("task")
    {
        "worlds": of_worlds,
        "samples": of_samples,
        "shapes": of_shapes,
        "towns": of_towns,
        "real": of_real,
        "speed": of_speed,
        "overlaps": of_overlaps,
    }[task](**given)


if __name__ == "__main__":
    main()
