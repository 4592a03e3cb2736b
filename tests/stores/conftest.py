"""Servers for the tests of stores."""

from dataclasses import dataclass
from typing import Any

import pytest
import servers

from graphkit.stores import open_store
from graphkit.stores.neo4j.address import Address
from graphkit.stores.neo4j.bolt import Bolt


@dataclass(frozen=True)
class Neo4j:
    """A running server that is empty at the start of every test."""

    home: Any

    @property
    def address(self):
        return servers.address(self.home)

    def bolt(self):
        return Bolt(Address.parse(self.address), budget_s=60)

    def ask(self, query, **parameters):
        """The rows of a query, as lists."""
        bolt = self.bolt()
        try:
            return bolt.read(lambda run: run(query, **parameters))
        finally:
            bolt.close()

    def do(self, query, **parameters):
        bolt = self.bolt()
        try:
            return bolt.write(lambda run: run(query, **parameters))
        finally:
            bolt.close()

    def empty(self):
        """Deletes everything but the schema."""
        self.do("MATCH (n) DETACH DELETE n")

    def store(self, **options):
        return open_store(self.address, **options)

    def new_store(self):
        self.empty()
        return self.store()


@pytest.fixture(scope="session", autouse=True)
def _stopped_servers():
    yield
    servers.let_go()


@pytest.fixture(params=servers.LINES)
def neo4j_server(request):
    """A server of each line, for this test alone."""
    home = servers.started(request.param)
    with servers.alone(request.param):
        server = Neo4j(home)
        server.empty()
        yield server
