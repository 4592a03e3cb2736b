"""Small made-up results for the page tests: two camps, a ring, a bot cluster, a taken-over account, and strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from graphkit.dataset import SCHEMAS, FileReport, Source
from graphkit.evidence import Evidence, Finding, Member, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.results import Results, RunFacts

AT = 1_790_000_000_000  # 2026-09-21 14:13 UTC
LABELS = ("authentic", "bot", "ring", "pod", "compromised", "unknown")

ACCOUNTS = pa.schema(
    [("id", pa.string())]
    + [(name, pa.float64()) for name in ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic")]
    + [(name, pa.string()) for name in ("label", "reason", "community", "camp", "role", "tier")]
)
REACH = pa.schema(
    [("id", pa.string())]
    + [
        (name, pa.int64())
        for name in [
            "followers",
            "seen",
            "removed_bot",
            "removed_bought",
            "removed_ring",
            "removed_inactive",
            "real",
            "real_low",
            "real_high",
            "engaged",
        ]
    ]
    + [(name, pa.float64()) for name in ("moved", "moved_low", "moved_high")]
)

RUN = RunFacts(
    id="0123456789ab",
    version="0.1.0",
    seed=7,
    at=AT,
    parameters={"follow_rings": {"smallest": 6, "core": 5}},
    skipped={"engagement_pods": "needs interactions, and the input holds none"},
    notes=("co_choice: 2 viral posts were left out",),
)


def finding(kind: str, members: Sequence[str], *, q: float | None = 0.004, sentence: str = "") -> Finding:
    """A finding with evidence on both sides."""
    pairs = len(members) * (len(members) - 1) // 2
    return Finding(
        kind=kind,
        members=(*(Member(account, "member", 0.9) for account in members), Member("a0000", "beneficiary", 0.4)),
        evidence=(
            Evidence(
                claim=f"{pairs} pairs among {len(members)} accounts follow each other",
                observed=pairs,
                expected=pairs / 8,
                baseline="same follower and following counts, follows shuffled",
                p=2.0**-22,
                examples=tuple(f"follows.csv row {row}" for row in range(12)),
            ),
            Evidence("median follow-back within 11 minutes", 11, 640, "follow-backs of the same accounts", 0.003),
        ),
        against=(Evidence("9 % of them answered people outside", 0.09, 0.31, "accounts of the same size", None),),
        innocent=("members of one club or newsroom", "a class of students"),
        rivals=(
            Rival("follow back", 0.7, ("mutual ties", "fast answers"), ("few answers",), ("profile texts",)),
            Rival("friends", 0.3, ("one place",)),
        ),
        q=q,
        sentence=sentence or f"{len(members)} accounts follow each other far more than their sizes explain.",
        detail={"first_day": "2026-09-12", "share_mutual": 0.93},
    )


def results(
    count: int = 120,
    *,
    seed: int = 3,
    names: Mapping[int, str] | None = None,
    findings: bool = True,
    ties_each: int = 4,
) -> Results:
    """A world of `count` accounts in camps of about thirty; `names` puts hostile texts into some of them."""
    rng = np.random.default_rng(seed)
    ids = [f"a{number:04d}" if count <= 10_000 else f"a{number:06d}" for number in range(count)]
    camps = np.minimum(np.arange(count) * max(3, count // 400) // count, count)
    label = np.array(["authentic"] * count, dtype=object)
    label[rng.random(count) < 0.1] = "unknown"
    label[20:28], label[40:50], label[60:63] = "ring", "bot", "compromised"
    source = np.repeat(np.arange(count), ties_each)
    popular = np.minimum((rng.pareto(1.2, len(source)) * 3).astype(int), count - 1)
    near = (source + rng.integers(1, 30, len(source))) % count
    target = np.where(rng.random(len(source)) < 0.3, popular, near)
    ring = [(i, j) for i in range(20, 28) for j in range(20, 28) if i != j]
    pairs = sorted({(int(s), int(t)) for s, t in zip(source, target, strict=True) if s != t} | set(ring))
    graph = _graph(ids, pairs, names or {})
    followers = np.bincount([t for _, t in pairs], minlength=count)
    return Results(
        accounts=_accounts(ids, label, camps, names or {}),
        findings=_findings(ids) if findings else (),
        reach=_reach(ids, followers),
        graph=graph,
        run=RUN,
        files=(_file("follows.csv", len(pairs)), _file("accounts.csv", count)),
        title="A made-up world",
    )


def _graph(ids: Sequence[str], pairs: Sequence[tuple[int, int]], names: Mapping[int, str]) -> InfluenceGraph:
    count = len(ids)
    handles = [names.get(number, f"handle_{number}") for number in range(count)]
    accounts = pa.table(
        {
            "id": ids,
            "handle": handles,
            "name": [names.get(number, f"Name {number}") for number in range(count)],
            "bio": [names.get(number, "") for number in range(count)],
            "followers": list(range(count)),
            "lang": ["tr" if number % 4 == 0 else "es" for number in range(count)],
        }
    )
    follows = pa.table(
        {
            "follower": [ids[s] for s, _ in pairs],
            "followed": [ids[t] for _, t in pairs],
            "at": [AT - 1000 * place for place in range(len(pairs))],
            "at_kind": ["exact"] * len(pairs),
        }
    )
    acts = pairs[::3]
    interactions = pa.table(
        {
            "actor": [ids[s] for s, _ in acts],
            "target": [ids[t] for _, t in acts],
            "kind": ["repost" if place % 2 else "reply" for place in range(len(acts))],
            "at": [AT + 60_000 * place for place in range(len(acts))],
        }
    )
    coverage = pa.table(
        {"account": [ids[0]], "relation": ["followers"], "collected": [30], "declared": [100]},
        schema=pa.schema(
            [f for f in SCHEMAS["coverage"] if f.name in ("account", "relation", "collected", "declared")]
        ),
    )
    return InfluenceGraph.build(
        {"accounts": accounts, "follows": follows, "interactions": interactions, "coverage": coverage}
    )


def _accounts(ids: Sequence[str], label: np.ndarray, camps: np.ndarray, names: Mapping[int, str]) -> pa.Table:
    count = len(ids)
    suspect = {name: [0.9 if what == name else 0.03 for what in label] for name in LABELS}
    columns = {
        "id": list(ids),
        "p_bot": suspect["bot"],
        "p_ring": suspect["ring"],
        "p_pod": [None] * count,
        "p_compromised": suspect["compromised"],
        "authentic": [0.1 if what == "bot" else 0.97 for what in label],
        "label": list(label),
        "reason": [names.get(number, f"measured as {label[number]}") for number in range(count)],
        "community": [f"{camp + 1}" for camp in camps],
        "camp": [None] * count,
        "role": ["hub" if number == 0 else "member" for number in range(count)],
        "tier": ["micro" if number < 5 else "nano" for number in range(count)],
    }
    return pa.table([pa.array(columns[name], ACCOUNTS.field(name).type) for name in ACCOUNTS.names], schema=ACCOUNTS)


def _reach(ids: Sequence[str], followers: np.ndarray) -> pa.Table:
    rows = []
    for number, account in enumerate(ids):
        seen = int(followers[number])
        bots, rings = seen // 5, seen // 8
        real = seen - bots - rings
        rows.append(
            {
                "id": account,
                "followers": 2 * seen + 3,
                "seen": seen,
                "removed_bot": bots,
                "removed_bought": 0,
                "removed_ring": rings,
                "removed_inactive": 0,
                "real": real,
                "real_low": int(real * 0.8),
                "real_high": int(real * 1.3) + 1,
                "engaged": real // 2,
                "moved": real / 10 if real else None,
                "moved_low": real / 20 if real else None,
                "moved_high": real / 5 if real else None,
            }
        )
    return pa.Table.from_pylist([row for row in rows if row["seen"]], schema=REACH)


def _findings(ids: Sequence[str]) -> tuple[Finding, ...]:
    return (
        finding("follow_ring", ids[20:28]),
        finding("bot_cluster", ids[40:50], q=0.03, sentence="10 accounts share the same posts within seconds."),
        finding(
            "compromised",
            ids[60:63],
            q=None,
            sentence=f"{ids[60]} (@handle_60, Name 60) acts in two rhythms since 2026-09-12.",
        ),
    )


def _file(name: str, rows: int) -> FileReport:
    source = Source(file=f"somewhere/{name}", digest="ab" * 32, loader="folder", loader_version="1")
    reasons = {"self_follow": 2, "no_time": 1}
    return FileReport(source, read=rows + 5, kept=rows, merged=2, refused=3, reasons=reasons, aside={"colour": 4})
