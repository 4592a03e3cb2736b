"""How pages say numbers and chances, and how they keep names to themselves."""

from __future__ import annotations

import math

import made_up
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit import pages, words
from graphkit.results import Names


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (None, "no chance can be given"),
        (math.nan, "no chance can be given"),
        (0.7, "as often as not by chance"),
        (0.05, "about 1 in 20"),
        (1 / 12_345, "about 1 in 12,000"),
        (0.0, "less than 1 in a million millions"),
    ],
)
def test_a_p_value_in_words(p, said):
    assert words.chance(p) == said


@pytest.mark.parametrize(
    ("q", "said"),
    [(None, "not calibrated"), (0.01, "strong indication"), (0.05, "indication"), (0.051, "weak indication")],
)
def test_four_fixed_words_for_strength(q, said):
    assert words.strength(q) == said


def test_bits_are_capped_so_that_no_bar_decides_alone():
    assert (words.bits(2.0**-10), words.bits(0.0), words.bits(1.0), words.bits(None)) == (10.0, 40.0, 0.0, None)


@given(st.text())
def test_inert_json_never_ends_its_block_and_reads_back(text):
    import json

    try:
        text.encode()
    except UnicodeEncodeError:
        return  # lone surrogates are no text; no table can hold them
    block = str(pages.inert({"text": text}))
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block) == {"text": text}


def test_clean_leaves_longer_words_and_other_accounts_alone():
    results = made_up.results(120)
    names = Names(results, ["a0001", "a0060"], hidden=["a0060"])
    assert names.clean("@handle_60 and a0060, not handle_601 or @handle_1") == (
        "account 1 (name hidden) and account 1 (name hidden), not handle_601 or @handle_1"
    )
    assert (names("a0060"), names("a0001"), names("zz")) == ("account 1 (name hidden)", "@handle_1", "zz")
    assert (names.public_id("a0060"), names.public_id("a0001")) == ("hidden-1", "a0001")


def test_the_script_of_the_map_bears_its_licences_and_builds_no_code_from_text():
    from importlib import resources

    assets = resources.files("graphkit.maps").joinpath("assets")
    script, licences = (assets.joinpath(name).read_text(encoding="utf-8") for name in ("map.js", "LICENSES.txt"))
    for package in ("events 3", "graphology 0.26.0 (MIT)", "graphology-utils 2", "sigma 3.0.3 (MIT)"):
        assert package in licences
    assert "innerHTML" not in script
    assert "eval(" not in script
    assert "new Function" not in script
    assert "</script" not in script.lower()
