"""Commands in a test: in this process, or as a program of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from graphkit.cli import main

PROGRAM = (sys.executable, "-m", "graphkit.cli")


def run(*words: str | Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command in this process."""
    capsys.readouterr()
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def small_store(folder: Path) -> str:
    """The address of a store with a few follows and acts."""
    (folder / "follows.csv").write_text(
        "follower,followed\n" + "".join(f"f{n},star\n" for n in range(12)) + "star,f1\n"
    )
    (folder / "accounts.csv").write_text("id,handle,followers\nstar,brand,900\nf1,fan,3\n")
    address = str(folder / "small.duckdb")
    assert main(["load", str(folder / "follows.csv"), str(folder / "accounts.csv"), "--store", address, "-q"]) == 0
    return address
