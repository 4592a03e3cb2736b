"""The rules of the house that a machine can keep."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import graphkit
from graphkit import detectors, errors

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    p for folder in ("graphkit", "loaders") for p in (ROOT / folder).rglob("*.py") if "node_modules" not in p.parts
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


def test_there_is_no_drawer_for_everything():
    assert [path for path in MODULES if path.stem in ("utils", "helpers", "misc", "common")] == []


def test_packages_in_the_project_file_are_the_folders_with_an_init():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    folders = {".".join(p.parent.relative_to(ROOT).parts) for p in MODULES if p.name == "__init__.py"}
    assert listed == {"graphkit.loaders" if name == "loaders" else name for name in folders}


def test_what_the_package_offers_is_sorted_and_there():
    assert list(graphkit.__all__) == sorted(graphkit.__all__)
    assert [name for name in graphkit.__all__ if not hasattr(graphkit, name)] == []


def public_functions():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield path, node


@pytest.mark.parametrize("folder", ["detectors", "stores", "graphs", "reports", "maps"])
def test_public_functions_take_at_most_seven_parameters(folder):
    wide = [
        f"{path.name}:{node.name}"
        for path, node in public_functions()
        if folder in path.parts and len(node.args.args) + len(node.args.kwonlyargs) > 8
    ]
    assert wide == []


def test_no_platform_is_named_in_the_library():
    named = re.compile(r"\b(twitter|instagram|tiktok|facebook|bluesky|mastodon)\b", re.IGNORECASE)
    inside = [p for p in MODULES if "graphkit" in p.relative_to(ROOT).parts[0] and "demo" not in p.parts]
    assert [f"{p.name}: {m.group()}" for p in inside for m in named.finditer(p.read_text())] == []


@pytest.mark.parametrize("kind", detectors.every(), ids=lambda kind: kind.NAME)
def test_every_detector_asks_a_question_equals_its_copy_and_explains_itself(kind):
    assert kind.question.endswith("?")
    assert kind() == dataclasses.replace(kind())
    for heading in ("How it looks:", "What else looks like that:", "What it cannot see:", "Source:"):
        assert heading in kind.__doc__
    assert kind.NAME in (ROOT / "README.md").read_text()


def test_every_error_has_an_exit_code_of_its_table():
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, errors.GraphkitError)]
    assert {k.exit_code for k in kinds} == {1, 2, 3, 4, 5, 130}
    assert all(k.__name__ in errors.__doc__ for k in kinds)


def test_the_layers_hold():
    result = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_every_module_can_be_imported_alone():
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).replace("loaders", "graphkit.loaders", 1)
        if not name.endswith("__main__"):
            importlib.import_module(name.removesuffix(".__init__"))


def test_the_readme_opens_with_the_two_commands():
    text = (ROOT / "README.md").read_text()
    assert text.index("make demo") < text.index("make test") < text.index("## ")


def test_python_examples_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("follows.csv").write_text("follower,followed\n" + "".join(f"a{i},b{i % 3}\n" for i in range(30)))
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_nothing_is_left_in_the_environment_that_tests_depend_on():
    assert os.environ.get("GRAPHKIT_FAULT") is None
