import numpy as np

from graphkit.measures.streams.contrast import dealt, together

ACCOUNTS = 500


def accounts(seed, *, units=40, deeds=3, share=0.3, codes=4):
    """Accounts whose sittings have one code each, and labels dealt by sitting."""
    rng = np.random.default_rng(seed)
    whose = np.repeat(np.arange(ACCOUNTS), units * deeds)
    unit = np.repeat(np.arange(ACCOUNTS * units), deeds)
    label = np.repeat(rng.random(ACCOUNTS * units) < share, deeds)
    code = np.repeat(rng.integers(codes, size=ACCOUNTS * units), deeds)
    return whose, label, code, unit


def test_chances_are_fair_where_both_streams_are_one():
    whose, label, code, unit = accounts(1)
    p = dealt(whose, label, code, unit=unit, count=ACCOUNTS, seed=0)
    for level in (0.01, 0.05, 0.2):
        spread = 2.6 * np.sqrt(level / ACCOUNTS)
        assert (p <= level).mean() <= 1.2 * level + spread
    assert (p <= 0.5).mean() > 0.4  # and not timid either


def test_sittings_are_observations_and_deeds_are_not():
    whose, label, code, unit = accounts(2, units=12, deeds=10)
    by_deed = dealt(whose, label, code, unit=np.arange(len(unit)), count=ACCOUNTS, seed=0)
    by_sitting = dealt(whose, label, code, unit=unit, count=ACCOUNTS, seed=0)
    assert np.nanmean(by_deed <= 0.05) > 0.3
    assert np.nanmean(by_sitting <= 0.05) < 0.08


def test_another_client_for_one_stream_is_found():
    whose, label, code, unit = accounts(3)
    p = dealt(whose, label, np.where(label, 3, code % 3), unit=unit, count=ACCOUNTS, seed=0)
    assert (p <= 0.001).all()


def test_nothing_to_compare_gives_no_chance():
    p = dealt(np.zeros(5, int), np.zeros(5, bool), np.arange(5), unit=np.arange(5), count=2, seed=0)
    assert np.isnan(p).all()


def test_several_chances_together_are_fair_and_keep_a_small_one():
    drawn = np.random.default_rng(4).random((7, 20_000))
    both = together(drawn)
    assert 0.8 < (both <= 0.05).mean() / 0.05 < 1.2
    small = drawn[:, :3].copy()
    small[0] = 1e-6
    assert (together(small) < 1e-4).all()
    assert np.isnan(together(np.full((3, 1), np.nan)))[0]
