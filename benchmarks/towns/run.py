"""Make towns, let graphkit analyze each, and print one table of marks.

python -m benchmarks.towns.run /tmp/towns --towns village market --seeds 0 1 --strength 1.0 0.5 --null
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from benchmarks.towns.judge import Marks, judge
from benchmarks.towns.make import TOWNS, label, make

PROGRAM = Path(sys.executable).with_name("graphkit")


def analyze(world: Path, results: Path, *, seed: int, patience: float) -> str:
    """Run `graphkit analyze` on the data of one world; the reason where it failed, else nothing."""
    command = [str(PROGRAM), "analyze", str(world / "data"), "--out", str(results), "--seed", str(seed), "--quiet"]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines() or ["nothing said"]
        return f"exit code {ended.returncode}: {said[-1]}"
    return ""


def examine(options: argparse.Namespace, town: str, seed: int, strength: float | None) -> tuple[str, Marks | None]:
    """One world made (where it is not there yet), analyzed and judged; no marks where graphkit failed."""
    name = label(town, seed=seed, strength=strength or 1.0, plant=strength is not None)
    world, results = options.out / name, options.out / "results" / name
    if not (world / "truth" / "world.json").exists():
        make(town, world, seed=seed, strength=strength or 1.0, plant=strength is not None)
    began = time.perf_counter()
    reason = "" if options.judge_only else analyze(world, results, seed=seed, patience=options.patience)
    took = time.perf_counter() - began
    if reason:
        print(f"FAILED {name} after {took:.0f} s: {reason}", flush=True)
        return name, None
    try:
        marks = judge(world, results)
    except (OSError, KeyError, ValueError) as error:
        print(f"FAILED {name}: the results cannot be judged: {type(error).__name__}: {error}", flush=True)
        return name, None
    print(f"done {name}, {took:.0f} s", flush=True)
    return name, {"seconds": took, **marks}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--towns", nargs="+", default=list(TOWNS), choices=list(TOWNS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--strength", nargs="*", type=float, default=[1.0])
    parser.add_argument("--null", action="store_true", help="also the same towns with nothing planted")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds for one analysis")
    parser.add_argument("--judge-only", action="store_true", help="judge results that are there already")
    parser.add_argument("--csv", type=Path, help="keep the table here as well")
    options = parser.parse_args()
    plans = [
        (town, seed, strength)
        for strength in [*options.strength, *([None] if options.null else [])]
        for town in options.towns
        for seed in options.seeds
    ]
    judged = dict(examine(options, *plan) for plan in plans)
    marks = pd.DataFrame({name: each for name, each in judged.items() if each is not None})
    if marks.empty:
        print("no world could be judged")
        return 1
    with pd.option_context("display.width", 250, "display.max_columns", None):
        print(marks.round(3).to_string(na_rep="-"))
    nulls = marks[[name for name in marks.columns if name.endswith("-null")]]
    if nulls.shape[1]:
        silent = (nulls.loc["findings q<0.05"] == 0).mean()
        print(f"null worlds without a finding at q < 0.05: {silent:.0%} of {nulls.shape[1]}")
    if options.csv:
        marks.T.to_csv(options.csv, index_label="world")
    return int(len(marks.columns) < len(plans))


if __name__ == "__main__":
    sys.exit(main())
