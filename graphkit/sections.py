"""Groups of settings: the base of all, and those of what accounts and trends look like over time."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings; frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamsSettings(Section):
    odd_client: float
    quick_ms: int
    common_weight: float
    taste: float
    visit_p: float
    author_p: float
    spread: float
    least_visitors: int
    target_share: float
    sliver: float
    orders: float
    act_most: float
    prior: float
    prior_weight: float
    prior_most: float
    pull: float
    hand_most: float
    machine: float
    acquainted: float
    acquainted_times: float
    telling_share: float
    strangeness: float
    punctuality: float
    permutations: int
    least_own: int
    sitting_ms: int
    dormant_days: float
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
    burst_shape: float
    burst_p: float
    spread: float
    told_rate: float
    sign_most: float
    late: float
    calibration: float
    least_share: float
    surprise_most: float
    surprise_due: float
    doubt: float
    vanish_ms: int
    vanish_p: float
    vanish_odds: float
