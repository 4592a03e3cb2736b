"""Hold a results folder against the truth of its town.

python -m benchmarks.towns.judge /tmp/towns/village-0-full /tmp/towns-results/village-0-full
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import kendalltau
from sklearn.metrics import average_precision_score

ACCUSED = 0.5
KINDS = {"bot": "p_bot", "ring": "p_ring", "pod": "p_pod", "compromised": "p_compromised"}
ANSWERS = {"bot_cluster": "bot", "follow_ring": "ring", "pod": "pod", "compromised": "compromised"}
PLANTS = {
    "farm": "bot_cluster",
    "amplifier": "bot_cluster",
    "ring": "follow_ring",
    "pod": "pod",
    "takeover": "compromised",
}
ROLES = ("member", "beneficiary")
Marks = dict[str, float]


@dataclass(frozen=True)
class Truth:
    """What is so in one town."""

    accounts: pd.DataFrame
    audience: pd.DataFrame
    sales: pd.DataFrame
    world: Mapping[str, object]

    @classmethod
    def read(cls, world: Path) -> Truth:
        def read(name: str) -> pd.DataFrame:
            rows = pd.read_csv(world / "truth" / f"{name}.csv", dtype=str, keep_default_na=False)
            words = ("id", "kind", "group", "crowd", "creator", "role")
            return rows.assign(**{c: pd.to_numeric(rows[c]) for c in rows.columns if c not in words})

        shape = json.loads((world / "truth" / "world.json").read_text())
        return cls(read("accounts"), read("audience"), read("sales"), shape)

    def groups(self) -> dict[str, tuple[str, frozenset[str]]]:
        """Name of each planted group: its kind and its members."""
        planted = self.accounts[self.accounts["group"] != ""].groupby("group")
        return {str(name): (str(rows["kind"].iloc[0]), frozenset(rows["id"])) for name, rows in planted}


@dataclass(frozen=True)
class Claim:
    """One finding: what is said of whom, and who profits."""

    name: str
    kind: str
    q: float
    members: frozenset[str]
    beneficiaries: frozenset[str]

    def is_false(self, kind_of: pd.Series) -> bool:
        """Whether fewer than half of the members are of the kind that is claimed of them."""
        right = {"bought_followers": ["bot"], "trend_push": ["bot", "compromised"]}.get(
            self.kind, [ANSWERS.get(self.kind, "?")]
        )
        kinds = kind_of.reindex(sorted(self.members)).fillna("")
        return len(kinds) == 0 or float(kinds.isin(right).mean()) < 0.5


@dataclass(frozen=True)
class Results:
    """What graphkit said of it; a table that was not written is empty."""

    accounts: pd.DataFrame
    findings: pd.DataFrame
    reach: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Results:
        return cls(*(pd.read_parquet(folder / f"{name}.parquet") for name in ("accounts", "findings", "reach")))

    def groups(self) -> tuple[Claim, ...]:
        """The findings, each with who is in it and who profits."""
        rows = self.findings.assign(account=self.findings["account"].astype(str))
        return tuple(
            Claim(
                str(name),
                str(kind),
                float(of["q"].iloc[0]),
                *(frozenset(of["account"][of["role"] == r]) for r in ROLES),
            )
            for (name, kind), of in rows.groupby(["finding", "kind"], sort=False)
        )


def judge(world: Path, results: Path) -> Marks:
    """All marks of one run, by name; absent where the town has nothing of the kind."""
    truth, said = Truth.read(world), Results.read(results)
    return {**of_accounts(truth, said), **of_findings(truth, said), **of_reach(truth, said)}


def scores(truth: Truth, said: Results) -> pd.DataFrame:
    """The truth about every account beside what was said of it; null is kept."""
    rows = said.accounts.assign(id=said.accounts["id"].astype(str)).drop_duplicates("id").set_index("id")
    joined = rows.reindex(truth.accounts["id"])[list(KINDS.values())].astype(float).reset_index(drop=True)
    return pd.concat([truth.accounts.reset_index(drop=True), joined], axis=1)


def of_accounts(truth: Truth, said: Results) -> Marks:
    rows = scores(truth, said)
    marks: Marks = {"unknown ids": float((~said.accounts["id"].astype(str).isin(truth.accounts["id"])).sum())}
    for kind, column in KINDS.items():
        is_so = (rows["kind"] == kind).to_numpy()
        p = rows[column].fillna(-1.0).to_numpy()
        if is_so.any():
            marks[f"AP {kind}"] = float(average_precision_score(is_so, p))
            marks[f"recall {kind}"] = float((p[is_so] >= ACCUSED).mean())
            marks[f"precision {kind}"] = float(is_so[p >= ACCUSED].mean()) if (p >= ACCUSED).any() else float("nan")
        marks[f"answered {kind}"] = float(rows[column].notna().mean())
    each_p = rows[list(KINDS.values())].fillna(-1.0)
    victim, bot = (rows["kind"] == kind for kind in ("compromised", "bot"))
    if victim.any():
        marks["victims called bots"] = float(
            ((each_p["p_bot"] >= ACCUSED) & (each_p["p_bot"] > each_p["p_compromised"]))[victim].mean()
        )
        marks["bots called victims"] = float(
            ((each_p["p_compromised"] >= ACCUSED) & (each_p["p_compromised"] > each_p["p_bot"]))[bot].mean()
        )
    innocent = rows["kind"] == "person"
    accused = (each_p.max(axis=1) >= ACCUSED)[innocent]
    marks["accused"] = float(accused.mean())
    for crowd, each in accused.groupby(rows["crowd"][innocent].replace("", "ordinary")):
        marks[f"accused {crowd}"] = float(each.mean())
    return marks


def of_findings(truth: Truth, said: Results) -> Marks:
    """Groups found and false findings.

    A finding is false where fewer than half of its members are of the kind it names (for bought followers: bots;
    for a push: bots or victims). A planted group is found where some finding of its kind has Jaccard >= 0.5 with it.
    """
    findings, planted = said.groups(), truth.groups()
    kind_of = truth.accounts.set_index("id")["kind"]
    false = sum(claim.is_false(kind_of) for claim in findings)
    marks: Marks = {
        "findings": float(len(findings)),
        "findings q<0.05": float(sum(claim.q < 0.05 for claim in findings)),
        "false findings": float(false),
    }
    if findings:
        marks["false share"] = false / len(findings)
    for plant, wanted in PLANTS.items():
        mine = [who for name, (_, who) in planted.items() if name.startswith(plant) and len(who) >= 4]
        if mine:
            offered = [claim.members for claim in findings if claim.kind == wanted]
            best = [max((jaccard(who, other) for other in offered), default=0.0) for who in mine]
            marks[f"found {plant}s"] = float(np.mean(np.array(best) >= 0.5))
    if len(truth.sales):
        customers = set(truth.sales["creator"])
        named = {who for claim in findings if claim.kind == "bought_followers" for who in claim.beneficiaries}
        marks["customers named"] = len(named & customers) / len(customers)
        marks["named in error"] = len(named - customers) / max(len(named), 1)
    return marks


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / max(len(left | right), 1)


def of_reach(truth: Truth, said: Results) -> Marks:
    """Order, top of the list and intervals for creators; `ceiling` is what a counter who knew every motive would get."""
    reach = said.reach.assign(id=said.reach["id"].astype(str)).drop_duplicates("id").set_index("id")
    creators = truth.audience[truth.audience["role"] != "ring"].reset_index(drop=True)
    told = reach.reindex(creators["id"]).reset_index(drop=True).drop(columns="followers", errors="ignore")
    marks: Marks = {}
    for count in ("real", "real_live", "real_active"):
        marks[f"tau {count}"] = tau(creators[count], told["real"])
        marks[f"top5 {count}"] = top(creators[count], told["real"])
        marks[f"covered {count}"] = covered(creators[count], told["real_low"], told["real_high"])
    if creators["moved"].notna().any():
        marks["tau moved"] = tau(creators["moved"], told["moved"])
        marks["tau moved ceiling"] = tau(creators["moved"], creators["moved_seen"])
        marks["top5 moved"] = top(creators["moved"], told["moved"])
        marks["covered moved"] = covered(creators["moved"], told["moved_low"], told["moved_high"])
        width = (told["moved_high"] - told["moved_low"]) / creators["moved"]
        marks["width moved"] = float(width.astype(float).median())
        marks["moved unanswered"] = float(told["moved"].isna().mean())
    traders = truth.audience[truth.audience["role"] == "ring"]
    if len(traders):
        told = reach.reindex(traders["id"])
        marks["ring: real told/true"] = float(
            (told["real"].to_numpy(float) / np.maximum(traders["real"].to_numpy(float), 1)).mean()
        )
    return marks


def tau(true: pd.Series, told: pd.Series) -> float:
    return float(kendalltau(true.astype(float), told.astype(float).fillna(-1.0)).statistic)


def top(true: pd.Series, told: pd.Series, share: float = 0.05) -> float:
    """Share of the true top 5 % (at least five) that the told order also has on top."""
    size = max(5, round(share * len(true)))
    best, claimed = (set(s.astype(float).fillna(-1.0).nlargest(size).index) for s in (true, told))
    return len(best & claimed) / size


def covered(true: pd.Series, low: pd.Series, high: pd.Series) -> float:
    """Share of intervals that hold the truth; those not given are left out, half a head of rounding is allowed."""
    given = low.notna() & high.notna() & true.notna()
    slack = 0.5 if (true % 1 == 0).all() else 1e-9
    inside = (true >= low.astype(float) - slack) & (true <= high.astype(float) + slack)
    return float(inside[given].mean()) if given.any() else float("nan")


def errors(world: Path, results: Path) -> str:
    """The false findings with who is in them, and every innocent account with p >= 0.5 of anything."""
    truth, said = Truth.read(world), Results.read(results)
    who = truth.accounts.set_index("id")
    false = [claim for claim in said.groups() if claim.is_false(who["kind"])]
    lines = [
        f"false: {claim.kind} {claim.name} q={claim.q:.2g}: "
        + str((who["kind"] + " " + who["crowd"]).reindex(sorted(claim.members)).value_counts().to_dict())
        for claim in false
    ]
    rows = scores(truth, said)
    accused = rows[(rows["kind"] == "person") & (rows[list(KINDS.values())].max(axis=1) >= ACCUSED)]
    return "\n".join([*lines, accused[["id", "crowd", *KINDS.values()]].round(2).to_string(index=False)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--names", action="store_true", help="also list the false findings and the innocents accused")
    options = parser.parse_args()
    for name, value in judge(options.world, options.results).items():
        print(f"{name:28} {value:10.3f}")
    if options.names:
        print(errors(options.world, options.results))


if __name__ == "__main__":
    main()
