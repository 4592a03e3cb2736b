"""What every detector and every kernel must obey; an AssertionError names the broken promise.

`check_detector(MyDetector)` and `check_kernel(fast, naive)` are for detectors and kernels of others too. Stores have
their own suite in `graphkit.lab.checks_stores`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array, issparse

from graphkit.dataset import TABLES, Dataset, Tables
from graphkit.evidence import KINDS, Detection, Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.worlds import World

ID_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": ("id",),
    "follows": ("follower", "followed"),
    "interactions": ("actor", "target"),
    "posts": ("author",),
    "coverage": ("account",),
}
SCORES: Final = ("p_bot", "p_ring", "p_pod", "p_compromised")
STRANGERS: Final = 40
WORLD: Final = "default"
ACCOUNTS: Final = 2_500


def check_detector(kind: type[Any], *, world: World | None = None, seed: int = 0) -> None:
    """Passes if a detector keeps every promise of `CHECKS` on a world (a small one with everything planted)."""
    world = world if world is not None else worlds.make(WORLD, accounts=ACCOUNTS, seed=seed)
    check_form(kind)
    for check in CHECKS:
        check(kind, world)


def check_form(kind: type[Any]) -> None:
    """A frozen dataclass with defaults that asks a question, says what it needs and explains itself."""
    assert dataclasses.is_dataclass(kind), f"{kind.__name__} is no dataclass"
    detector = kind()
    assert detector == dataclasses.replace(detector), f"{kind.__name__}() does not equal its copy"
    assert hash(detector) == hash(dataclasses.replace(detector)), f"{kind.__name__} is not frozen"
    assert kind.question.endswith("?"), f"{kind.__name__}.question does not end in a question mark"
    assert kind.needs and set(kind.needs) <= set(TABLES), f"{kind.__name__}.needs names no table of the contract"
    assert kind.NAME.title().replace("_", "") == kind.__name__, f"{kind.__name__}.NAME does not fit the class"
    assert kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("), f"{kind.__name__} has no docstring"


def check_answers(kind: type[Any], world: World) -> None:
    """Scores are chances or NaN, one an account; findings name accounts of the graph, with evidence and rivals."""
    graph = InfluenceGraph.build(world.tables)
    found = kind().detect(graph, seed=0)
    for name, values in found.scores.items():
        assert name in SCORES, f"{kind.__name__} gives a score {name!r}; accepted are {', '.join(SCORES)}"
        assert values.shape == (graph.n,), f"{kind.__name__}: {name} has {len(values)} values for {graph.n} accounts"
        said = values[~np.isnan(values)]
        assert ((said >= 0) & (said <= 1)).all(), f"{kind.__name__}: {name} leaves 0..1"
    everybody = set(graph.accounts["id"].to_pylist())
    for finding in found:
        _check_finding(kind.__name__, finding, everybody)


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


def check_same_seed(kind: type[Any], world: World) -> None:
    """The same seed gives the same answer."""
    first, second = (_detected(kind, world.tables) for _ in range(2))
    _same(first, second, f"{kind.__name__}: the same seed gave another answer")


def check_row_order(kind: type[Any], world: World) -> None:
    """The order of the rows of the tables changes nothing."""
    rng = np.random.default_rng(1)
    mixed = {name: table.take(pa.array(rng.permutation(table.num_rows))) for name, table in world.tables.items()}
    _same(_detected(kind, world.tables), _detected(kind, mixed), f"{kind.__name__}: the order of rows matters")


def check_renaming(kind: type[Any], world: World) -> None:
    """What accounts are called changes nothing."""
    renamed = {name: _renamed(table, ID_COLUMNS[name]) for name, table in world.tables.items()}
    one, other = _detected(kind, world.tables), _detected(kind, renamed)
    back = {f"acct:{name}": name for name in one[0]}
    named = (tuple(back[n] for n in other[0]), other[1], {_map(members, back) for members in other[2]})
    _same(one, named, f"{kind.__name__}: names of accounts matter")


def check_strangers(kind: type[Any], world: World) -> None:
    """Accounts without any tie or act are not accused, and nobody is accused or cleared because of them."""
    names = [f"stranger{number}" for number in range(STRANGERS)]
    more = world.dataset.merge(Dataset.of({"accounts": pa.table({"id": names})}))
    before, after = _detected(kind, world.tables), _detected(kind, more.tables)
    accused, later = ({name for members in answer[2] for name in members} for answer in (before, after))
    assert not later & set(names), f"{kind.__name__} accuses accounts that did nothing"
    changed = len(accused ^ later)
    assert changed <= 0.02 * len(accused), f"{kind.__name__}: {changed} of {len(accused)} accused hang on strangers"


def check_silence(kind: type[Any], world: World) -> None:
    """Nothing is found in shuffled copies of the world."""
    for seed in range(2):
        found = kind().detect(InfluenceGraph.build(world.shuffled(seed).tables), seed=seed)
        assert not len(found), f"{kind.__name__} finds {len(found)} groups in a shuffled world: {_first(found)}"


def check_little(kind: type[Any], world: World) -> None:
    """With no rows, or without the tables that it does not need, a detector answers; with no rows it finds nothing."""
    nothing = kind().detect(InfluenceGraph.build(Dataset().tables), seed=0)
    assert not len(nothing), f"{kind.__name__} finds something in an empty graph"
    part = {name: table for name, table in world.tables.items() if name in kind.needs}
    answer = kind().detect(InfluenceGraph.build(part), seed=0)
    assert isinstance(answer, Detection), f"{kind.__name__} does not answer from {', '.join(sorted(kind.needs))} alone"


CHECKS: Final = (
    check_answers,
    check_same_seed,
    check_row_order,
    check_renaming,
    check_strangers,
    check_silence,
    check_little,
)


Answer = tuple[tuple[str, ...], Mapping[str, Any], set[frozenset[str]]]


def _detected(kind: type[Any], tables: Tables) -> Answer:
    """Accounts, scores, and the members of the findings."""
    graph = InfluenceGraph.build(tables)
    found = kind().detect(graph, seed=0)
    ids = tuple(graph.accounts["id"].to_pylist())
    return ids, found.scores, {frozenset(finding.accounts) for finding in found}


def _same(one: Answer, other: Answer, complaint: str) -> None:
    assert one[2] == other[2], f"{complaint}: {len(one[2] ^ other[2])} findings differ"
    order = {name: row for row, name in enumerate(other[0])}
    rows = np.array([order[name] for name in one[0]], np.int64)
    for name, values in one[1].items():
        assert np.allclose(values, other[1][name][rows], atol=1e-6, equal_nan=True), f"{complaint}: {name} differs"


def _renamed(table: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    for name in columns:
        place = table.schema.get_field_index(name)
        new = pc.binary_join_element_wise("acct", table.column(name), ":")
        table = table.set_column(place, table.schema.field(name), new)
    return table


def _map(members: frozenset[str], names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(names[name] for name in members)


def _first(found: Detection) -> str:
    return next(iter(found)).sentence


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
