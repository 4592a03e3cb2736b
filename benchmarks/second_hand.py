"""Figures of the second hand: takeovers and trends on made-up worlds, and observed deletions mixed into ordinary accounts.

python -m benchmarks.second_hand worlds --seeds 11 12
python -m benchmarks.second_hand trends --seeds 11 12 13
python -m benchmarks.second_hand deletions FOLDER   (with bots_2022.csv.gz and deletions_2022.csv.gz)
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

import graphkit as gk
from graphkit.analysis.detecting import detect
from graphkit.lab import worlds
from graphkit.lab.scoring import average_precision
from graphkit.lab.worlds.plan import TAKEOVER_TRIALS

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
    truth = world.truth.accounts.to_pandas().set_index("id").reindex(list(graph.account_ids))
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


def pushed(seed: int, accounts: int) -> list[dict[str, object]]:
    """The trends of one world: what is true and what is said."""
    world = worlds.make("trends", accounts=accounts, seed=seed)
    run = detect(gk.InfluenceGraph.build(world.dataset))
    said = run.tables["trends"].to_pandas().set_index("topic")
    rows = []
    for row in world.truth.trends.to_pylist():
        found = said.loc[row["tag"]] if row["tag"] in said.index else None
        rows.append(
            {
                "seed": seed, "pushed": row["pushed"], "organic": row["organic_share"],
                "chance": 0.0 if found is None else float(found.p_push),
                "low": np.nan if found is None else float(found.organic_low),
                "high": np.nan if found is None else float(found.organic_high),
            }
        )  # fmt: skip
    others = said[~said.index.isin(world.truth.trends["tag"].to_pylist())]
    rows += [
        {
            "seed": seed,
            "pushed": False,
            "organic": 1.0,
            "chance": float(one.p_push),
            "low": float(one.organic_low),
            "high": float(one.organic_high),
        }
        for one in others.itertuples()
    ]
    return rows  # fmt: skip


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
    parser.add_argument("what", choices=("worlds", "trends", "deletions"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, nargs="+", default=[11])
    parser.add_argument("--names", nargs="+", default=["default", "stealth", "takeovers"])
    parser.add_argument("--accounts", type=int, default=8_000)
    options = parser.parse_args()
    with pd.option_context("display.width", 220, "display.max_columns", None, "display.precision", 3):
        if options.what == "worlds":
            rows = [taken_over(name, seed, options.accounts) for seed in options.seeds for name in options.names]
            print(pd.DataFrame(rows).to_string(index=False))
        elif options.what == "trends":
            table = pd.DataFrame([row for seed in options.seeds for row in pushed(seed, options.accounts)])
            told = table[table.pushed & table.low.notna()]
            covered = ((told.low - 1e-9 <= told.organic) & (told.organic <= told.high + 1e-9)).mean()
            print("trends", len(table), "pushed", int(table.pushed.sum()))
            print("AP", average_precision(table.pushed.to_numpy(bool), table.chance.to_numpy()))
            print("natural ones accused", float((table.chance[~table.pushed] >= 0.5).mean()))
            print("organic share covered", float(covered), "mean width", float((told.high - told.low).mean()))
        else:
            print(pd.Series(mixed(options.folder, options.seeds[0], ordinary=options.accounts, attackers=1_000)))


if __name__ == "__main__":
    main()
