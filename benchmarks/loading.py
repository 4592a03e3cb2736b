"""How many rows a second are loaded, sealed and reported, and how fast and in how much memory they are read back.

`python benchmarks/loading.py` makes a million follows and a million interactions, as Parquet and as CSV.
Each measurement runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

ROWS = 1_000_000  # of each of the two tables
ACCOUNTS = 200_000
FIRST, LAST = 1_700_000_000_000, 1_760_000_000_000


def made_up_tables(seed: int) -> dict[str, pa.Table]:
    """Follows and interactions among accounts with long ids, few of them very popular."""
    chance = np.random.default_rng(seed)
    ids = pa.array([str(10**17 + 7919 * number) for number in range(ACCOUNTS)])
    posts = pa.array([f"p{number}" for number in range(50_000)])

    def anyone() -> pa.Array:
        return ids.take(pa.array(chance.integers(0, ACCOUNTS, ROWS)))

    def popular() -> pa.Array:
        return ids.take(pa.array((chance.pareto(1.2, ROWS) * 100).astype(np.int64) % ACCOUNTS))

    times = [pa.array(chance.integers(FIRST, LAST, ROWS)) for _ in range(2)]
    kinds = pa.array(["like", "repost", "reply"]).take(pa.array(chance.integers(0, 3, ROWS)))
    liked = posts.take(pa.array(chance.integers(0, len(posts), ROWS)))
    return {
        "follows": pa.table({"follower": anyone(), "followed": popular(), "at": times[0]}),
        "interactions": pa.table(
            {"actor": anyone(), "target": popular(), "kind": kinds, "post": liked, "at": times[1]}
        ),
    }


def measure(folder: Path, kind: str, address: str) -> dict[str, float | int | str]:
    """Seconds of loading with ledger and report, and of reading the merged tables; peak memory of both."""
    from graphkit.loading import loaders, plan
    from graphkit.stores import open_store

    loaders()  # importing is not loading
    began = time.perf_counter()
    with open_store(address) as store:
        report = store.add_all(plan([folder / f"{table}.{kind}" for table in ("follows", "interactions")]))
        loaded = time.perf_counter()
        tables = store.tables()
        read = time.perf_counter()
    assert report.read == 2 * ROWS == report.kept + report.merged + report.refused
    assert tables.follows.num_rows + tables.interactions.num_rows == report.kept
    size = os.path.getsize(address)
    return {
        "kind": kind,
        "rows_per_second": round(report.read / (loaded - began)),
        "load_seconds": round(loaded - began, 2),
        "tables_seconds": round(read - loaded, 2),
        "store_megabytes": round(size / 1e6),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    if len(sys.argv) == 4:
        folder, kind, address = sys.argv[1:]
        print(json.dumps(measure(Path(folder), kind, address)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name, table in made_up_tables(seed=1).items():
            pyarrow.parquet.write_table(table, f"{scratch}/{name}.parquet")
            pyarrow.csv.write_csv(table, f"{scratch}/{name}.csv")
        for kind in ("parquet", "csv"):
            subprocess.run([sys.executable, __file__, scratch, kind, f"{scratch}/{kind}.duckdb"], check=True)


if __name__ == "__main__":
    main()
