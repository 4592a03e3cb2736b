"""Reading ahead changes no item and no order, hides no error, and leaves no thread behind."""

import threading
from contextlib import closing
from contextvars import ContextVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.stores.ahead import ahead


def readers():
    return [thread for thread in threading.enumerate() if thread.name == "reader"]


@given(st.lists(st.integers()))
def test_the_items_come_in_their_order(items):
    assert list(ahead(iter(items))) == items
    assert readers() == []


def test_what_the_source_raises_is_raised_after_the_items_before_it():
    def broken():
        yield 1
        yield 2
        raise OSError("the disk went away")

    seen = []
    with pytest.raises(OSError, match="the disk went away"):
        for item in ahead(broken()):
            seen.append(item)
    assert seen == [1, 2]
    assert readers() == []


def test_a_reader_that_is_left_early_closes_its_source_and_ends():
    closed = []

    def endless():
        try:
            number = 0
            while True:
                yield number
                number += 1
        finally:
            closed.append(True)

    with closing(ahead(endless())) as items:
        assert [next(items) for _ in range(3)] == [0, 1, 2]
    assert closed == [True]
    assert readers() == []


def test_at_most_two_items_are_made_before_they_are_asked_for():
    made = []

    def counted():
        for number in range(10):
            made.append(number)
            yield number

    with closing(ahead(counted())) as items:
        next(items)
        threading.Event().wait(0.3)
        assert len(made) <= 3


def test_the_source_sees_the_context_of_who_asks():
    mark = ContextVar("mark", default="none")

    def marked():
        yield mark.get()

    mark.set("ours")
    assert list(ahead(marked())) == ["ours"]
