"""Runs and what they found, as part of the graph: put in place, replaced and removed in one transaction each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from graphkit.dataset import now_ms
from graphkit.errors import StoreError
from graphkit.evidence import Run as Found
from graphkit.language import say
from graphkit.stores.neo4j.bolt import Bolt, Run
from graphkit.stores.neo4j.results.turning import turn
from graphkit.stores.packed import pack, unpack

# Column of the results contract -> property of an account. Nothing but these is ever written on an account.
ACCOUNT: Final[Mapping[str, str]] = {
    "label": "gkLabel",
    "reason": "gkReason",
    "p_bot": "gkPBot",
    "p_ring": "gkPRing",
    "p_pod": "gkPPod",
    "p_compromised": "gkPCompromised",
    "authentic": "gkAuthentic",
    "community": "gkCommunity",
    "camp": "gkCamp",
    "role": "gkRole",
    "tier": "gkTier",
}
REACH: Final[Mapping[str, str]] = {
    "seen": "gkSeen",
    "real": "gkReal",
    "real_low": "gkRealLow",
    "real_high": "gkRealHigh",
    "engaged": "gkEngaged",
    "moved": "gkMoved",
    "moved_low": "gkMovedLow",
    "moved_high": "gkMovedHigh",
}
OWNED: Final = ("gkRun", *ACCOUNT.values(), *REACH.values())

_ROWS: Final = 10_000  # a statement; all statements of a run are one transaction

_KEEP: Final = """
    MERGE (r:Run {id: $id})
    SET r.version = $version, r.seed = $seed, r.startedAt = $startedAt, r.dataDigest = $dataDigest, r.gkWhole = $whole
"""
_LOCK: Final = "MATCH (s:_GkStore {id: 1}) SET s.touched = $now"
_NEWEST: Final = "MATCH (r:Run) RETURN r.id ORDER BY r.startedAt DESC, r.id DESC LIMIT 1"
_UNSHOW: Final = (
    "MATCH (r:Run)-[:FOUND]->(n) DETACH DELETE n RETURN count(*)",
    "MATCH (r:Run) WHERE r.current IS NOT NULL REMOVE r.current RETURN count(*)",
)
_CLEAN: Final = (
    f"MATCH (a:Account) WHERE a.gkRun IS NOT NULL REMOVE {', '.join(f'a.{name}' for name in OWNED)} RETURN count(*)"
)
_CLEAN_OTHERS: Final = (
    "MATCH (a:Account) WHERE a.gkRun IS NOT NULL AND a.gkRun <> $run "
    f"REMOVE {', '.join(f'a.{name}' for name in OWNED)} RETURN count(*)"
)
_CURRENT: Final = "MATCH (r:Run {id: $run}) SET r.current = true"
_FINDINGS: Final = """
    MATCH (r:Run {id: $run}) UNWIND $rows AS x
    CREATE (r)-[:FOUND]->(:Finding {run: $run, id: x[0], kind: x[1], sentence: x[2], q: x[3], accounts: x[4]})
    RETURN count(*)
"""
_NAMES: Final = """
    UNWIND $rows AS x
    MATCH (f:Finding {run: $run, id: x[0]}) MATCH (a:Account {id: x[1]})
    CREATE (f)-[:NAMES {role: x[2], p: x[3]}]->(a) RETURN count(*)
"""
_COMMUNITIES: Final = """
    MATCH (r:Run {id: $run}) UNWIND $rows AS x
    CREATE (r)-[:FOUND]->(:Community {run: $run, id: x[0], size: x[1]}) RETURN count(*)
"""
_MEMBERS: Final = """
    UNWIND $rows AS x
    MATCH (c:Community {run: $run, id: x[0]}) MATCH (a:Account {id: x[1]})
    CREATE (a)-[:MEMBER_OF]->(c) RETURN count(*)
