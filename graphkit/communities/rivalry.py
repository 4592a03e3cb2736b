"""How camps stand to each other, and who is shut out by all of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import poisson

from graphkit.communities.camps import Camps
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels_links import returned
from graphkit.measures.life import life_of
from graphkit.settings import Settings, defaults
from graphkit.verdicts import NAMED, Verdicts

CONTESTS: Final = ("reply", "comment", "quote")


def rivalry(graph: InfluenceGraph, found: Camps, *, settings: Settings | None = None) -> pa.Table:
    """Every two camps: replies and quotes between them, approvals between them, both beside those due, and a reading.

    Due is what the camps' shares in all such acts given and received suggest. Rivals contest more than is due and
    approve less; allies approve more; two camps that do neither ignore each other. Where there are two or three camps
    most acts stay inside, so less of both is usual: the reading compares contests with approvals.
    """
    rules = (settings or defaults()).camps
    count = max(int(found.camp.max()) + 1, 0)
    contested, contests_due = _between(graph, found, CONTESTS, count)
    approved, approvals_due = _between(graph, found, rules.endorsing, count)
    one, two = np.triu_indices(count, 1)
    columns = {
        "camp": pa.array([f"k{k + 1}" for k in one], pa.string()),
        "other": pa.array([f"k{k + 1}" for k in two], pa.string()),
    }
    for name, table in (
        ("contested", contested),
        ("contested_due", contests_due),
        ("approved", approved),
        ("approved_due", approvals_due),
    ):
        columns[name] = pa.array(table[one, two] + table[two, one], pa.float64())
    said = {name: column.to_numpy() for name, column in columns.items() if name not in ("camp", "other")}
    columns["reading"] = pa.array(_readings(said, rules.rivalry_p), pa.string())
    return pa.table(columns)


def _between(
    graph: InfluenceGraph, found: Camps, kinds: tuple[str, ...], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Acts from camp to camp, and those due."""
    events = graph.events
    rows = np.flatnonzero(events.of_kind(*kinds) & (events.target >= 0) & (events.actor != events.target))
    giver, taker = found.camp[events.actor[rows]], found.camp[events.target[rows]]
    told = (giver >= 0) & (taker >= 0)
    seen = np.zeros((count, count))
    np.add.at(seen, (giver[told], taker[told]), 1.0)
    return seen, np.outer(seen.sum(axis=1), seen.sum(axis=0)) / max(seen.sum(), 1.0)


def _readings(said: dict[str, NDArray[np.float64]], p: float) -> list[str]:
    """Of all acts that cross between two camps, contests have a usual share; rivals have more of them, allies fewer."""
    contests, approvals = said["contested"], said["approved"]
    everything = contests.sum() + approvals.sum()
    usual = contests.sum() / max(everything, 1.0)
    due = usual * (contests + approvals)
    readings = []
    for k in range(len(contests)):
        if contests[k] + approvals[k] < 0.1 * (said["contested_due"][k] + said["approved_due"][k]):
            readings.append("ignore")
        elif poisson.sf(contests[k] - 1, due[k]) < p:
            readings.append("rivals")
        elif poisson.cdf(contests[k], due[k]) < p:
            readings.append("allies")
        else:
            readings.append("neither")
    return readings


def outcasts(graph: InfluenceGraph, verdicts: Verdicts, found: Camps, *, settings: Settings | None = None) -> pa.Table:
    """People who turn to several camps and to whom nobody turns: id, turned_to, camps, answered, due, p; smallest p first.

    `turned_to` counts the distinct accounts in camps that an account acted on, `answered` those of them that ever acted
    on it, `due` how many are usual: the share of such pairs that is answered in all data. A newcomer has turned to few,
    so little is due and nothing is held to be told.
    """
    rules = (settings or defaults()).camps
    contacts = life_of(graph).contacts
    contacts.sort_indices()
    actor = np.repeat(np.arange(graph.n), np.diff(contacts.indptr))
    target, back = contacts.indices.astype(np.int64), returned(contacts) >= 0
    person = np.nan_to_num(verdicts.authentic, nan=1.0) >= NAMED
    looked = (found.camp[target] >= 0) & person[actor]
    usual = _usual(target[looked], back[looked], graph.n)
    turned = np.bincount(actor[looked], minlength=graph.n)
    answered = np.bincount(actor[looked], back[looked], minlength=graph.n)
    due = np.bincount(actor[looked], usual[target[looked]], minlength=graph.n)
    sides = np.unique(np.stack([actor[looked], found.camp[target[looked]]]), axis=1)[0]
    camps = np.bincount(sides, minlength=graph.n)
    p = poisson.cdf(answered, due)
    told = np.flatnonzero((camps >= 2) & (p * max((turned > 0).sum(), 1) < rules.outcast_p))
    told = told[np.lexsort((told, p[told]))]
    return pa.table(
        {
            "id": graph.accounts["id"].take(pa.array(told)),
            "turned_to": turned[told],
            "camps": camps[told],
            "answered": answered[told].astype(np.int64),
            "due": due[told],
            "p": p[told],
        }
    )


def _usual(target: NDArray[np.int64], back: NDArray[np.bool_], n: int) -> NDArray[np.float64]:
    """How often each account answers those who turn to it, drawn towards all accounts where few did."""
    share = float(back.mean()) if len(back) else 0.0
    turned, answered = np.bincount(target, minlength=n), np.bincount(target, back, minlength=n)
    return (answered + 5.0 * share) / (turned + 5.0)
