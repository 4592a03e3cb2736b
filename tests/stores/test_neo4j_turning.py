"""Questions are kept out of the moment in which the graph turns from one run to the next."""

import pytest

from graphkit.errors import StoreError
from graphkit.stores.neo4j.results.turning import between_turns


def test_a_question_waits_for_a_commit_and_is_put_again_when_the_run_changed_meanwhile():
    looks = iter([(1, True), (1, False), (2, True), (2, False), (2, False)])
    answers = iter(["of two runs", "of one"])
    assert between_turns(lambda: next(looks), lambda: next(answers), seconds=10) == "of one"
    assert next(looks, None) is None


def test_a_question_that_is_never_let_in_is_given_up_in_time():
    with pytest.raises(StoreError, match="ask again in a minute"):
        between_turns(lambda: (1, True), lambda: "never asked", seconds=0.2)
