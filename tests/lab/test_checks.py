"""The conformance suite: our detectors pass by existing, and broken ones are caught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from graphkit import detectors
from graphkit.evidence import Detection, Evidence, Finding, Member
from graphkit.lab import checks, worlds


@pytest.fixture(scope="module")
def world():
    return worlds.make("default", accounts=1_000, seed=0)


@pytest.mark.parametrize("kind", detectors.every(), ids=lambda kind: kind.NAME)
def test_every_detector_keeps_the_promises(kind, world):
    checks.check_detector(kind, world=world)


def finding(*accounts):
    return Finding(
        kind="bot_cluster",
        members=tuple(Member(account) for account in accounts),
        evidence=(Evidence("they were picked", 1.0, 1.0, "chance", 1.0),),
        innocent=("anything",),
        sentence="These accounts were picked.",
    )


@dataclass(frozen=True)
class Sample:
    """A detector of others that does as its `answer` says."""

    NAME: ClassVar[str] = "sample"
    question: ClassVar[str] = "Who is in the sample?"
    needs: ClassVar[frozenset[str]] = frozenset({"follows"})

    def detect(self, graph, *, seed=0):
        return Detection(tuple(self.found(graph)), {"p_bot": np.zeros(graph.n)})

    def found(self, graph):
        return []


def broken(found=None, name="Sample", **members):
    return type(name, (Sample,), {"__doc__": "A broken one.", **members} | ({"found": found} if found else {}))


def ids(graph):
    return graph.accounts["id"].to_pylist()


def test_a_silent_detector_of_others_passes(world):
    checks.check_detector(Sample, world=world)


def test_a_detector_that_always_finds_something_is_caught(world):
    def found(self, graph):
        return [finding(*ids(graph)[:3])] if graph.n else []

    with pytest.raises(AssertionError, match="in a shuffled world"):
        checks.check_detector(broken(found), world=world)


def test_a_detector_that_reads_meaning_into_names_is_caught(world):
    def found(self, graph):
        return [finding(*[name for name in ids(graph) if name.endswith("7") and name.startswith("2")])]

    with pytest.raises(AssertionError, match=r"names of accounts matter|empty graph"):
        checks.check_renaming(checks.Case(broken(found), world))


def test_a_detector_that_hangs_on_the_number_of_accounts_is_caught(world):
    def found(self, graph):
        return [finding(*ids(graph)[-3:])]

    with pytest.raises(AssertionError, match="accuses accounts that did nothing"):
        checks.check_strangers(checks.Case(broken(found), world))


def test_a_detector_that_draws_without_its_seed_is_caught(world):
    def found(self, graph):
        return [finding(*np.random.default_rng().choice(ids(graph), 5, replace=False).tolist())]

    with pytest.raises(AssertionError, match="the same seed gave another answer"):
        checks.check_same_seed(checks.Case(broken(found), world))


def test_a_chance_above_one_is_caught(world):
    def detect(self, graph, *, seed=0):
        return Detection((), {"p_bot": np.full(graph.n, 1.5)})

    with pytest.raises(AssertionError, match=r"leaves 0\.\.1"):
        checks.check_answers(checks.Case(broken(detect=detect), world))


def test_a_finding_without_evidence_is_caught(world):
    def found(self, graph):
        return [Finding(kind="pod", members=(Member(ids(graph)[0]),), evidence=())]

    with pytest.raises(AssertionError, match="has no evidence"):
        checks.check_answers(checks.Case(broken(found), world))


def test_a_detector_without_a_question_or_with_unknown_needs_is_caught():
    with pytest.raises(AssertionError, match="question mark"):
        checks.check_form(broken(question="Who."))
    with pytest.raises(AssertionError, match="no table of the contract"):
        checks.check_form(broken(needs=frozenset({"likes"})))


def degrees(links):
    return np.diff(links.indptr)


def naive_degrees(links):
    return np.array([sum(1 for v in row if v) for row in links.toarray().tolist()], int)


def test_a_kernel_and_its_twin_that_agree_pass():
    checks.check_kernel(degrees, naive_degrees)


def test_a_kernel_that_forgets_the_last_node_is_caught():
    def short(links):
        return np.diff(links.indptr)[:-1]

    with pytest.raises(AssertionError, match="differ on 1 nodes"):
        checks.check_kernel(short, naive_degrees)


def test_random_links_have_no_selfties_and_are_mutual_where_asked():
    sizes = set()
    for links in checks.random_links(mutual=True):
        dense = links.toarray()
        sizes.add(len(dense))
        assert not np.diagonal(dense).any()
        assert (dense == dense.T).all()
    assert {0, 1} <= sizes
