"""Groups of settings: the base of all, those about audiences, and those of accounts and trends over time."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings; frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamsSettings(Section):
    odd_client: float
    meeting_taste: float
    meeting_q: float
    quick_ms: int
    common_weight: float
    taste: float
    visit_p: float
    author_p: float
    spread: float
    least_visitors: int
    target_share: float
    sliver: float
    orders: tuple[float, ...]
    act_most: float
    prior: float
    prior_weight: float
    prior_most: float
    pull: float
    hand_most: float
    machine: float
    stock: float
    acquainted: float
    acquainted_times: float
    telling_share: float
    openly: float
    apart: float
    live: float
    together: float
    permutations: int
    least_own: int
    sitting_ms: int
    dormant_days: float
    dormant_gaps: float
    gone_share: float
    gone_p: float
    change_p: float
    told: float
    floor: float


class RhythmSettings(Section):
    least_hours: int
    p: float
    rest_share: float


class TrendsSettings(Section):
    least_uses: int
    least_authors: int
    same_posts: float
    topic_share: float
    speech: float
    post_p: float
    burst_shape: float
    burst_p: float
    spread: float
    told_rate: float
    told_least: float
    told_weight: float
    unseen: float
    telling: float
    known_least: float
    by_machine: float
    sign_most: float
    late: float
    common: float
    least_share: float
    surprise_most: float
    surprise_due: float
    doubt: float
    vanish_ms: int
    vanish_p: float
    vanish_odds: float


class Reach(Section):
    prior_unseen: float
    prior_unseen_spread: float
    suspect: float
    sure: float
    border_share: float
    border_weight: float
    prior_cleared: float
    prior_cleared_spread: float
    trading_known: int
    trading_least: int
    trading_q: float
    mass_trades: float
    mass_share: float
    calibration: float
    group_correlation: float
    suspect_correlation: float
    tie_correlation: float
    doubles_p: float
    doubles_most: int
    mass_following: int
    silence_days: int
    silence_p: float
    shortest_life_days: int
    untold_acts: float
    engaged_days: int
    no_reaction: tuple[str, ...]
    lists: int
    drift: float
    single_purchase: float
    single_purchase_spread: float
    shortest_exposure: float
    dispersion_weight: float
    dispersion_default: float
    prior_accounts: int


class Communities(Section):
    rounds: int
    smallest: int


class Camps(Section):
    endorsing: tuple[str, ...]
    endorsers: int
    accounts: int
    most_endorsed: int
    q: float
    rounds: int
    smallest: int
    copies: int
    surplus: float
    least_spread: float
    endorsements: int
    share: float
    member_p: float
    rivalry_p: float
    outcast_p: float


class Tiers(Section):
    above: dict[str, int]


class Roles(Section):
    phenomenon_people: int
    phenomenon_share: float
    influencer_askers: float
    influencer_balance: float
    broadcaster_posts: int
    broadcaster_people: int
    broadcaster_asked: float
    advocate_days: int
    mutual_share: float
    mutual_least: int
