"""Makes docs/queries.md and the samples in it: `python benchmarks/query_page.py`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from graphkit.dataset import Dataset
from graphkit.evidence import Finding, Member, Run
from graphkit.lab import worlds
from graphkit.stores import open_store, queries
from graphkit.stores.queries.page import SHOWN, page

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "benchmarks" / "query_samples.json"
COSTS = ROOT / "benchmarks" / "query_costs.json"  # store and question -> seconds, as the benchmarks printed them
PAGE = ROOT / "docs" / "queries.md"


def costs() -> dict[str, dict[str, float]]:
    """Question -> store -> seconds for the account, ordinary or hub, that took longer."""
    read: dict[str, dict[str, float]] = json.loads(COSTS.read_text(encoding="utf-8"))
    return {name: {store: every[name] for store, every in read.items() if name in every} for name in queries.every()}


def planted(world: Any) -> Run:
    """The planted groups of a world as the findings of a run."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in world.truth.groups.to_pylist():
        if row["planted"]:
            groups.setdefault(row["group"], []).append(row)
    findings = [
        Finding("follow_ring", tuple(_members(rows)), (), sentence=f"planted: {rows[0]['kind']}")
        for rows in groups.values()
    ]
    return Run("0", "demo", 0, 0, {}, tuple(findings))


def _members(rows: list[dict[str, Any]]) -> list[Member]:
    named = {(row["account"], "member" if row["role"] == "member" else "beneficiary") for row in rows}
    return [Member(account, role) for account, role in sorted(named)]  # type: ignore[arg-type]


def samples() -> dict[str, dict[str, Any]]:
    """For each question its parameters and first rows on the demo world."""
    world = worlds.make("default", accounts=2_000, seed=0)
    run = planted(world)
    with tempfile.TemporaryDirectory() as folder, open_store(":memory:") as store:
        store.add(Dataset.of(dict(world.tables)))
        store.add_run(run)
        graph = queries.graph_of(store, Path(folder))
        chosen = _chosen(graph, run)
        return {name: _sample(graph, query, chosen) for name, query in queries.every().items()}


def _chosen(graph: queries.GraphFile, run: Run) -> dict[str, list[object]]:
    """A few values for each parameter, tried in turn until a question has rows."""

    def first(text: str) -> list[object]:
        with graph.session() as connection:
            return [row[0] for row in connection.execute(text).fetchall()]

    accounts = first(
        "SELECT a.id FROM tie_in JOIN account a ON a.nid = target GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 60"
    )
    middle = first('SELECT median("at")::BIGINT FROM tie')
    return {
        "account": accounts,
        "other": accounts[1:],
        "handle": ["a", "b", "e"],
        "post": first(
            "SELECT p.id FROM act_on JOIN post p ON p.pid = post WHERE type = 'REPOSTED' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 3"
        ),
        "tag": first("SELECT tag FROM tagged GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 3") or ["#none"],
        "url": first("SELECT url FROM linked GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 3") or ["https://example.org"],
        "finding": [finding.id for finding in run.findings],
        "since": [0],
        "until": [4_000_000_000_000],
        "as_of": middle,
    }


def _sample(graph: queries.GraphFile, query: queries.Query, chosen: dict[str, list[object]]) -> dict[str, Any]:
    wanted = [parameter.name for parameter in query.parameters if parameter.default is None]
    tries = range(max((len(chosen[name]) for name in wanted), default=1))
    given: dict[str, object] = {}
    for number in tries:
        given = {name: chosen[name][number % len(chosen[name])] for name in wanted}
        rows = queries.ask_file(graph, query, given).table.to_pylist()
        if rows:
            return {"parameters": given, "rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)}
    return {"parameters": given, "rows": [], "more": 0}


if __name__ == "__main__":
    made = samples()
    SAMPLES.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(made, costs()), encoding="utf-8")
    print(f"{PAGE}: {len(made)} questions, without rows: {[name for name, one in made.items() if not one['rows']]}")
