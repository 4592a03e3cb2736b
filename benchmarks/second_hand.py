"""Figures of the second hand: takeovers and trends on made-up worlds, and observed deletions mixed into ordinary accounts.

python -m benchmarks.second_hand worlds --seeds 11 12
python -m benchmarks.second_hand trends --seeds 11 12 13
python -m benchmarks.second_hand topics --seeds 11 12 13   (tags, phrases and posts among events of six kinds)
python -m benchmarks.second_hand deletions FOLDER   (with bots_2022.csv.gz and deletions_2022.csv.gz)
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

import graphkit as gk
from graphkit.analysis.detecting import detect
from graphkit.lab import worlds
from graphkit.lab.scoring import average_precision
from graphkit.lab.worlds.plan import TAKEOVER_TRIALS, TOPICS_TRIAL, Plan
from graphkit.measures.wording.folding import folded

DAY = 86_400_000
CROWDS = ("movers", "new_phones", "new_jobs", "night_workers")


def share(flags: np.ndarray) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def taken_over(name: str, seed: int, accounts: int) -> dict[str, object]:
    """Takeovers of one world: ranking, labels, onset, and who is accused."""
    world = worlds.make(TAKEOVER_TRIALS.get(name, name), accounts=accounts, seed=seed)
    graph = gk.InfluenceGraph.build(world.dataset)
    began = time.perf_counter()
    run = detect(graph)
    took = time.perf_counter() - began
    truth = world.truth.by_account(graph.account_ids)
    victims = truth.compromised.fillna(False).astype(bool).to_numpy()
    scored = truth.compromised.notna().to_numpy()
    chance, label = np.nan_to_num(run.verdicts.p_compromised), np.array(run.verdicts.label)
    bound = np.quantile(chance[scored & ~victims], 0.99)
    streams = run.tables["streams"].to_pandas().set_index("id").reindex(list(graph.account_ids))
    named = victims & (chance >= 0.5)
    error = np.abs(streams.onset.to_numpy(float) - truth.onset.to_numpy(float))[named] / DAY
    innocent = scored & ~victims
    accused = [
        share(label[innocent & truth.index.isin(world.truth.crowds().get(crowd, ()))] == "compromised")
        for crowd in CROWDS
    ]
    return {
        "world": f"{name}-{seed}",
        "victims": int(victims.sum()),
        "AP": average_precision(victims[scored], chance[scored]),
        "recall": float((chance[victims] >= 0.5).mean()),
        "recall at 1 %": float((chance[victims] > bound).mean()),
        "accused": int((label[innocent & ~truth.automated.to_numpy()] == "compromised").sum()),
        "worst crowd": max(accused),
        "onset, days": float(np.median(error)),
        "victims called bots": float((label[victims] == "bot").mean()),
        "bots called victims": share(label[truth.automated.to_numpy()] == "compromised"),
        "revived told": float((streams.kind.to_numpy()[~scored] == "dormant_revived").mean())
        if (~scored).any()
        else np.nan,
        "seconds": took,
    }


def pushed(seed: int, accounts: int, plan: str | Plan = "trends") -> list[dict[str, object]]:
    """The trends of one world: what is true and what is said."""
    world = worlds.make(plan, accounts=accounts, seed=seed)
    run = detect(gk.InfluenceGraph.build(world.dataset), "compromised_accounts", "trend_pushes")
    said = run.tables["trends"].to_pandas()
    own = _organic(world, said[said.kind == "post"])
    rows, met = [], set()
    for row in world.truth.trends.to_pylist():
        found = said[(said.kind == row["kind"]) & _names(said, row["tag"], row["kind"])]
        met |= set(found.index)
        best = found.sort_values("p_push").iloc[-1] if len(found) else None
        organic = own.get(row["tag"], row["organic_share"])
        known = {"seed": seed, "kind": row["kind"], "pushed": row["pushed"], "organic": organic}
        rows.append(known | _answer(best))
    for _, one in said[~said.index.isin(met)].iterrows():
        organic = own[one.topic] if one.kind == "post" else 1.0
        if organic >= 0.95 or organic <= 0.85:  # between them nobody can say whether it was pushed
            row = {"seed": seed, "kind": f"other {one.kind}", "pushed": organic <= 0.85, "organic": organic}
            rows.append(row | _answer(one))
    return rows


def _organic(world: worlds.World, posts: pd.DataFrame) -> dict[str, float]:
    """Of each post the share of accounts that acted on it of their own will, in the day that is judged.

    Takeovers and machines push posts all the time, so that far more are pushed than those that were planted as trends.
    What machines do to look like people is of nobody's will either.
    """
    acts = world.tables["interactions"].select(["actor", "post", "at"]).to_pandas()
    acts = acts[acts.post.isin(posts.topic)].sort_values("at").drop_duplicates(["actor", "post"])
    start = acts.post.map(posts.set_index("topic").start)
    acts = acts[(acts["at"] >= start) & (acts["at"] < start + DAY)]
    told = world.truth.acts.to_pandas()
    told = pd.MultiIndex.from_frame(told.loc[told.why.isin(["commanded", "automated"]), ["actor", "post"]])
    acts["told"] = pd.MultiIndex.from_frame(acts[["actor", "post"]]).isin(told)
    return (1.0 - acts.groupby("post").told.mean()).to_dict()


def _names(said: pd.DataFrame, name: str, kind: str) -> pd.Series:
    """Which topics are the one of the truth; a phrase may have been found with a word more or less."""
    if kind != "phrase":
        return said.topic == name
    [folded_name] = folded(pa.array([name])).to_pylist()
    parts = {" ".join(pair) for pair in pairwise(folded_name.split(" "))}
    return said.topic.map(lambda topic: any(part in topic for part in parts))


def _answer(found: pd.Series | None) -> dict[str, float]:
    if found is None:
        return {"chance": 0.0, "low": np.nan, "high": np.nan, "uses": 0}
    return {
        "chance": float(found.p_push), "low": float(found.organic_low), "high": float(found.organic_high), "uses": int(found.uses)
    }  # fmt: skip


def told_of(table: pd.DataFrame) -> dict[str, float]:
    """The figures of some trends; an interval is asked for where a push was found."""
    told = table[table.pushed & table.low.notna()]
    covered = ((told.low - 1e-9 <= told.organic) & (told.organic <= told.high + 1e-9)).mean()
    return {
        "trends": len(table),
        "pushed": int(table.pushed.sum()),
        "AP": average_precision(table.pushed.to_numpy(bool), table.chance.to_numpy()),
        "found": float((table.chance[table.pushed] >= 0.5).mean()),
        "natural ones accused": int((table.chance[~table.pushed] >= 0.5).sum()),
        "organic share covered": float(covered),
        "width": float((told.high - told.low).mean()),
    }


def mixed(folder: Path, seed: int, *, ordinary: int, attackers: int) -> dict[str, object]:
    """Observed deletions of pushing accounts among made-up ordinary accounts that delete a slip now and then."""
    rng = np.random.default_rng(seed)
    world = worlds.make("quiet", accounts=ordinary, seed=seed)
    tables = dict(world.tables)
    posts = tables["posts"].to_pandas()
    told = pd.read_csv(folder / "deletions_2022.csv.gz", dtype={"tweet_id": str, "author_id": str})
    bots = pd.read_csv(folder / "bots_2022.csv.gz", dtype={"author_id": str})
    often = bots[(bots.total_attacks >= 4) & bots.author_id.isin(told.author_id)]
    chosen = often.sample(min(attackers, len(often)), random_state=seed)
    told = told[told.author_id.isin(chosen.author_id)].drop_duplicates("tweet_id")
    shift = int(told.created_ms.min() - posts["at"].min())
    posts["at"] += shift
    slips = rng.random(len(posts)) < 0.03
    life = rng.lognormal(np.log(30 * 60_000), 2.0, len(posts)).astype(np.int64)
    posts["deleted_at"] = pd.array(np.where(slips, posts["at"] + life, 0), "Int64")
    posts.loc[~slips, "deleted_at"] = pd.NA
    theirs = pd.DataFrame(
        {"id": told.tweet_id, "author": told.author_id, "at": told.created_ms, "deleted_at": told.deletion_ms}
    )
    both = pd.concat([posts[["id", "author", "at", "deleted_at"]], theirs])
    acts = tables["interactions"].to_pandas()
    acts["at"] += shift
    known = pd.DataFrame(
        {"id": chosen.author_id, "followers": chosen.followers_count, "following": chosen.friends_count}
    )
    accounts = pd.concat([tables["accounts"].to_pandas()[["id", "followers", "following"]], known])
    graph = gk.InfluenceGraph.build(
        {
            "accounts": pa.Table.from_pandas(accounts, preserve_index=False),
            "posts": pa.Table.from_pandas(both, preserve_index=False),
            "interactions": pa.Table.from_pandas(acts[["actor", "target", "kind", "post", "at"]], preserve_index=False),
            "follows": tables["follows"],
        }
    )
    run = detect(graph, "compromised_accounts", "trend_pushes")
    pushing = {account for finding in run.findings if finding.kind == "trend_push" for account in finding.accounts}
    chance = dict(zip(graph.account_ids, np.nan_to_num(run.verdicts.p_compromised), strict=True))
    found = pushing | {account for account, value in chance.items() if value >= 0.5}
    attack, people = set(chosen.author_id), set(world.truth.accounts["id"].to_pylist())
    return {
        "pushing accounts": len(attack), "found": len(attack & found) / len(attack),
        "as compromised": sum(chance[a] >= 0.5 for a in attack) / len(attack),
        "ordinary accounts": len(people), "named among them": len(people & found),
        "quick slips among them": int((slips & (life <= 600_000)).sum()),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("worlds", "trends", "topics", "deletions"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, nargs="+", default=[11])
    parser.add_argument("--names", nargs="+", default=["default", "stealth", "takeovers"])
    parser.add_argument("--accounts", type=int, default=8_000)
    options = parser.parse_args()
    with pd.option_context("display.width", 220, "display.max_columns", None, "display.precision", 3):
        if options.what == "worlds":
            rows = [taken_over(name, seed, options.accounts) for seed in options.seeds for name in options.names]
            print(pd.DataFrame(rows).to_string(index=False))
        elif options.what in ("trends", "topics"):
            plan = TOPICS_TRIAL if options.what == "topics" else "trends"
            table = pd.DataFrame([row for seed in options.seeds for row in pushed(seed, options.accounts, plan)])
            for kind, part in [("all", table), *table.groupby("kind")]:
                print(kind, told_of(part))
        else:
            print(pd.Series(mixed(options.folder, options.seeds[0], ordinary=options.accounts, attackers=1_000)))


if __name__ == "__main__":
    main()
