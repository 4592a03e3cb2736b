"""The command line: one short function a command, the same words as in Python."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives the exit code, see docs/cli.md."""
    try:
        from graphkit.cli.app import run
    except KeyboardInterrupt:  # nothing has begun yet
        return 130
    return run(arguments)
