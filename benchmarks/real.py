"""Labelled real data in the same figures as the made-up worlds: what is found, and who is left alone.

python -m benchmarks.real [FOLDER]

FOLDER holds one folder a set (default: ../shared/data, or GRAPHKIT_REAL). A set that is not there is skipped, and said so.
Figures are average precision (AP) over all accounts, and how many accounts without the label are named.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.analysis.detecting import Detected, detect
from graphkit.dataset import conform
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import plain
from graphkit.lab.scoring import average_precision
from graphkit.measures.co_timing import reactions
from graphkit.measures.pairs import close_pairs
from graphkit.measures.signals import signals_of

FOLDER = Path(os.environ.get("GRAPHKIT_REAL", Path(__file__).parents[2] / "shared" / "data"))
RING = "followback_ring_2021"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    data: str
    asked: str
    accounts: int
    labelled: int
    found: float | None  # average precision
    named: int  # labelled accounts that a finding or a chance of 0.5 names
    accused: int  # others
    plain: str
    note: str = ""

    def __str__(self) -> str:
        found = "-" if self.found is None else f"{self.found:.3f}"
        return f"| {self.data} | {self.asked} | {self.accounts:,} | {self.labelled:,} | {found} | {self.named:,} | {self.accused:,} | {self.plain} | {self.note} |"


def table(name: str, path: str) -> pd.DataFrame:
    """A table of a set, ids as text."""
    return pd.read_csv(FOLDER / name / path, dtype=str, keep_default_na=False)


def graph_of(**frames: pd.DataFrame) -> InfluenceGraph:
    """A network of the given columns."""
    tables = {name: conform(name, pa.Table.from_pandas(frame, preserve_index=False)) for name, frame in frames.items()}
    return InfluenceGraph.build(tables)


def judged(data: str, asked: str, graph: InfluenceGraph, true: set[str], *, plain: str = "-", note: str = "") -> Line:
    """The answer `asked` (p_ring, ...) of all detectors, against the accounts that carry the label."""
    run = detect(graph)
    score = np.asarray(getattr(run.verdicts, asked), float)
    label = np.isin(np.asarray(graph.account_ids), list(true))
    named = _named(run, graph, score)
    return Line(data, asked, graph.n, int(label.sum()), average_precision(label, score), int((named & label).sum()),
                int((named & ~label).sum()), plain, note)  # fmt: skip


def _named(run: Detected, graph: InfluenceGraph, score: NDArray[np.float64]) -> NDArray[np.bool_]:
    names = {account for finding in run.findings for account in finding.accounts}
    return np.asarray((np.nan_to_num(score) >= 0.5) | np.isin(np.asarray(graph.account_ids), list(names)))


def _ring(kind: str) -> pd.DataFrame:
    edges = table(RING, "retweet_edges.csv.gz")
    edges = edges[edges.source != edges.target]
    if kind == "follows":
        return pd.DataFrame({"follower": "ring " + edges.source, "followed": "ring " + edges.target})
    rows = {
        "actor": "ring " + edges.source,
        "target": "ring " + edges.target,
        "kind": "repost",
        "count": edges.weight.astype(int),
    }
    return pd.DataFrame(rows)


def _organic(name: str) -> pd.DataFrame:
    path, source, target = {
        "wiki_vote": ("vote_edges.csv.gz", "source", "target"),
        "polblogs": ("link_edges.csv.gz", "source", "target"),
        "instagram_top_accounts": ("follow_edges.csv.gz", "follower", "followee"),
        "controversy_networks": ("gunsense_retweet_edges.csv.gz", "user_a", "user_b"),
    }[name]
    edges = table(name, path)
    return pd.DataFrame({"source": "organic " + edges[source], "target": "organic " + edges[target]})


def rings() -> Iterator[Line]:
    """Accounts of follow trains, mixed into networks of people, as follows and as acts."""
    for name in ("wiki_vote", "polblogs", "controversy_networks", "instagram_top_accounts"):
        people = _organic(name)
        follows = pd.concat([_ring("follows"), people.rename(columns={"source": "follower", "target": "followed"})])
        graph = graph_of(follows=follows)
        true = {account for account in graph.account_ids if account.startswith("ring ")}
        label = np.array([account in true for account in graph.account_ids])
        rule = average_precision(label, plain.reciprocity(graph))
        yield judged(
            f"{RING} in {name}",
            "p_ring",
            graph,
            true,
            plain=f"reciprocity {rule:.3f}",
            note="ties only: ranked, nobody may be named",
        )


def coordinated() -> Iterator[Line]:
    """Pairs that shared the same within 60 seconds twice, the published rule, against the groups found."""
    acts = _retweets()
    graph = graph_of(interactions=acts)
    found = reactions(graph).acts
    pairs = close_pairs(found, np.zeros(found.objects), window=60_000, needed=2)
    true = set(graph.ids(np.unique(np.r_[pairs.first, pairs.second]).astype(np.int64)))
    yield judged(
        "russian_coordinated_tweets",
        "p_bot",
        graph,
        true,
        note=f"label: the published rule, {len(pairs.first):,} pairs",
    )
    yield from planted(acts)


def _retweets() -> pd.DataFrame:
    shared = table("russian_coordinated_tweets", "retweets.csv.gz")
    at = shared.timestamp_share.astype(float).astype("int64") * 1000
    return pd.DataFrame({"actor": shared.account_id, "kind": "repost", "post": shared.object_id, "at": at})


def planted(people: pd.DataFrame) -> Iterator[Line]:
    """Made-up groups that answer orders, among people who really retweeted: what a group must do to be named."""
    for group in (
        Planted(30, 40, 0.7, 60),
        Planted(30, 40, 0.7, 600),
        Planted(12, 25, 0.6, 120),
        Planted(8, 15, 0.6, 60),
    ):
        lines = []
        for seed in range(5):
            acts = pd.concat([people, group.acts(people, seed)])
            true = {f"order {member}" for member in range(group.members)}
            lines.append(judged("", "p_bot", graph_of(interactions=acts), true))
        yield Line(
            f"the same, with {group.members} made-up accounts on {group.posts} posts within {group.seconds} s",
            "p_bot",
            lines[0].accounts,
            sum(line.labelled for line in lines),
            float(np.mean([line.found for line in lines if line.found is not None])),
            sum(line.named for line in lines),
            sum(line.accused for line in lines),
            "-",
            f"five seeds; each takes part in {group.share:.0%} of the orders and retweets 15 other posts",
        )


@dataclass(frozen=True, slots=True)
class Planted:
    """A group under orders: each member reposts a share of some posts, within so many seconds of the order."""

    members: int
    posts: int
    share: float
    seconds: int

    def acts(self, people: pd.DataFrame, seed: int) -> pd.DataFrame:
        """What they do, with as many reposts of their own as 15 drawn from what people did."""
        rng = np.random.default_rng(seed)
        seen = people.groupby("post")["at"].agg(["min", "size"])
        bought = rng.choice(
            seen.index[(seen["size"] >= 2) & (seen["size"] < 200)].to_numpy(), self.posts, replace=False
        )
        order = seen["min"][bought].to_numpy() + rng.exponential(3_600_000, self.posts)
        member, post = np.nonzero(rng.random((self.members, self.posts)) < self.share)
        own = rng.integers(0, len(people), (self.members, 15))
        at = order[post] + rng.random(len(post)) * self.seconds * 1000
        late = people["at"].to_numpy()[own] + rng.exponential(7_200_000, own.shape)
        return pd.DataFrame(
            {
                "actor": [f"order {k}" for k in (*member, *np.repeat(np.arange(self.members), 15))],
                "kind": "repost",
                "post": [*bought[post], *people["post"].to_numpy()[own].ravel()],
                "at": np.r_[at, late.ravel()].astype(np.int64),
            }
        )


def comments() -> Iterator[Line]:
    """People and language-model accounts under the same posts; no times, no texts."""
    users, edges = table("botsim24_reddit", "accounts.csv.gz"), table("botsim24_reddit", "edges.csv.gz")
    acts = pd.DataFrame({"actor": edges.source, "target": edges.target, "kind": "comment"})
    counts = edges.weight.astype(float).clip(lower=1).astype(int)
    graph = graph_of(accounts=pd.DataFrame({"id": users.node}), interactions=acts.assign(count=counts))
    yield judged(
        "botsim24_reddit", "p_bot", graph, set(users.node[users.label == "bot"]), note="comment ties without times"
    )


def reviews() -> Iterator[Line]:
    """Reviewers and shops: whom the filter suspects, as likes of posts."""
    rows = table("yelpchi_reviews", "reviews.csv.gz")
    acts = pd.DataFrame({"actor": "user " + rows.user_id, "kind": "like", "post": "shop " + rows.product_id})
    graph = graph_of(interactions=acts)
    true = set("user " + rows.user_id[rows.label == "-1"])
    label = np.isin(np.asarray(graph.account_ids), list(true))
    rule = average_precision(label, plain.peeled(graph))
    yield judged(
        "yelpchi_reviews",
        "p_bot",
        graph,
        true,
        plain=f"dense peel {rule:.3f}",
        note=f"chance {label.mean():.3f}; two reviews a user",
    )


def profiles() -> Iterator[Line]:
    """Profiles alone: nobody may be accused; the signals rank."""
    rows = table("cresci2015_profiles", "profiles.csv.gz")
    made = pd.to_datetime(rows.created_at, format="%a %b %d %H:%M:%S %z %Y", errors="coerce")
    frame = pd.DataFrame(
        {
            "id": rows.id,
            "handle": rows.screen_name,
            "bio": rows.description.where(rows.description != "", None),
            "followers": pd.to_numeric(rows.followers_count, errors="coerce").astype("Int64"),
            "following": pd.to_numeric(rows.friends_count, errors="coerce").astype("Int64"),
            "posts": pd.to_numeric(rows.statuses_count, errors="coerce").astype("Int64"),
            "created_at": (made.astype("int64") // 1_000_000).where(made.notna(), None),
        }
    )
    yield _signals("cresci2015_profiles", graph_of(accounts=frame), set(rows.id[rows.label == "fake_follower"]))
    rows = table("gilani2017_stweeler", "accounts.csv.gz")
    both = rows.groupby("screen_name").label.nunique()
    rows = rows[~rows.screen_name.isin(both[both > 1].index)].drop_duplicates("screen_name")
    frame = pd.DataFrame({"id": rows.screen_name, "handle": rows.screen_name})
    yield _signals("gilani2017_stweeler", graph_of(accounts=frame), set(rows.screen_name[rows.label == "bot"]))


def _signals(data: str, graph: InfluenceGraph, true: set[str]) -> Line:
    """Average precision of all signals together; p_bot is not given for profiles alone."""
    label = np.isin(np.asarray(graph.account_ids), list(true))
    run = detect(graph)
    named = _named(run, graph, np.asarray(run.verdicts.p_bot, float))
    found = average_precision(label, signals_of(graph).modifier())
    note = f"signals of profiles alone, chance {label.mean():.3f}; p_bot is not given"
    return Line(
        data,
        "signals",
        graph.n,
        int(label.sum()),
        found,
        int((named & label).sum()),
        int((named & ~label).sum()),
        "-",
        note,
    )


SETS: dict[str, Callable[[], Iterator[Line]]] = {
    RING: rings,
    "russian_coordinated_tweets": coordinated,
    "botsim24_reddit": comments,
    "yelpchi_reviews": reviews,
    "cresci2015_profiles": profiles,
}


def main() -> None:
    print(
        "| data | asked | accounts | labelled | AP | named | others named | plain rule | note |\n|---|---|---|---|---|---|---|---|---|"
    )
    for name, lines in SETS.items():
        if not (FOLDER / name).exists():
            print(f"{name}: skipped, {FOLDER / name} does not exist", file=sys.stderr)
            continue
        for line in lines():
            print(line, flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        FOLDER = Path(sys.argv[1])
    main()
