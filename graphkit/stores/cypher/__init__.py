"""Own Cypher questions to the embedded store, through a projection that can be thrown away and made anew."""

from __future__ import annotations

from graphkit.stores.cypher.engine import Engine, demand_engine, project
from graphkit.stores.cypher.lint import check

__all__ = ["Engine", "check", "demand_engine", "project"]