"""
_SCORES: Final = (
    "UNWIND $rows AS x MATCH (a:Account {id: x[0]}) SET a.gkRun = $run, "
    + ", ".join(f"a.{name} = x[{place}]" for place, name in enumerate((*ACCOUNT.values(), *REACH.values()), 1))
    + " RETURN count(*)"
)
_WHOLE: Final = "MATCH (r:Run) WHERE r.gkWhole IS NOT NULL RETURN r.gkWhole ORDER BY r.startedAt, r.id"


@dataclass(frozen=True, slots=True)
class Said:
    """What a run says of every account: the tables `accounts` and `reach` of the results contract."""

    accounts: pa.Table
    reach: pa.Table


def publish(bolt: Bolt, found: Found, said: Said | None = None) -> None:
    """Keeps a run whole; the newest is also shown in the graph, in place of the one before.

    Everything is one transaction, and questions are kept out of its commit (`turning`): they see the run before or this
    one, never a mix.
    """
    whole = pack(found)

    def work(run: Run) -> bool:
        run(_LOCK, now=found.started_at)
        run(
            _KEEP,
            id=found.id,
            version=found.version,
            seed=found.seed,
            startedAt=found.started_at,
            dataDigest=found.data_digest,
            whole=whole,
        )
        is_newest = run(_NEWEST) == [[found.id]]
        if is_newest:
            _show(run, found, said)
        return is_newest

    turn(bolt, work)


def unpublish(bolt: Bolt) -> None:
    """Removes findings, communities and owned properties; runs are kept."""

    def work(run: Run) -> bool:
        run(_LOCK, now=now_ms())
        for statement in (*_UNSHOW, _CLEAN):
            run(statement)
        return True

    turn(bolt, work)


def runs(bolt: Bolt) -> list[Found]:
    """The runs, equal to what was added, the earliest first."""
    return [unpack(text) for (text,) in bolt.read(lambda run: run(_WHOLE))]


def _show(run: Run, found: Found, said: Said | None) -> None:
    for statement in _UNSHOW:
        run(statement)
    run(_CURRENT, run=found.id)
    findings = [[f.id, f.kind, f.sentence or None, f.q, len(f.accounts)] for f in found.findings]
    _send(run, _FINDINGS, findings, found.id, exact=True)
    names = [[f.id, m.account, m.role, m.p] for f in found.findings for m in f.members]
    _send(run, _NAMES, names, found.id)
    if said is None:
        run(_CLEAN)
        return
    run(_CLEAN_OTHERS, run=found.id)
    _send(run, _SCORES, _scores(said), found.id, exact=True)
    members = [list(pair) for pair in _members(said.accounts)]
    sizes = Counter(community for community, _ in members)
    _send(run, _COMMUNITIES, [[name, size] for name, size in sorted(sizes.items())], found.id, exact=True)
    _send(run, _MEMBERS, members, found.id, exact=True)


def _send(run: Run, statement: str, rows: list[list[Any]], shown: str, *, exact: bool = False) -> None:
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        [[written]] = run(statement, rows=part, run=shown)
        if exact and written != len(part):
            raise StoreError(
                say(
                    "The run {shown} speaks of {what} accounts that this store does not hold; nothing of it was "
                    "written. Load the same data into this store first, or push it there.",
                    shown=shown,
                    what=len(part) - written,
                )
            )


def _scores(said: Said) -> list[list[Any]]:
    reach = {row["id"]: [row[name] for name in REACH] for row in said.reach.select(["id", *REACH]).to_pylist()}
    empty: list[Any] = [None] * len(REACH)
    columns = (said.accounts[name].to_pylist() for name in ("id", *ACCOUNT))
    return [[*row, *reach.get(row[0], empty)] for row in zip(*columns, strict=True)]


def _members(accounts: pa.Table) -> Iterator[tuple[str, str]]:
    pairs = zip(accounts["community"].to_pylist(), accounts["id"].to_pylist(), strict=True)
    return ((community, account) for community, account in pairs if community is not None)
