"""Which side a measured statement is on: what is as expected says nothing."""

from graphkit.evidence import Evidence, numbered, sided


def measured(observed, expected):
    return Evidence("claim", observed, expected, "baseline", None)


def test_more_than_expected_speaks_for_and_less_against():
    more, less, equal = measured(0.6, 0.1), measured(0.0, 0.3), measured(0.0, 0.0)
    assert sided([more, less, equal]) == ((more,), (less,))
    assert [id for id, _ in numbered("e", [more, less])] == ["e1", "e2"]
