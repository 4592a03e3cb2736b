"""What a run means for every account: reach, communities, and all that the pages show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from graphkit.analysis.detecting import Detected
from graphkit.analysis.steps import Steps
from graphkit.analysis.tables import REACH, accounts_table
from graphkit.audience.reach import reach
from graphkit.audience.roles import roles, tiers
from graphkit.communities.belonging import communities
from graphkit.communities.camps import camps
from graphkit.dataset import FileReport
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import beside
from graphkit.results import Results, RunFacts
from graphkit.settings import Settings


def results_of(
    graph: InfluenceGraph,
    run: Detected,
    *,
    files: Sequence[FileReport] = (),
    settings: Settings | None = None,
    steps: Steps | None = None,
    sides: Callable[[], pa.Table] | None = None,
) -> Results:
    """The tables and findings of a run, ready for report and map; `sides` gives what `sides_of` does, if it is being made."""
    steps = steps or Steps()
    if sides is None:
        with beside(lambda: sides_of(graph, run, steps, settings=settings)) as made:
            return results_of(graph, run, files=files, settings=settings, steps=steps, sides=made)
    with steps.step("reach"):
        audience = reach(graph, run.verdicts, findings=run.findings, settings=settings)
    told = roles(graph, run.verdicts, audience, settings=settings)
    groups = sides()
    role = pa.array([told[one].name if one in told else None for one in graph.account_ids], pa.string())
    return Results(
        accounts=accounts_table(graph, run.verdicts, groups.append_column("role", role)),
        findings=run.findings,
        reach=audience.select(REACH.names).cast(REACH),
        graph=graph,
        run=facts(run),
        files=tuple(files),
    )


def facts(run: Detected) -> RunFacts:
    """What a page prints of a run."""
    return RunFacts(
        id=run.id,
        version=run.version,
        seed=run.seed,
        at=run.started_at,
        parameters=run.detectors,
        skipped=run.skipped,
        notes=run.notes,
    )


def sides_of(graph: InfluenceGraph, run: Detected, steps: Steps, *, settings: Settings | None) -> pa.Table:
    """Community, camp and tier of every account; camp is null where none is told."""
    with steps.step("communities"):
        found = communities(graph, seed=run.seed, settings=settings)
        sides = camps(graph, run.verdicts, seed=run.seed, settings=settings)
        return pa.table(
            {
                "community": pa.array(np.char.add("c", (found + 1).astype(str)), pa.string(), mask=found < 0),
                "camp": pa.array(sides.names, pa.string()),
                "tier": tiers(graph, settings=settings),
            }
        )
