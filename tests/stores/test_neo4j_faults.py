"""A sample of what `make faults` does in full: whatever dies in mid-load, the graph is that of an undisturbed load."""

import neo4j_faults
import pytest

pytestmark = pytest.mark.server


def test_a_killed_loader_loses_and_doubles_nothing(neo4j_server):
    assert neo4j_faults.kill_loaders(neo4j_server, 2, seed=11) >= 1


def test_lost_answers_to_commits_lose_and_double_nothing(neo4j_server):
    assert 0 < neo4j_faults.cut_commits(neo4j_server, 8, seed=12) <= 8


@pytest.mark.parametrize("neo4j_server", ["5.26"], indirect=True)
def test_a_load_goes_on_by_itself_after_the_server_was_killed(neo4j_server):
    neo4j_faults.kill_servers(neo4j_server, 1, seed=13)
