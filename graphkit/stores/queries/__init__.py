"""The query book: named questions that read the same rows from a server and from the embedded store."""

from __future__ import annotations

from graphkit.stores.queries.asking import Answer, Limits, ask, ask_file
from graphkit.stores.queries.book import Parameter, Query, every, find
from graphkit.stores.queries.graph import GraphFile, folder_of, graph_of

__all__ = [
    "Answer",
    "GraphFile",
    "Limits",
    "Parameter",
    "Query",
    "ask",
    "ask_file",
    "every",
    "find",
    "folder_of",
    "graph_of",
]
