"""Scores of a run against truth: worked out by hand, and checked against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from graphkit.errors import DataError
from graphkit.lab.scoring import average_precision, calibration_error, score
from graphkit.lab.truth import Truth

KINDS = ("bot", "ring", "pod", "compromised")


def truth_of(planted, *, groups=(), audience=None, unscored=()):
    """Ten accounts a..j; `planted` maps a kind to its accounts, `groups` are (group, kind, planted, accounts)."""
    ids = list("abcdefghij")
    accounts = {"id": ids, **{k: [None if i in unscored else i in planted.get(k, "") for i in ids] for k in KINDS}}
    rows = [(g, kind, is_planted, account, "member") for g, kind, is_planted, who in groups for account in who]
    names = ("group", "kind", "planted", "account", "role")
    tables = {
        "accounts": pa.table(accounts),
        "groups": pa.table({n: [r[k] for r in rows] for k, n in enumerate(names)}),
    }
    return Truth.of(tables | ({"audience": pa.table(audience)} if audience else {}))


def answers(**chances):
    """Answers of the ten accounts; 0.1 where nothing is said."""
    ids = list("abcdefghij")
    columns = {f"p_{k}": pa.array([chances.get(k, {}).get(i, 0.1) for i in ids], pa.float64()) for k in KINDS}
    return pa.table({"id": ids, **columns, "label": ["authentic"] * 10})


def findings_of(*findings):
    rows = [(f"f{n}", kind, account, "member") for n, (kind, who) in enumerate(findings) for account in who]
    return pa.table({name: [row[k] for row in rows] for k, name in enumerate(("finding", "kind", "account", "role"))})


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 0.5, 0.9, 1.0])), min_size=1, max_size=60))
def test_average_precision_is_that_of_scikit_learn(rows):
    truth, chances = [t for t, _ in rows], [c for _, c in rows]
    if any(truth):
        assert average_precision(truth, chances) == pytest.approx(average_precision_score(truth, chances))
    else:
        assert average_precision(truth, chances) is None


def test_an_account_without_an_answer_ranks_lowest():
    assert average_precision([True, False], [math.nan, 0.0]) == 0.5
    assert average_precision([False, True], [math.nan, 0.0]) == 1.0
    assert average_precision([True, False], [math.nan, math.nan]) == 0.5


def test_ranking_by_hand():
    truth = truth_of({"bot": "abc"})
    ranking = score({"accounts": answers(bot={"a": 0.9, "b": 0.8, "d": 0.7, "c": 0.4, "e": None})}, truth).ranking(
        "bot"
    )
    assert ranking.positives == 3
    assert ranking.average_precision == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert ranking.recall == pytest.approx(2 / 3)
    assert ranking.precision == pytest.approx(2 / 3)
    assert ranking.unanswered == pytest.approx(0.1)


def test_accounts_whose_truth_is_open_are_left_out():
    truth = truth_of({"bot": "ab"}, unscored="c")
    ranking = score({"accounts": answers(bot={"a": 0.9, "b": 0.9, "c": 0.95})}, truth).ranking("bot")
    assert (ranking.accounts, ranking.average_precision, ranking.precision) == (9, 1.0, 1.0)


def test_accounts_that_the_run_does_not_know_are_unanswered():
    truth = truth_of({"bot": "j"})
    ranking = score({"accounts": answers(bot={"a": 0.6}).slice(0, 5)}, truth).ranking("bot")
    assert ranking.unanswered == 0.5
    assert ranking.recall == 0.0


def test_calibration_error_by_hand():
    chances, truth = np.array([0.05, 0.15, 0.95, 0.95]), np.array([False, False, True, False])
    # bins: 0.05 -> 0, 0.15 -> 0, 0.95 twice -> 0.5: (0.05 + 0.15 + 2 * 0.45) / 4
    assert calibration_error(truth, chances) == pytest.approx(0.275)


def test_reliability_says_for_each_bin_what_was_said_and_what_was_true():
    rows = score({"accounts": answers(bot={"a": 0.92, "b": 0.98})}, truth_of({"bot": "a"})).reliability
    top = next(row for row in rows if row.kind == "bot" and row.low == 0.9)
    assert (top.accounts, top.said, top.true) == (2, pytest.approx(0.95), 0.5)


def test_groups_are_found_from_a_jaccard_of_one_half_and_by_findings_of_their_kind():
    truth = truth_of({"ring": "abcdef"}, groups=[("r1", "ring", True, "abcd"), ("r2", "ring", True, "ef")])
    found = findings_of(("follow_ring", "abcx"), ("pod", "ef"))
    result = score({"accounts": answers(), "findings": found}, truth)
    assert [(g.kind, g.planted, g.found) for g in result.groups] == [("ring", 2, 1)]
    assert result.groups[0].jaccard == pytest.approx((3 / 4 + 0) / 2)  # x is nobody in the truth


def test_a_finding_is_false_where_less_than_half_of_it_is_planted():
    truth = truth_of({"bot": "ab"}, groups=[("f", "farm", True, "ab")])
    found = findings_of(("bot_cluster", "abc"), ("bot_cluster", "acde"), ("pod", "fgh"))
    result = score({"accounts": answers(), "findings": found}, truth)
    assert (result.findings, result.false_findings) == (3, 2)


def test_the_innocent_are_accused_by_a_chance_or_by_being_named():
    crowds = [("fans", "fan_club", False, "abcd"), ("office", "office", False, "ef")]
    truth = truth_of({"bot": "d"}, groups=crowds)
    given_ = {"accounts": answers(ring={"a": 0.5}, pod={"e": 0.49}), "findings": findings_of(("pod", "bcg"))}
    result = score(given_, truth)
    fans, office, others = result.crowd("fan_club"), result.crowd("office"), result.crowd("everybody else")
    assert (fans.accounts, fans.accused, fans.named) == (3, 3, 1)  # d is a bot, so not innocent
    assert (office.accounts, office.accused, office.named) == (2, 0, 0)
    assert (others.accounts, others.accused) == (4, 1)
    assert result.worst_crowd == 1.0


def test_a_beneficiary_is_not_accused():
    found = findings_of(("bot_cluster", "ab")).append_column("p", pa.array([1.0, 1.0]))
    found = found.set_column(3, "role", pa.array(["member", "beneficiary"]))
    result = score({"accounts": answers(), "findings": found}, truth_of({"bot": "a"}))
    assert result.crowd("everybody else").accused == 0


def test_victims_called_bots_and_bots_called_victims():
    table = answers().set_column(5, "label", pa.array(["bot", "compromised", "compromised", "bot"] + ["authentic"] * 6))
    result = score({"accounts": table}, truth_of({"compromised": "ab", "bot": "cd"}))
    assert result.victims_called_bots == 0.5
    assert result.bots_called_victims == 0.5


def audience(**columns):
    return {"id": list("abcd"), "creator": [True, True, True, False], "posts": [9, 9, 2, 9], **columns}


def test_estimates_by_hand():
    truth = truth_of(
        {}, audience=audience(followers=[100, 50, 40, 90], people=[80, 40, 30, 60], moved=[4.0, 2.0, 1.0, 3.0])
    )
    reach = pa.table(
        {
            "id": list("abcd"),
            "real": [82, 30, 35, 1],
            "real_low": [75, 20, 31, 0],
            "real_high": [90, 41, 39, 2],
            "moved": [3.0, 2.5, 9.0, 0.0],
            "moved_low": [2.0, 1.0, 8.0, 0.0],
            "moved_high": [3.9, 3.0, 9.9, 0.0],
        }
    )
    result = score({"accounts": answers(), "reach": reach}, truth)
    real, moved = result.estimate("real"), result.estimate("moved")
    assert (real.accounts, real.tau, real.top) == (3, pytest.approx(1 / 3), 1.0)
    assert real.covered == pytest.approx(2 / 3)
    assert real.bias == pytest.approx(147 / 150 - 1)
    assert (moved.accounts, moved.tau, moved.covered) == (2, 1.0, 0.5)  # c has too few posts, d is no creator


def test_the_table_holds_every_block():
    truth = truth_of({"ring": "ab"}, groups=[("r", "ring", True, "ab"), ("o", "office", False, "cd")])
    text = score({"accounts": answers(ring={"a": 0.9, "b": 0.9})}, truth).table()
    ring = next(line for line in text.splitlines() if line.startswith("ring"))
    assert ring.split() == ["ring", "2", "1.000", "1.000", "1.000", "0.100", "0.000"]
    assert "office" in text


def test_a_results_folder_is_read(tmp_path):
    pq.write_table(answers(bot={"a": 0.9}), tmp_path / "accounts.parquet")
    pq.write_table(findings_of(("bot_cluster", "a")), tmp_path / "findings.parquet")
    result = score(tmp_path, truth_of({"bot": "a"}))
    assert (result.findings, result.false_findings, result.ranking("bot").recall) == (1, 0, 1.0)


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"accounts\.parquet"):
        score(tmp_path, truth_of({}))
