"""The Neo4j store keeps the promises of every store, on both lines of Neo4j."""

import pytest

from graphkit.lab import checks_stores

pytestmark = pytest.mark.server


@pytest.mark.parametrize("check", checks_stores.CHECKS, ids=lambda check: check.__name__)
def test_the_store_keeps_its_promise(check, neo4j_server):
    check(neo4j_server.new_store)
