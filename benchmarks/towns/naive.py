"""Plain rules that others use, and rules that peek at one honest feature, to see how hard a town is.

    python -m benchmarks.towns.naive /tmp/towns/*-full

A town is not trivial where the plain rules fail, and not impossible where a peeking rule (it is told the client
accounts, or the motive of ties, but never a member) does well.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.metrics import average_precision_score

from benchmarks.towns.judge import Truth

IDS = {"id": str, "actor": str, "target": str, "follower": str, "followed": str}


def table(world: Path, name: str) -> pd.DataFrame | None:
    """One table of a town; None where the town has none."""
    for path in sorted((world / "data").glob(f"{name}.*")):
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=IDS)
    return None


def co_reactors(acts: pd.DataFrame, n: int, *, within: float) -> sp.csr_matrix:
    """How often two accounts reacted to one post within so many seconds of each other (neighbours in time only)."""
    acts = acts.drop_duplicates(["post", "actor"]).sort_values(["post", "at"])
    post, who, at = (acts[c].to_numpy() for c in ("post", "actor", "at"))
    pairs = sp.csr_matrix((n, n))
    for step in range(1, 31):
        near = (post[step:] == post[:-step]) & (at[step:] - at[:-step] <= within * 1000)
        a, b = who[:-step][near], who[step:][near]
        pairs = pairs + sp.csr_matrix((np.ones(len(a)), (np.minimum(a, b), np.maximum(a, b))), shape=(n, n))
    return pairs + pairs.T


def early(world: Path, acts: pd.DataFrame, n: int, *, within: float = 3600.0) -> sp.csr_matrix:
    """On how many posts of each other account somebody reacted within the hour; any time where posts have none."""
    posts = table(world, "posts")
    acts = acts.drop_duplicates(["post", "actor"])
    if posts is not None:
        acts = acts[acts["at"] - acts["post"].map(posts.set_index("id")["at"]) <= within * 1000]
    return sp.csr_matrix((np.ones(len(acts)), (acts["actor"], acts["target"])), shape=(n, n))


def rules(world: Path) -> pd.DataFrame:
    """Average precision of each rule for the kind it aims at, and the share of innocents among as many as there are culprits."""
    truth = Truth.read(world)
    kind = truth.accounts["kind"].to_numpy()
    n, row = len(kind), pd.Series(np.arange(len(kind)), index=truth.accounts["id"])
    ties, acts = table(world, "follows"), table(world, "interactions")
    assert ties is not None and acts is not None, f"{world} is no town"
    a, b = row[ties["follower"]].to_numpy(), row[ties["followed"]].to_numpy()
    follow = sp.csr_matrix((np.ones(len(a)), (a, b)), shape=(n, n))
    mutual = follow.multiply(follow.T).tocsr()
    out, into, friends = (np.asarray(m.sum(axis)).ravel() for m, axis in ((follow, 1), (follow, 0), (mutual, 1)))
    acts = acts.assign(actor=row[acts["actor"]].to_numpy(), target=row[acts["target"]].to_numpy())
    touch = sp.csr_matrix((np.ones(len(acts)), (acts["actor"], acts["target"])), shape=(n, n)).sign()
    on_posts = acts[acts["post"].notna() & (acts["kind"] != "mention")]
    fast = co_reactors(on_posts, n, within=60.0)
    hollow = mutual - mutual.multiply((touch + touch.T).sign())
    closed = np.asarray((hollow @ hollow).multiply(hollow).sum(1)).ravel()
    both = touch.multiply(touch.T).tocsr()
    prompt = early(world, on_posts, n)
    mates = prompt.minimum(prompt.T).tocsr()
    served = pd.read_csv(world / "truth" / "clients.csv", dtype=str)
    bought = (
        served[served["group"].str.startswith("farm")].groupby("group")["client"].apply(lambda c: row[c].to_numpy())
    )
    ordered = (
        served[served["group"].str.startswith(("amplifier", "takeover"))]
        .groupby("group")["client"]
        .apply(lambda c: row[c].to_numpy())
    )
    share_bought = np.max([np.asarray(follow[:, c].sum(1)).ravel() for c in bought] or [np.zeros(n)], axis=0)
    hits = sp.csr_matrix((np.ones(len(on_posts)), (on_posts["actor"], on_posts["target"])), shape=(n, n)).tocsr()
    on_order = np.max([np.asarray(hits[:, c].sum(1)).ravel() for c in ordered] or [np.zeros(n)], axis=0)
    unfollowed = (prompt - prompt.multiply(follow)).tocsr()
    prompt_order = np.max([np.asarray(unfollowed[:, c].sum(1)).ravel() for c in ordered] or [np.zeros(n)], axis=0)
    total = np.asarray(hits.sum(1)).ravel()
    farm = truth.accounts["group"].str.startswith("farm").to_numpy()
    net = truth.accounts["group"].str.startswith("amplifier").to_numpy()
    aims = [
        ("plain: following / followers", farm, out / (into + 1)),
        ("plain: most repeated pair within 60 s", net, fast.max(1).toarray().ravel()),
        ("plain: pairs with >= 2 repeats in 60 s", net, np.asarray((fast >= 2).sum(1)).ravel()),
        ("plain: reciprocity x mutual ties", kind == "ring", friends**2 / np.maximum(out + into - friends, 1)),
        ("plain: mutual ties", kind == "ring", friends),
        ("plain: reciprocal reactions", kind == "pod", np.asarray(both.sum(1)).ravel()),
        ("peek: customers of one farm followed", farm, share_bought + 0.5 * (1 - np.minimum(total, 20) / 20)),
        ("peek: prompt for one hirer, not followed", net, prompt_order / (total - prompt_order + 10)),
        ("feature: triangles of hollow ties", kind == "ring", closed),
        ("feature: prompt both ways, >= 3 each", kind == "pod", np.asarray((mates >= 3).sum(1)).ravel()),
        ("peek: reactions to one hirer", kind == "compromised", np.where(kind == "bot", 0, on_order)),
    ]
    lines = []
    for name, so, score in aims:
        if so.any():
            first = np.argsort(-score, kind="stable")[: int(so.sum())]
            lines.append((name, float(average_precision_score(so, score)), float((kind[first] == "person").mean())))
    return pd.DataFrame(lines, columns=["rule", "AP", "innocents on top"]).set_index("rule")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worlds", type=Path, nargs="+")
    worlds = parser.parse_args().worlds
    print(pd.concat({world.name: rules(world)["AP"] for world in worlds}, axis=1).round(2).to_string())


if __name__ == "__main__":
    main()
