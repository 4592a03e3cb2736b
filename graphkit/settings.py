"""Every threshold, from one TOML with the reason beside it.

`settings.toml` next to this file holds the defaults; a user's own TOML overrides single values
(`graphkit analyze ... --settings mine.toml`). Unknown names are refused, so a typing error never passes as a default.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from graphkit.errors import UsageError
from graphkit.language import say
from graphkit.sections import Camps as Camps
from graphkit.sections import Communities as Communities
from graphkit.sections import Reach as Reach
from graphkit.sections import RhythmSettings, StreamsSettings, TrendsSettings
from graphkit.sections import Roles as Roles
from graphkit.sections import Section as Section
from graphkit.sections import Tiers as Tiers


class Loading(Section):
    batch_bytes: int
    batch_json_bytes: int
    batch_rows: int
    most_refused_share: float
    most_refused_rows: int
    raw_bytes_kept: int
    longest_line: int


class Pages(Section):
    most_bits: float
    strong_q: float
    plain_q: float
    findings_shown: int
    members_shown: int
    examples_shown: int
    reach_shown: int
    quarantine_shown: int
    waterfalls_shown: int
    communities_shown: int
    rows_shown: int
    map_accounts: int
    map_ties: int
    map_most: int
    map_overview_above: int
    map_communities: int
    map_table_rows: int
    map_poster_accounts: int
    picture_accounts: int
    picture_ties: int
    picture_names: int


class Sources(Section):
    earliest_time: int
    latest_time: int
    sample_bytes: int
    longest_document: int
    most_columns: int
    strict_share: float
    mapped_share: float
    rounded_share: float
    rounded_least: int
    archive_members: int
    archive_bytes: int
    expansion: int
    expansion_from: int


class Stores(Section):
    memory_bytes: int
    memory_share: float
    checkpoint_bytes: int
    wait_seconds: float


class Neo4j(Section):
    chunk_rows: int
    retry_seconds: float
    offline_rows: int


class LockstepSettings(Section):
    windows_s: tuple[float, ...]
    coincidences: int
    pair_p: float
    smallest: int
    q: float
    copies_acts: int
    copies_least: int
    copies_groups: int
    copies_most: int
    merge_attendance: float
    join_hits: int
    join_p: float
    join_share: float
    least_moments: int
    least_strength: float
    pod_inside: float
    pod_presence: float
    open_followed: float
    lifeless_share: float
    lifeless_mixed: float
    lifeless_p: float
    lifeless_usual: float
    untold_strength: float
    friends_part: float
    friends_p: float
    friends_past_days: float
    friends_among: float
    unasked_followed: float
    campaign_repeats: float
    second_hand_strength: float
    second_hand_followed: float
    second_hand_shown: float
    clean_days: float
    common_hour: float


class ChoiceSettings(Section):
    shared: int
    taste: float
    corner_least: float
    season_days: float
    everyday: float
    everyday_least: int
    pair_p: float
    most: float
    most_pairs: int
    smallest: int
    strength: float
    copies: int
    q: float
    own: float


class WordingSettings(Section):
    words: int
    letters: int
    everyday: float
    everyday_least: int
    join_p: float
    most_users: int
    shared: int
    taste: float
    pair_p: float
    smallest: int
    strength: float
    lifeless: float
    untold: float
    copies: int
    q: float


class SignalSettings(Section):
    low: float
    high: float
    peers: int
    most_groups: int
    least_known: int
    modifier: float
    use: tuple[str, ...]
    off: tuple[str, ...]


class StrangersSettings(Section):
    explained: float
    taste: float
    pair_p: float


class RivalSettings(Section):
    usual: float
    least: int
    rush: int
    seen: int
    stated: int


class SalesSettings(Section):
    prior: tuple[float, float]
    margin: tuple[float, float]
    sigmas: float
    most: tuple[float, float]
    stretch: float
    regard: tuple[float, float]
    regard_alone: float


class MachineSettings(Section):
    prior: float
    moments: float
    part: float
    membership: float
    choice: float
    one_occasion: float
    own_deeds: float
    among_known: float
    doubt: float
    untold: float
    second_hand: float
    befriended: float
    company: float


class BlockSettings(Section):
    p: float
    least: float
    share: float
    member: float
    lean: tuple[float, float]
    move: float


class ExchangeSettings(Section):
    occasions: int
    taste: float
    most: float
    pair: float
    tied_weight: float
    smallest: int
    least_pairs: int
    rate: float
    group_p: float
    explained: float
    copies: int
    q: float


class RegardSettings(Section):
    rank: float
    part: float
    least: float


class ArrivalsSettings(Section):
    least_following: int
    least_block: int
    burst_p: float
    block_p: float
    pace_shape: float


class Settings(Section):
    """All settings; one attribute a section of the TOML."""

    loading: Loading
    lockstep: LockstepSettings
    exchange: ExchangeSettings
    choice: ChoiceSettings
    rivals: RivalSettings
    wording: WordingSettings
    signals: SignalSettings
    strangers: StrangersSettings
    sales: SalesSettings
    blocks: BlockSettings
    machines: MachineSettings
    regard: RegardSettings
    arrivals: ArrivalsSettings
    rhythm: RhythmSettings
    streams: StreamsSettings
    trends: TrendsSettings
    detectors: dict[str, dict[str, float]] = {}  # name of a detector -> its own parameters
    stores: Stores
    neo4j: Neo4j
    estimates: dict[str, float]  # rules of thumb for --estimate, by name
    sources: Sources
    pages: Pages
    reach: Reach
    roles: Roles
    communities: Communities
    camps: Camps
    tiers: Tiers


@cache
def defaults() -> Settings:
    """The settings as shipped."""
    text = resources.files("graphkit").joinpath("settings.toml").read_text(encoding="utf-8")
    return Settings.model_validate(tomllib.loads(text))


_IN_FORCE: ContextVar[Settings | None] = ContextVar("settings in force", default=None)


def current() -> Settings:
    """The settings in force: those of the enclosing `using`, else the settings as shipped."""
    return _IN_FORCE.get() or defaults()


@contextmanager
def using(settings: Settings | None) -> Iterator[Settings]:
    """Put settings in force for what is called inside; None changes nothing."""
    token = _IN_FORCE.set(settings or _IN_FORCE.get())
    try:
        yield current()
    finally:
        _IN_FORCE.reset(token)


def from_file(path: Path) -> Settings:
    """The defaults with the values of a user's TOML laid over them."""
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings.model_validate(_over(defaults().model_dump(), own))
    except FileNotFoundError as error:
        raise UsageError(
            say("{path} does not exist; give a TOML file with settings, or leave --settings out.", path=path)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            say(
                "{path} is not a TOML file ({error}); see graphkit/settings.toml for an example.",
                path=path,
                error=error,
            )
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(
            say(
                "{path}: {place}: {msg}; accepted names are those of graphkit/settings.toml.",
                path=path,
                place=".".join(map(str, first["loc"])),
                msg=first["msg"],
            )
        ) from error


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        inner = merged.get(key)
        merged[key] = _over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged
