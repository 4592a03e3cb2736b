"""What every detector and every kernel must obey; an AssertionError names the broken promise.

`check_detector(MyDetector)` and `check_kernel(fast, naive)` are for detectors and kernels of others too. Stores have
their own suite in `graphkit.lab.checks_stores`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array, issparse

from graphkit.dataset import ACCOUNT_COLUMNS, TABLES, Dataset, Tables, conform
from graphkit.evidence import KINDS, Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.worlds import World

SCORES: Final = ("p_bot", "p_ring", "p_pod", "p_compromised")
STRANGERS: Final = 40
PREFIX: Final = "renamed:"
WORLD: Final = "default"
ACCOUNTS: Final = 2_500


def check_detector(kind: type[Any], *, world: World | None = None, seed: int = 0) -> None:
    """Passes if a detector keeps every promise of `CHECKS` on a world (a small one with everything planted)."""
    world = world if world is not None else worlds.make(WORLD, accounts=ACCOUNTS, seed=seed)
    check_form(kind)
    case = Case(kind, world)
    for check in CHECKS:
        check(case)


@dataclasses.dataclass(frozen=True)
class Case:
    """A detector on a world, with its answer."""

    kind: Any
    world: World

    @property
    def name(self) -> str:
        return str(self.kind.__name__)

    def detected(self, tables: Tables) -> Answer:
        """What the detector says of some tables."""
        graph = InfluenceGraph.build(tables)
        found = self.kind().detect(graph, seed=0)
        return Answer(tuple(graph.accounts["id"].to_pylist()), found.scores, tuple(found))

    @cached_property
    def answer(self) -> Answer:
        """What the detector says of the world."""
        return self.detected(self.world.tables)


@dataclasses.dataclass(frozen=True)
class Answer:
    """Accounts, the scores of each, and the findings."""

    ids: tuple[str, ...]
    scores: Mapping[str, Any]
    findings: tuple[Finding, ...]

    @property
    def groups(self) -> set[frozenset[str]]:
        return {frozenset(finding.accounts) for finding in self.findings}

    @property
    def accused(self) -> set[str]:
        return {name for finding in self.findings for name in finding.accounts}


def check_form(kind: Any) -> None:
    """A frozen dataclass with defaults that asks a question, says what it needs and explains itself."""
    is_dataclass = dataclasses.is_dataclass(kind)
    assert is_dataclass, f"{kind.__name__} is no dataclass"
    detector = kind()
    assert detector == dataclasses.replace(detector), f"{kind.__name__}() does not equal its copy"
    assert hash(detector) == hash(dataclasses.replace(detector)), f"{kind.__name__} is not frozen"
    assert kind.question.endswith("?"), f"{kind.__name__}.question does not end in a question mark"
    assert set(kind.needs) <= set(TABLES), f"{kind.__name__}.needs names no table of the contract"
    assert kind.NAME.title().replace("_", "") == kind.__name__, f"{kind.__name__}.NAME does not fit the class"
    assert kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("), f"{kind.__name__} has no docstring"


def check_answers(case: Case) -> None:
    """Scores are chances or NaN, one an account; findings name accounts of the graph, with evidence and rivals."""
    for name, values in case.answer.scores.items():
        assert name in SCORES, f"{case.name} gives a score {name!r}; accepted are {', '.join(SCORES)}"
        count = len(case.answer.ids)
        assert values.shape == (count,), f"{case.name}: {name} has {len(values)} values for {count} accounts"
        said = values[~np.isnan(values)]
        assert ((said >= 0) & (said <= 1)).all(), f"{case.name}: {name} leaves 0..1"
    everybody = set(case.answer.ids)
    for finding in case.answer.findings:
        _check_finding(case.name, finding, everybody)


def _check_finding(name: str, finding: Finding, everybody: set[str]) -> None:
    assert finding.kind in KINDS, f"{name} finds {finding.kind!r}; accepted are {', '.join(KINDS)}"
    assert finding.accounts, f"{name}: finding {finding.id} has no members"
    assert {*finding.accounts, *finding.beneficiaries} <= everybody, f"{name}: {finding.id} names unknown accounts"
    assert len(set(finding.accounts)) == len(finding.accounts), f"{name}: {finding.id} names a member twice"
    assert finding.evidence, f"{name}: {finding.id} has no evidence"
    assert finding.innocent or finding.rivals or finding.against, f"{name}: {finding.id} has no other explanation"
    assert finding.sentence.endswith("."), f"{name}: {finding.id} has no sentence"
    chances = [e.p for e in finding.evidence if e.p is not None]
    assert all(0 <= p <= 1 for p in chances), f"{name}: {finding.id} has a p outside 0..1"
    assert finding.q is None or 0 <= finding.q <= 1, f"{name}: {finding.id} has a q outside 0..1"


def check_same_seed(case: Case) -> None:
    """The same seed gives the same answer."""
    _same(case.answer, case.detected(case.world.tables), f"{case.name}: the same seed gave another answer")


def check_row_order(case: Case) -> None:
    """The order of the rows of the tables changes nothing."""
    rng = np.random.default_rng(1)
    mixed = {name: table.take(pa.array(rng.permutation(table.num_rows))) for name, table in case.world.tables.items()}
    _same(case.answer, case.detected(mixed), f"{case.name}: the order of rows matters")


def check_renaming(case: Case) -> None:
    """What accounts are called changes nothing, as long as their order stays."""
    renamed = {name: _renamed(table, ACCOUNT_COLUMNS[name]) for name, table in case.world.tables.items()}
    other = case.detected(renamed)
    _same(case.answer, other, f"{case.name}: names of accounts matter", prefix=PREFIX)


def check_strangers(case: Case) -> None:
    """Accounts without any tie or act are not accused, and nobody is accused or cleared because of them."""
    names = [f"stranger{number}" for number in range(STRANGERS)]
    strangers = conform("accounts", pa.table({"id": names}))
    tables = case.world.tables
    later = case.detected({**tables, "accounts": pa.concat_tables([tables["accounts"], strangers])}).accused
    accused = case.answer.accused
    assert not later & set(names), f"{case.name} accuses accounts that did nothing"
    changed = len(accused ^ later)
    assert changed <= 0.02 * len(accused), f"{case.name}: {changed} of {len(accused)} accused hang on strangers"


def check_silence(case: Case) -> None:
    """Nothing is found in shuffled copies of the world."""
    for seed in range(2):
        found = case.detected(case.world.shuffled(seed).tables).findings
        assert not found, f"{case.name} finds {len(found)} groups in a shuffled world: {found[0].sentence}"


def check_little(case: Case) -> None:
    """With no rows a detector finds nothing; from the tables that it needs alone it answers without failing."""
    assert not case.detected(Dataset().tables).findings, f"{case.name} finds something in an empty graph"
    needed = case.kind.needs or TABLES
    answer = case.detected({name: table for name, table in case.world.tables.items() if name in needed})
    for finding in answer.findings:
        _check_finding(case.name, finding, set(answer.ids))


CHECKS: Final = (
    check_answers,
    check_same_seed,
    check_row_order,
    check_renaming,
    check_strangers,
    check_silence,
    check_little,
)


def _same(one: Answer, other: Answer, complaint: str, *, prefix: str = "") -> None:
    groups = {frozenset(prefix + name for name in group) for group in one.groups}
    assert groups == other.groups, f"{complaint}: {len(groups ^ other.groups)} findings differ"
    assert one.scores.keys() == other.scores.keys(), f"{complaint}: other scores are given"
    order = {name: row for row, name in enumerate(other.ids)}
    rows = np.array([order[prefix + name] for name in one.ids], np.int64)
    for name, values in one.scores.items():
        assert np.allclose(values, other.scores[name][rows], atol=1e-6, equal_nan=True), f"{complaint}: {name} differs"


def _renamed(table: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    for name in columns:
        place = table.schema.get_field_index(name)
        new = pc.binary_join_element_wise(PREFIX, table.column(name), "")
        table = table.set_column(place, table.schema.field(name), new)
    return table


def check_kernel(fast: Callable[..., Any], naive: Callable[..., Any], *, mutual: bool = False, seed: int = 0) -> None:
    """Passes if a kernel and its readable twin agree on random graphs, the empty graph and a single node.

    Both take the links as the only argument; with `mutual` the links are symmetric.
    """
    for links in random_links(seed=seed, mutual=mutual):
        expected, got = naive(links), fast(links)
        where = f"{links.shape[0]} nodes and {links.nnz} links"
        assert _equal(expected, got), f"{fast.__name__} and its twin differ on {where}: {got!r} and {expected!r}"


def random_links(*, seed: int = 0, mutual: bool = False) -> Iterator[csr_array]:
    """Graphs without self-ties: empty, a single node, sparse, dense, and with a planted block."""
    rng = np.random.default_rng(seed)
    for n, density in ((0, 0.0), (1, 0.0), (2, 1.0), (6, 0.5), (30, 0.05), (30, 0.3), (80, 0.02)):
        for block in (0, n // 4):
            dense = rng.random((n, n)) < density
            dense[:block, :block] |= rng.random((block, block)) < 0.9
            np.fill_diagonal(dense, False)
            links = csr_array((dense & dense.T if mutual else dense).astype(np.int8))
            links.sort_indices()
            yield links


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(_equal, one, other))
    one, other = (np.asarray(value.todense()) if issparse(value) else np.asarray(value) for value in (one, other))
    same = partial(np.allclose, equal_nan=True) if one.dtype.kind == "f" else np.array_equal
    return bool(one.shape == other.shape and same(one, other))
