"""The Neo4j store: loads exactly once over Bolt, the graph of docs/graph_model.md beside the rows as they came."""

from graphkit.stores.neo4j.store import BoltStore, Neo4jStore

__all__ = ["BoltStore", "Neo4jStore"]
