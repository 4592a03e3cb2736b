"""The tables of the results contract: one row an account, one row a member of a finding, one row a reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from graphkit.evidence import Evidence, Finding, Rival, numbered
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import spoken, told
from graphkit.verdicts import Verdicts

ACCOUNTS: Final = pa.schema(
    [
        ("id", pa.string()),
        ("p_bot", pa.float64()),
        ("p_ring", pa.float64()),
        ("p_pod", pa.float64()),
        ("p_compromised", pa.float64()),
        ("authentic", pa.float64()),
        ("label", pa.string()),
        ("reason", pa.string()),
        ("community", pa.string()),
        ("camp", pa.string()),
        ("role", pa.string()),
        ("tier", pa.string()),
    ]
)
FINDINGS: Final = pa.schema(
    [
        ("finding", pa.string()),
        ("kind", pa.string()),
        ("account", pa.string()),
        ("role", pa.string()),
        ("p", pa.float64()),
        ("q", pa.float64()),
    ]
)
REACH: Final = pa.schema(
    [
        ("id", pa.string()),
        ("followers", pa.int64()),
        ("seen", pa.int64()),
        ("removed_bot", pa.int64()),
        ("removed_bought", pa.int64()),
        ("removed_ring", pa.int64()),
        ("removed_inactive", pa.int64()),
        ("real", pa.int64()),
        ("real_low", pa.int64()),
        ("real_high", pa.int64()),
        ("engaged", pa.int64()),
        ("moved", pa.float64()),
        ("moved_low", pa.float64()),
        ("moved_high", pa.float64()),
    ]
)


def accounts_table(graph: InfluenceGraph, verdicts: Verdicts, groups: pa.Table) -> pa.Table:
    """One row an account, in the order of ids; `groups` holds community, camp, role and tier by the same rows."""
    columns: dict[str, Any] = {"id": graph.accounts["id"]}
    for name in ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic"):
        columns[name] = numbers(getattr(verdicts, name))
    reasons = {reason: told(reason) for reason in set(verdicts.reason)}  # few sentences, many accounts
    columns |= {
        "label": pa.array(verdicts.label, pa.string()),
        "reason": pa.array([reasons[reason] for reason in verdicts.reason], pa.string()),
    }
    columns |= {name: groups[name] for name in ("community", "camp", "role", "tier")}
    return pa.table([columns[column.name] for column in ACCOUNTS], schema=ACCOUNTS)


def findings_table(findings: Iterable[Finding]) -> pa.Table:
    """One row an account of a finding, members before beneficiaries, both by id."""
    rows = [
        {
            "finding": name,
            "kind": finding.kind,
            "account": member.account,
            "role": member.role,
            "p": number(member.p),
            "q": number(finding.q),
        }
        for name, finding in ((finding.id, finding) for finding in findings)
        for member in sorted(finding.members, key=lambda member: (member.role != "member", member.account))
    ]
    return pa.Table.from_pylist(rows, schema=FINDINGS)


def findings_whole(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """The findings with all their grounds, as JSON values, in the language spoken here; each names it."""
    return [
        {
            "finding": finding.id,
            "kind": finding.kind,
            "language": spoken(),
            "sentence": told(finding.sentence),
            "q": number(finding.q),
            "members": [{"account": m.account, "role": m.role, "p": number(m.p)} for m in finding.members],
            "evidence": [_evidence(id, evidence) for id, evidence in numbered("e", finding.evidence)],
            "against": [_evidence(id, evidence) for id, evidence in numbered("a", finding.against)],
            "innocent": _all(finding.innocent),
            "rivals": [_rival(rival) for rival in finding.rivals],
            "detail": {name: _detail(value) for name, value in finding.detail.items()},
        }
        for finding in findings
    ]


def numbers(values: Any) -> pa.Array:
    """Numbers as a column; NaN becomes null, for it means that there is not enough data."""
    array = np.asarray(values, dtype=np.float64)
    return pa.array(array, pa.float64(), mask=np.isnan(array))


def number(value: float | None) -> float | None:
    """The number, or None where it is unknown or NaN."""
    return None if value is None or np.isnan(value) else float(value)


def _evidence(id: str, evidence: Evidence) -> dict[str, object]:
    return {
        "id": id,
        "claim": told(evidence.claim),
        "observed": number(evidence.observed),
        "expected": number(evidence.expected),
        "baseline": told(evidence.baseline),
        "p": number(evidence.p),
        "examples": _all(evidence.examples),
    }


def _rival(rival: Rival) -> dict[str, object]:
    return {
        "name": rival.name,
        "weight": number(rival.weight),
        "speaks_for": _all(rival.speaks_for),
        "speaks_against": _all(rival.speaks_against),
        "missing": _all(rival.missing),
    }


def _all(texts: Iterable[str]) -> list[str]:
    return [told(text) for text in texts]


def _detail(value: object) -> object:
    """A figure of a finding as it is; sentences in it in the language spoken here."""
    if isinstance(value, list | tuple):
        return [_detail(item) for item in value]
    return told(value) if isinstance(value, str) else value
