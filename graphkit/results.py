"""What a finished analysis hands to the pages: tables, findings, the graph, and how they came about.

Compromised accounts belong to people who were harmed. `Names` keeps their names, handles and ids out of whatever is
shown, also inside sentences, unless a reader asks for them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.dataset import FileReport
from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say, spoken, told


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How the results came about: what a page prints at its foot."""

    id: str
    version: str
    seed: int
    at: int  # UTC milliseconds: the only time a page prints for itself
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # detector -> parameters
    skipped: Mapping[str, str] = field(default_factory=dict)  # step -> why it was not done
    notes: tuple[str, ...] = ()  # sampled, capped, rounded: in words
    timings: Mapping[str, float] = field(default_factory=dict)  # step -> seconds; not printed where bytes must repeat


@dataclass(frozen=True)
class Results:
    """Everything a page needs, and nothing of how it was computed."""

    accounts: pa.Table  # results contract: id, p_bot, ..., label, reason, community, role, tier
    findings: tuple[Finding, ...]
    reach: pa.Table  # results contract: id, followers, seen, removed_*, real, real_low, real_high, ...
    graph: InfluenceGraph
    run: RunFacts
    files: tuple[FileReport, ...] = ()
    title: str = say("Influence network")

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Ids of accounts under a second hand: their names are not for sharing.

        Who pushed a trend may belong to a victim too, unless it is told to be a machine.
        """
        labels = dict(zip(self.accounts["id"].to_pylist(), self.accounts["label"].to_pylist(), strict=True))
        taken = {account for account, label in labels.items() if label == "compromised"}
        taken = taken.union(*(f.accounts for f in self.findings if f.kind == "compromised"))
        pushed = {account for f in self.findings if f.kind == "trend_push" for account in f.accounts}
        return frozenset(taken | {account for account in pushed if labels.get(account) != "bot"})

    def reach_of(self, account: str) -> dict[str, float | None]:
        """The row of an account in the reach table; empty where it has none."""
        place = int(pc.index(self.reach["id"], account).as_py())
        row: dict[str, float | None] = self.reach.slice(place, 1).to_pylist()[0] if place >= 0 else {}
        return row


class Names:
    """How accounts are called on a page: by handle, else by name, else by id; hidden ones by a number.

    `of` lists accounts that are looked up at once; others are when they are first called. `public_id` is the id as a page
    may carry it; `clean` takes hidden names, handles and ids out of a sentence.
    """

    def __init__(self, results: Results, of: Iterable[str] = (), *, hidden: Iterable[str] = ()) -> None:
        self._graph = results.graph
        known = _rows(results.graph.accounts, sorted({*of, *hidden}))
        self._called = {str(row["id"]): _called(row) for row in known}
        self._cleaned: dict[tuple[str, str], str] = {}
        self._number = {account: number for number, account in enumerate(sorted(hidden), start=1)}
        self._secret = {
            account: say("account {number} (name hidden)", number=number) for account, number in self._number.items()
        }
        self._traces = {
            trace: self._secret[account]
            for row in known
            if (account := str(row["id"])) in self._secret
            for trace in (row["name"], (row["handle"] or "").lstrip("@"))
            if trace
        } | self._secret

    def __call__(self, account: str) -> str:
        return told(self._secret.get(account) or self._called.get(account) or self._looked_up(account))

    def brief(self, account: str) -> str:
        """The name where there is little room: a hidden account is its number alone."""
        if account in self._number:
            return told(say("account {number}", number=self._number[account]))
        return self(account)

    def public_id(self, account: str) -> str:
        """The id itself, or a stand-in for a hidden account."""
        return f"hidden-{self._number[account]}" if account in self._number else account

    def is_hidden(self, account: str) -> bool:
        return account in self._secret

    def clean(self, text: str) -> str:
        """The text in the language spoken here, without any name, handle or id of a hidden account."""
        said = told(text)
        if not self._traces:
            return said
        known = (spoken(), said)  # explanations are the same beside many findings
        if known not in self._cleaned:
            self._cleaned[known] = self._pattern.sub(lambda found: told(self._traces[found[1]]), said)
        return self._cleaned[known]

    def _looked_up(self, account: str) -> str:
        """The name of an account; ids are sorted in every graph. An id that is in no graph is its own name."""
        ids = self._graph.account_ids
        place = bisect_left(ids, account)
        known = place < len(ids) and ids[place] == account
        row = self._graph.accounts.select(["id", "handle", "name"]).slice(place, 1).to_pylist()[0] if known else None
        return self._called.setdefault(account, _called(row) if row else account)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._traces, key=lambda trace: (-len(trace), trace))
        return re.compile(r"(?<!\w)@?(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


def _called(row: Mapping[str, str | None]) -> str:
    handle = (row["handle"] or "").lstrip("@")
    return f"@{handle}" if handle else str(row["name"] or row["id"])


def _rows(accounts: pa.Table, ids: list[str]) -> list[dict[str, str | None]]:
    found = pc.index_in(pa.array(ids, pa.string()), value_set=accounts["id"].combine_chunks()).drop_null()
    rows: list[dict[str, str | None]] = accounts.select(["id", "handle", "name"]).take(found).to_pylist()
    return rows
