"""Acts under a second hand that no finding names: told by where suspects meet, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scene import DAY, START, judged, like, names, network

from graphkit.audience.commands import with_all_commands
from graphkit.audience.reach import estimate
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import Verdicts


def town(*, meeting: bool) -> tuple[InfluenceGraph, Verdicts]:
    """Ten suspects among 200 people; each acts on two friends, all follow a star; where they meet, at one client."""
    people, suspects = names("p", 200), names("v", 10)
    acts = [
        like(one, f"own{(k + step) % 200}", START + k) for k, one in enumerate(people + suspects) for step in (1, 7)
    ]
    acts += [like(one, "star0", START) for one in people[:60] + suspects]
    acts += [like(one, "client0", START) for one in people[:20] + (suspects if meeting else [])]
    posts = [{"id": f"own{k}", "author": one, "at": START - DAY} for k, one in enumerate(people)]
    posts += [{"id": f"{one}0", "author": one, "at": START - DAY} for one in ("star", "client")]
    graph = network([(one, "star") for one in people[:60] + suspects], acts, posts)
    taken = np.zeros(graph.n)
    taken[[graph.node(one) for one in suspects]] = 0.9
    return graph, replace(judged(graph), p_compromised=taken)


def test_acts_of_suspects_who_meet_at_a_stranger_are_commanded_as_far_as_more_meet_than_are_due() -> None:
    graph, verdicts = town(meeting=True)
    told = with_all_commands(graph, verdicts).commanded
    client = graph.events.target == graph.node("client")
    suspects = np.char.startswith(np.array(graph.account_ids)[graph.events.actor].astype(str), "v")
    due = 20 * 10 / 200  # suspects are a twentieth of the others
    assert told[client & suspects] == pytest.approx(0.9 * (1 - due / 10))
    assert not told[~(client & suspects)].any()  # neither the own life of victims nor a star that they follow
    assert estimate(graph, "client", verdicts).engaged == round(20 + 10 * (1 - 0.9 * 0.9))


def test_without_a_meeting_nothing_is_commanded() -> None:
    graph, verdicts = town(meeting=False)
    assert with_all_commands(graph, verdicts) is verdicts or not with_all_commands(graph, verdicts).commanded.any()


def test_what_a_finding_has_told_is_left_as_it_is() -> None:
    graph, verdicts = town(meeting=True)
    said = np.where(graph.events.target == graph.node("client"), 0.97, 0.0).astype(np.float32)
    assert with_all_commands(graph, replace(verdicts, commanded=said)).commanded.tolist() == said.tolist()
