"""The rules of the house that a machine can keep."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphkit
from graphkit import detectors, errors

ROOT = Path(__file__).parents[1]
CODE = (ROOT / "graphkit", ROOT / "loaders")
LONGEST = 400
MOST_MODULES = 12
LARGER = {"graphkit/lab/worlds": 13, "graphkit/sources": 14, "graphkit/stores": 13}  # one scene, one step each
WIDE = {"detectors", "loaders"}  # one file a detector, one file a source: as many as there are
MOST_POSITIONAL = 3
MOST_PARAMETERS = 7
PLATFORMS = ("twitter", "instagram", "tiktok", "facebook", "bluesky", "mastodon", "youtube", "reddit", "telegram")


def modules() -> list[Path]:
    skipped = {"node_modules", "build", "__pycache__"}
    return sorted(path for root in CODE for path in root.rglob("*.py") if not skipped & set(path.parts))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in modules():
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions of a module and methods of its public classes, as far as a user may call them."""
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef) and is_public(node))]
    for body in bodies:
        yield from (node for node in body if isinstance(node, ast.FunctionDef) and is_public(node))


def is_public(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return not node.name.startswith("_")


def is_command(path: Path) -> bool:
    return "cli" in path.relative_to(ROOT).parts


def is_compiled(function: ast.FunctionDef) -> bool:
    """Kernels are called with positional arguments: numba has no keyword-only ones."""
    return any(
        "jit" in ast.unparse(decorator) or "compiled" in ast.unparse(decorator) for decorator in function.decorator_list
    )


def test_no_module_is_longer_than_400_lines():
    long = {named(path): lines for path in modules() if (lines := len(path.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_no_folder_holds_more_than_a_dozen_modules():
    folders = {path.parent for path in modules()}
    count = {
        named(f): len([p for p in f.glob("*.py") if p.name != "__init__.py"]) for f in folders if f.name not in WIDE
    }
    assert {folder: many for folder, many in count.items() if many > LARGER.get(folder, MOST_MODULES)} == {}


def test_nothing_is_called_utils():
    assert [named(path) for path in modules() if re.search(r"util|helper|common|misc", path.stem)] == []


def test_the_layers_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_all_is_sorted_and_is_what_can_be_imported():
    assert graphkit.__all__ == sorted(graphkit.__all__)
    submodules = {found.name for found in pkgutil.iter_modules(graphkit.__path__)} | {"loaders"}
    offered = {name for name in dir(graphkit) if not name.startswith("_")} - submodules
    offered -= {"annotations", "import_module", "metadata", "TYPE_CHECKING"}
    assert offered == set(graphkit.__all__)
    assert [name for name in graphkit.__all__ if getattr(graphkit, name, None) is None] == []


def test_a_name_that_is_not_offered_is_refused_as_usual():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        graphkit.nonsense  # noqa: B018


def test_public_functions_take_three_positional_parameters_at_most():
    wide = []
    for path, tree in trees():
        for function in public_functions(tree):
            positional = [a.arg for a in function.args.posonlyargs + function.args.args if a.arg not in ("self", "cls")]
            if len(positional) > MOST_POSITIONAL and not is_command(path) and not is_compiled(function):
                wide.append(f"{named(path)}:{function.name}{tuple(positional)}")
    assert wide == []


def test_public_functions_take_seven_parameters_at_most():
    wide = []
    for path, tree in trees():
        for function in public_functions(tree):
            arguments = function.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            every = [a for a in every if a.arg not in ("self", "cls")]
            if len(every) > MOST_PARAMETERS and not is_command(path) and not is_compiled(function):
                wide.append(f"{named(path)}:{function.name}")
    assert wide == []


def test_public_docstrings_begin_with_a_sentence():
    odd = []
    for path, tree in trees():
        nodes = [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef) and is_public(n))]
        for node in nodes:
            said = ast.get_docstring(node)
            first = (said or "").splitlines()[:1]
            if isinstance(node, ast.Module) and not tree.body:
                continue
            if said is not None and not re.search(r"[.:?]$", first[0]):
                odd.append(f"{named(path)}: {first[0]}")
            if said is None and isinstance(node, ast.ClassDef) and not _is_protocol_or_settings(node):
                odd.append(f"{named(path)}: class {node.name} says nothing")
    assert odd == []


def _is_protocol_or_settings(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) in ("Section", "Protocol") for base in node.bases)


def test_no_library_module_prints_ends_the_program_or_swallows_everything():
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "print",
                "exit",
                "quit",
                "sys.exit",
                "os._exit",
            ):
                found.append(f"{named(path)}:{node.lineno} {ast.unparse(node.func)}")
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                found.append(f"{named(path)}:{node.lineno} bare except")
    assert found == ["graphkit/cli/__main__.py:7 sys.exit"]


def test_no_platform_is_named_in_graphkit():
    pattern = re.compile("|".join(PLATFORMS), re.IGNORECASE)
    found = [
        f"{named(path)}: {line.strip()}"
        for path in modules()
        if path.is_relative_to(ROOT / "graphkit")
        for line in path.read_text(encoding="utf-8").splitlines()
        if pattern.search(line)
    ]
    assert found == []


def test_no_cypher_is_written_outside_the_stores():
    pattern = re.compile(r"\bMATCH\s*\(|\bMERGE\s*\(|\bUNWIND\s+\$")
    found = [named(path) for path in modules() if pattern.search(path.read_text(encoding="utf-8"))]
    assert [path for path in found if not path.startswith("graphkit/stores/")] == []


def test_the_packages_of_pyproject_are_the_folders_of_code():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent for path in modules() if path.name == "__init__.py"}
    names = {str(folder.relative_to(ROOT)).replace("/", ".") for folder in folders}
    assert sorted(said) == sorted("graphkit.loaders" if name == "loaders" else name for name in names)


def test_the_dependencies_are_locked_with_hashes():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {
        "run.txt": wanted["dependencies"],
        "test.txt": wanted["dependencies"] + wanted["optional-dependencies"]["test"],
    }
    for file, lines in needed.items():
        locked = (ROOT / "locks" / file).read_text()
        entries = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(.*)", locked, re.MULTILINE)
        assert {re.split(r"[><=\[ ]", line)[0].lower() for line in lines} <= {name for name, _, _ in entries}
        assert len(entries) <= locked.count("--hash=sha256:")
        assert "://" not in re.sub(r"#.*", "", locked)


def test_two_locks_name_the_same_versions():
    run, test = (
        set(re.findall(r"^([a-z0-9._-]+==[^\s;]+)", (ROOT / "locks" / file).read_text(), re.MULTILINE))
        for file in ("run.txt", "test.txt")
    )
    assert run <= test


@pytest.mark.parametrize("path", modules(), ids=named)
def test_every_module_can_be_imported_alone(path):
    if path.name != "__main__.py":
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        name = f"graphkit.{name}" if name.startswith("loaders") else name
        assert importlib.import_module(name).__name__ == name


@pytest.mark.parametrize("kind", detectors.every(), ids=lambda kind: kind.NAME)
def test_every_detector_asks_a_question_equals_its_copy_and_explains_itself(kind):
    assert kind.question.endswith("?")
    assert kind() == dataclasses.replace(kind())
    for heading in ("How it looks:", "What else looks like that:", "What it cannot see:", "Source:"):
        assert heading in kind.__doc__


def test_every_error_stands_in_the_table_of_exit_codes():
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, errors.GraphkitError)]
    assert {k.exit_code for k in kinds} == {1, 2, 3, 4, 5, 130}
    assert [k.__name__ for k in kinds if k.__name__ not in (errors.__doc__ or "")] == []
