"""The parts of a report around its findings: what was looked at, reach, and how it was done."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit import words
from graphkit.reports.findings import BAR
from graphkit.results import Results
from graphkit.settings import defaults

REMOVED: Final = {
    "removed_bot": "automated",
    "removed_bought": "bought",
    "removed_ring": "traded",
    "removed_inactive": "inactive",
}


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of a stacked bar."""

    name: str
    amount: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class ReachView:
    """A row of the reach table."""

    account: str
    followers: str
    seen: str
    real: str
    interval: str
    low_bar: float
    real_bar: float
    high_bar: float
    slices: tuple[Slice, ...]
    moved: str
    moved_interval: str


@dataclass(frozen=True, slots=True)
class FileView:
    """A row of the import table."""

    name: str
    loader: str
    digest: str
    read: str
    kept: str
    merged: str
    refused: str
    reasons: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What was looked at, and what was not."""

    files: tuple[FileView, ...]
    tables: tuple[tuple[str, str, str], ...]  # table, what it says, rows in words
    missing: tuple[tuple[str, str], ...]  # table, what it would say
    lists: tuple[tuple[str, str, str, str], ...]  # relation, accounts, collected of declared, share
    unsaid: bool  # the source does not say how much of each list was collected


def label_counts(results: Results) -> list[tuple[str, str, str, int, str, float]]:
    """Label, its words, its note, accounts, their share, and the width of the bar; in the order of the contract."""
    counts = Counter(results.accounts["label"].to_pylist())
    total = results.accounts.num_rows
    return [
        (
            name,
            words.LABELS[name],
            words.LABEL_NOTES[name],
            counts[name],
            words.share(counts[name], total),
            _part(counts[name], total),
        )
        for name in words.LABELS
    ]


def reach_views(results: Results) -> list[ReachView]:
    """The accounts that reach most real people first; never in the order of follower counts."""
    known = results.reach.filter(pc.is_valid(results.reach["real"]))
    order = known.sort_by([("real", "descending"), ("id", "ascending")])
    top = order.slice(0, defaults().pages.reach_shown).to_pylist()
    widest = max((_known(row, "real_high", "real") for row in top), default=0.0)
    return [_reach(row, widest) for row in top]


def coverage_view(results: Results) -> CoverageView:
    """Files, tables and lists: what was read, what there is, and how much of it was collected."""
    rows = _table_rows(results)
    return CoverageView(
        files=tuple(_file(results, number) for number in range(len(results.files))),
        tables=tuple((name, words.SKIPPED_TABLES[name], text) for name, (count, text) in rows.items() if count),
        missing=tuple((name, words.SKIPPED_TABLES[name]) for name, (count, _) in rows.items() if not count),
        lists=tuple(_lists(results.graph.coverage)),
        unsaid=results.graph.coverage.num_rows == 0,
    )


def method_view(results: Results) -> list[tuple[str, str]]:
    """Detector and its parameters, one line each."""
    return [
        (name, ", ".join(f"{key} = {json.dumps(value, default=str)}" for key, value in sorted(parameters.items())))
        for name, parameters in sorted(results.run.parameters.items())
    ]


def _table_rows(results: Results) -> dict[str, tuple[int, str]]:
    graph = results.graph
    told = _told(graph.accounts)
    follows, acts, posts = int(graph.follows.nnz), len(graph.events.actor), graph.posts.num_rows
    by_kind = ", ".join(f"{count:,} {name}" for name, count in _kinds(results))
    return {
        "accounts": (told, f"{graph.accounts.num_rows:,} accounts, {told:,} of them with a profile"),
        "follows": (follows, words.counted(follows, "follow tie")),
        "interactions": (acts, words.counted(acts, "action") + (f" ({by_kind})" if by_kind else "")),
        "posts": (posts, words.counted(posts, "post")),
        "coverage": (graph.coverage.num_rows, words.counted(graph.coverage.num_rows, "list") + " with a known size"),
    }


def _kinds(results: Results) -> list[tuple[str, int]]:
    """Kinds of action with their rows, the most frequent first."""
    events = results.graph.events
    counts = np.bincount(events.kind, minlength=len(events.kinds)).tolist()
    held = [(name, count) for name, count in zip(events.kinds, counts, strict=True) if count]
    return sorted(held, key=lambda item: (-item[1], item[0]))


def _told(accounts: pa.Table) -> int:
    """Accounts of which the source says more than an id."""
    said = np.zeros(accounts.num_rows, dtype=bool)
    for name in accounts.column_names:
        if name != "id":
            said |= np.asarray(pc.is_valid(accounts[name]))
    return int(said.sum())


def _lists(coverage: pa.Table) -> list[tuple[str, str, str, str]]:
    sized = pc.and_(pc.is_valid(coverage["collected"]), pc.is_valid(coverage["declared"]))
    relation = pc.fill_null(coverage["relation"], "unknown")
    lists = _sums(
        pa.table({"relation": relation, "collected": coverage["collected"], "declared": coverage["declared"]})
    )
    known = _sums(pa.table({"relation": relation, **{c: coverage[c] for c in ("collected", "declared")}}).filter(sized))
    rows = []
    for name, (accounts, _, _) in lists.items():
        _, collected, declared = known.get(name, (0, 0, 0))
        text = f"{collected:,} of {declared:,}" if declared else "size not stated"
        rows.append((name, words.counted(accounts, "account"), text, words.share(collected, declared)))
    return rows


def _sums(lists: pa.Table) -> dict[str, tuple[int, int, int]]:
    """Relation -> lists, collected and declared entries; sorted by relation."""
    sums = lists.group_by("relation").aggregate([([], "count_all"), ("collected", "sum"), ("declared", "sum")])
    return {
        row["relation"]: (row["count_all"], row["collected_sum"] or 0, row["declared_sum"] or 0)
        for row in sums.sort_by("relation").to_pylist()
    }


def _file(results: Results, number: int) -> FileView:
    file = results.files[number]
    most = defaults().pages.quarantine_shown
    reasons = sorted(file.reasons.items(), key=lambda item: (-item[1], item[0]))[:most]
    aside = [f"column {name!r} kept aside ({count:,} cells)" for name, count in sorted(file.aside.items())]
    return FileView(
        name=file.source.file.replace("\\", "/").rsplit("/", 1)[-1],
        loader=file.source.loader,
        digest=file.source.digest[:12],
        read=f"{file.read:,}",
        kept=f"{file.kept:,}",
        merged=f"{file.merged:,}",
        refused=f"{file.refused:,}",
        reasons=tuple((reason.replace("_", " "), f"{count:,}") for reason, count in reasons),
        notes=(*file.notes, *aside),
    )


def _reach(row: dict[str, float | None], widest: float) -> ReachView:
    low, real, high = row.get("real_low"), row.get("real"), row.get("real_high")
    return ReachView(
        account=str(row["id"]),
        followers=words.number(row.get("followers")),
        seen=words.number(row.get("seen")),
        real=words.number(real),
        interval=f"{words.number(low)} to {words.number(high)}",
        low_bar=_log(low if low is not None else real, widest),
        real_bar=_log(real, widest),
        high_bar=_log(high if high is not None else real, widest),
        slices=tuple(_slices(row)),
        moved=words.number(row.get("moved")),
        moved_interval=f"{words.number(row.get('moved_low'))} to {words.number(row.get('moved_high'))}",
    )


def _slices(row: dict[str, float | None]) -> list[Slice]:
    """The waterfall of one account: what is real, and what was set aside and why, as parts of what was seen."""
    amounts = {"real": row.get("real"), **{name: row.get(column) for column, name in REMOVED.items()}}
    total = max(sum(amount or 0 for amount in amounts.values()), row.get("seen") or 0)
    slices, start = [], 0.0
    for name, amount in amounts.items():
        if amount:
            width = _part(amount, total)
            slices.append(Slice(name, round(amount), start, width))
            start = round(start + width, 2)
    return slices


def _known(row: dict[str, float | None], *columns: str) -> float:
    return next((value for value in (row.get(column) for column in columns) if value is not None), 0.0)


def _log(value: float | None, widest: float) -> float:
    """Place on a scale of powers of ten, so that small accounts are seen beside large ones."""
    if not value or widest <= 0:
        return 0.0
    return round(BAR * math.log1p(value) / math.log1p(widest), 2)


def _part(amount: float, total: float) -> float:
    return round(BAR * amount / total, 2) if total else 0.0
