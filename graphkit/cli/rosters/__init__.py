"""`overlap`, `compare`, `roster`: commands about several accounts together."""

from graphkit.cli.rosters.choosing import register

__all__ = ["register"]
