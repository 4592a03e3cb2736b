"""Which accounts are explained: those with an audience that a finding names, or whose following is out of the usual."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from graphkit.evidence import Finding, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import whole as counts
from graphkit.language import told
from graphkit.measures import nulls
from graphkit.rivals.accounts import Explained, explain
from graphkit.rivals.audience import Audience, audience_of
from graphkit.rivals.case import CAUSES
from graphkit.settings import current
from graphkit.verdicts import Verdicts


def influencers(graph: InfluenceGraph, findings: Iterable[Finding], verdicts: Verdicts) -> tuple[Explained, ...]:
    """The flagged accounts with an audience and their explanations, the most unusual followings first."""
    if not graph.follows.nnz:
        return ()
    naming = _named(findings)
    seen, place = audience_of(graph), {account: node for node, account in enumerate(graph.account_ids)}
    flagged = _odd(seen)
    flagged[[place[account] for account in naming]] = True
    large = _with_audience(graph)
    found = [explain(graph, int(node), verdicts) for node in np.flatnonzero(flagged & large)]
    found = [replace(one, findings=tuple(naming.get(one.account, ()))) for one in found]
    return tuple(sorted(found, key=lambda one: (-one.unusual, one.account)))


def whole(found: Iterable[Explained]) -> list[dict[str, object]]:
    """The explanations as JSON values, as they stand in `rivals.json`."""
    return [
        {
            "account": one.account,
            "symptom": told(one.symptom),
            "followers": one.followers,
            "unusual": one.unusual,
            "findings": list(one.findings),
            "rivals": [_rival(rival) for rival in one.rivals],
        }
        for one in found
    ]


def _rival(rival: Rival) -> dict[str, object]:
    return {
        "name": rival.name,
        "says": told(CAUSES[rival.name]),
        "weight": rival.weight,
        "speaks_for": [told(text) for text in rival.speaks_for],
        "speaks_against": [told(text) for text in rival.speaks_against],
        "missing": [told(text) for text in rival.missing],
    }


def _named(findings: Iterable[Finding]) -> dict[str, list[str]]:
    naming: dict[str, list[str]] = {}
    for finding in findings:
        for member in finding.members:
            if member.role == "beneficiary" or finding.kind in ("follow_ring", "pod"):
                naming.setdefault(member.account, []).append(finding.id)
    return naming


def _odd(seen: Audience) -> np.ndarray:
    """Followings with a rush, or with more silent mutual ties than chance gives in any of them."""
    followers = np.diff(seen.graph.followers.indptr)
    odd = np.zeros(seen.graph.n, bool)
    odd[seen.came.customer[seen.came.size >= current().rivals.rush]] = True
    p = nulls.binomial_tail(seen.silent, followers, seen.usual_silent)
    return np.asarray(odd | (p * max((followers > 0).sum(), 1) < 0.01))


def _with_audience(graph: InfluenceGraph) -> np.ndarray:
    stated = counts(graph.accounts["followers"], 0)
    bounds = current().rivals
    return np.asarray((np.diff(graph.followers.indptr) >= bounds.seen) | (stated >= bounds.stated))
