"""The sections of a report around the findings: the question, what was looked at, all accounts by label, the method."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit import detectors, words
from graphkit.graphs.graph import NO_TIME
from graphkit.language import Said, day, number, say, say_many, told
from graphkit.results import Results
from graphkit.settings import defaults
from graphkit.sources import notes

BAR = 100.0


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What was asked, and whether the data could answer."""

    question: str
    why_not: str  # empty: it was put


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
    span: str  # from the first dated row to the last; empty: nothing is dated


def question_views(results: Results) -> list[QuestionView]:
    """The question of every detector, and why it was not put where it was not."""
    skipped = results.run.skipped
    asked = results.run.parameters.keys() | skipped.keys()
    return [
        QuestionView(told(kind.question), told(skipped.get(kind.NAME, "")))
        for kind in detectors.every()
        if not asked or kind.NAME in asked
    ]


def label_counts(results: Results) -> list[tuple[str, str, str, int, str, float]]:
    """Label, its words, its note, accounts, their share, and the width of the bar; in the order of the contract."""
    held = results.accounts["label"].value_counts().to_pylist()
    counts = Counter({row["values"]: row["counts"] for row in held})
    total = results.accounts.num_rows
    return [
        (
            name,
            told(words.LABELS[name]),
            told(words.LABEL_NOTES[name]),
            counts[name],
            words.share(counts[name], total),
            part(counts[name], total),
        )
        for name in words.LABELS
    ]


def unknown_count(results: Results) -> int:
    """Accounts of which too little was seen to say anything."""
    return int(pc.sum(pc.equal(results.accounts["label"], "unknown")).as_py() or 0)


def kind_counts(results: Results) -> list[tuple[str, int, int]]:
    """Kind in words, findings of that kind, accounts in them."""
    kinds = sorted({finding.kind for finding in results.findings})
    of_kind = {kind: [finding for finding in results.findings if finding.kind == kind] for kind in kinds}
    return [
        (words.kind(kind), len(found), len(set().union(*(finding.accounts for finding in found))))
        for kind, found in of_kind.items()
    ]


def coverage_view(results: Results) -> CoverageView:
    """Files, tables and lists: what was read, what there is, and how much of it was collected."""
    rows = _table_rows(results)
    return CoverageView(
        files=tuple(_file(results, place) for place in range(len(results.files))),
        tables=tuple(
            (told(words.TABLES[name]), told(words.SKIPPED_TABLES[name]), told(text))
            for name, (count, text) in rows.items()
            if count
        ),
        missing=tuple((name, told(words.SKIPPED_TABLES[name])) for name, (count, _) in rows.items() if not count),
        lists=tuple(_lists(results.graph.coverage)),
        unsaid=results.graph.coverage.num_rows == 0,
        span=_span(results),
    )


def method_view(results: Results) -> list[tuple[str, str]]:
    """Detector and its parameters, one line each."""
    return [
        (name, ", ".join(f"{key} = {json.dumps(value, default=str)}" for key, value in sorted(parameters.items())))
        for name, parameters in sorted(results.run.parameters.items())
    ]


def part(amount: float, total: float) -> float:
    """Width of a bar: a part of a whole in hundredths."""
    return round(BAR * amount / total, 2) if total else 0.0


def _span(results: Results) -> str:
    graph = results.graph
    dated = [at[at != NO_TIME] for at in (graph.events.at, graph.post_at, graph.follow_at)]
    ends = [(int(at.min()), int(at.max())) for at in dated if len(at)]
    if not ends:
        return ""
    first, last = min(low for low, _ in ends), max(high for _, high in ends)
    return told(say("from {first} to {last}", first=day(first), last=day(last)))


def _table_rows(results: Results) -> dict[str, tuple[int, Said]]:
    graph = results.graph
    profiles = _told(graph.accounts)
    follows, acts, posts, lists = graph.follows.nnz, len(graph.events), graph.posts.num_rows, graph.coverage.num_rows
    return {
        "accounts": (
            profiles,
            say_many(
                "{count} account, {profiles} of them with a profile",
                "{count} accounts, {profiles} of them with a profile",
                count=graph.accounts.num_rows,
                profiles=profiles,
            ),
        ),
        "follows": (int(follows), say_many("{count} follow", "{count} follows", count=int(follows))),
        "interactions": (
            acts,
            say_many("{count} act: {kinds}", "{count} acts: {kinds}", count=acts, kinds=_kinds(results)),
        ),
        "posts": (posts, say_many("{count} post", "{count} posts", count=posts)),
        "coverage": (lists, say_many("{count} list of a known size", "{count} lists of a known size", count=lists)),
    }


def _kinds(results: Results) -> str:
    """Kinds of act with their rows, the most frequent first: "repost 120, reply 3"."""
    events = results.graph.events
    counts = np.bincount(events.kind, minlength=len(events.kinds)).tolist()
    held = [(name, count) for name, count in zip(events.kinds, counts, strict=True) if count]
    return ", ".join(
        f"{words.act(name)} {number(count)}" for name, count in sorted(held, key=lambda item: (-item[1], item[0]))
    )


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
    columns = {"relation": relation, **{name: coverage[name] for name in ("collected", "declared")}}
    lists, known = _sums(pa.table(columns)), _sums(pa.table(columns).filter(sized))
    rows = []
    for name, (accounts, _, _) in lists.items():
        _, collected, declared = known.get(name, (0, 0, 0))
        text = (
            say("{collected} of {declared}", collected=collected, declared=declared)
            if declared
            else say("size not stated")
        )
        rows.append(
            (words.relation(name), told(words.accounts(accounts)), told(text), words.share(collected, declared))
        )
    return rows


def _sums(lists: pa.Table) -> dict[str, tuple[int, int, int]]:
    """Relation -> lists, collected and declared entries; sorted by relation."""
    sums = lists.group_by("relation").aggregate([([], "count_all"), ("collected", "sum"), ("declared", "sum")])
    return {
        row["relation"]: (row["count_all"], row["collected_sum"] or 0, row["declared_sum"] or 0)
        for row in sums.sort_by("relation").to_pylist()
    }


def _file(results: Results, place: int) -> FileView:
    file = results.files[place]
    most = defaults().pages.quarantine_shown
    reasons = sorted(file.reasons.items(), key=lambda item: (-item[1], item[0]))[:most]
    aside = [
        told(say("column {name} kept aside ({count} cells)", name=repr(name), count=count))
        for name, count in sorted(file.aside.items())
    ]
    return FileView(
        name=file.source.file.replace("\\", "/").rsplit("/", 1)[-1],
        loader=file.source.loader,
        digest=file.source.digest[:12],
        read=number(file.read),
        kept=number(file.kept),
        merged=number(file.merged),
        refused=number(file.refused),
        reasons=tuple((words.refusal(reason), number(count)) for reason, count in reasons),
        notes=(*(notes.told(note) for note in file.notes), *aside),
    )
