"""The command line: one short function a command, the same words as in Python."""

from graphkit.cli.app import main

__all__ = ["main"]
