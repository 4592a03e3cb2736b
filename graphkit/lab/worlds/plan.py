"""What a made-up world is asked to be: its people, its innocent crowds, and what is planted in it.

Counts are said for a world of 20,000 accounts and scale with its size; sizes of groups do not scale, but a group never
takes more than `LARGEST_SHARE` of a world.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

LARGEST_SHARE: Final = 0.03
REFERENCE: Final = 20_000

FollowTimes = Literal["exact", "order", "none"]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Society:
    """Ordinary people: who follows whom, who writes, who reacts, and when."""

    days: int = 120
    communities: int = 8
    own_share: float = 0.75  # share of chosen follows that stay in the own community
    follows: float = 14.0  # mean number of chosen follows
    closure: float = 0.25  # follows of those whom one's followees follow, as a share of the chosen ones
    follow_back: float = 0.12  # chance that an ordinary account returns a follow
    circled: float = 0.6  # share of people in a circle of friends
    second_circle: float = 0.2  # share of people in a second circle
    circle: Range = (4, 14)
    circle_density: float = 0.75
    warmth: float = 8.0  # how much more friends react to each other
    dormant: float = 0.18
    lurkers: float = 0.06
    creators: float = 0.02
    popularity: float = 1.3  # Pareto exponent of the number of followers
    activity: float = 1.0  # sigma of the lognormal activity
    actions: float = 30.0  # mean number of reactions an account in the whole time
    posts: float = 5.0  # mean number of posts an account in the whole time
    delay_minutes: float = 30.0
    delay_sigma: float = 1.2
    fast: float = 0.15  # share of people who react much faster
    sleep: float = 0.92  # share of night-time reactions that wait for the morning
    cascade: float = 0.25  # how strongly a repost is looked at by the followers of the reposting account
    viral: float = 0.003  # share of posts that go viral
    shown: float = 1.0  # share of an account's declared followers that are in the data
    follow_times: FollowTimes = "exact"
    texts: bool = False
    shouts: float = 0.0  # share of ordinary posts that are exclamations


@dataclass(frozen=True, slots=True)
class Crowds:
    """Innocent look-alikes: how many of each."""

    fan_clubs: float = 4
    offices: float = 6
    newsrooms: float = 1
    activists: float = 2
    draws: float = 2
    press: float = 2
    starter_packs: float = 2
    mutual_fans: float = 4
    movers: float = 0.01  # shares of all people
    night_workers: float = 0.02
    new_phones: float = 0.02
    new_jobs: float = 24  # people who join an office half way


@dataclass(frozen=True, slots=True)
class Farms:
    """Stocks of automated accounts that are sold as followers."""

    count: float = 4
    size: Range = (60, 150)
    customers: Range = (4, 8)
    strength: float = 0.75  # share of the stock that follows each customer
    drip_days: float = 1.5  # over how many days a delivery is spread
    aged: float = 0.5  # share of farms that use old accounts
    camouflage: float = 1.0  # ordinary-looking follows and actions, as a multiple of the sold ones


@dataclass(frozen=True, slots=True)
class Amplifiers:
    """Botnets that like and repost for clients within seconds or minutes."""

    count: float = 4
    size: Range = (15, 50)
    clients: Range = (2, 5)
    strength: float = 0.6  # chance that a member acts on a campaign post
    posts: float = 0.7  # share of the clients' posts that are campaign posts
    jitter: float = 60.0  # seconds between the first and the last member
    launch_minutes: float = 3.0
    camouflage: float = 2.0
    openly: float = 0.3  # share of members that follow the client


@dataclass(frozen=True, slots=True)
class Rings:
    """People who trade follows: mutual ties without interest."""

    count: float = 6
    size: Range = (12, 40)
    density: float = 0.75
    within: float = 0.4  # share of rings inside one community
    pyramids: float = 0.2  # share of rings where late members follow early ones
    latency_hours: float = 5.0  # median time until a follow is returned
    churn: float = 0.25  # dropped follows as a share of the ring's ties
    creators: float = 0.15  # share of members with a large following
    mass: float = 0.0  # accounts that trade follows with a whole exchange of `mass_size`
    mass_size: float = 0.04  # share of all accounts


@dataclass(frozen=True, slots=True)
class Pods:
    """People who trade likes and comments."""

    count: float = 5
    size: Range = (10, 28)
    strength: float = 0.65
    window_minutes: Range = (10, 60)
    know: float = 0.4  # share of pairs that follow each other
    posts: float = 18.0  # extra posts a member writes


@dataclass(frozen=True, slots=True)
class Takeovers:
    """Accounts of real people under a second hand."""

    operators: float = 2
    victims: float = 0.02  # share of all people
    actions: Range = (1, 60)
    jitter: float = 300.0
    clients: Range = (3, 6)
    other_client: float = 0.7  # share of operators that act through another app
    deleted: float = 0.6  # share of commanded actions that are deleted within minutes, where an operator deletes
    deleting: float = 0.5  # share of operators that delete
    weekend: float = 0.3  # share of operators that act at weekends only
    revived: float = 0.0  # dormant accounts that an operator uses, as a share of the victims


@dataclass(frozen=True, slots=True)
class Trends:
    """Tags that rise: by themselves, or pushed."""

    natural: float = 6
    pushed: float = 4
    posts: Range = (60, 160)  # of a natural burst
    pushed_posts: Range = (40, 100)
    push_minutes: float = 30.0
    organic: Range = (0.05, 0.4)  # share of a pushed trend that real people wrote
    deleted: float = 0.8
    topics: float = 0  # pushed phrases, and as many pushed posts
    events: float = 0  # of each kind that rises by itself: final, earthquake, show, headline, petition, viral post


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole world; what is None is not planted."""

    name: str = "own"
    society: Society = field(default_factory=Society)
    crowds: Crowds = field(default_factory=Crowds)
    farms: Farms | None = None
    amplifiers: Amplifiers | None = None
    rings: Rings | None = None
    pods: Pods | None = None
    takeovers: Takeovers | None = None
    trends: Trends | None = None


def of_size(accounts: int, *, follows: int, interactions: int) -> Plan:
    """A plan for a world with about so many follows and interactions, farms and botnets among them; for benchmarks."""
    ties, acts = follows / accounts, interactions / accounts
    circled = min(0.6, 0.05 * ties)
    chosen = max(1.0, (ties - 6.5 * circled) / 1.3)
    society = Society(
        follows=chosen, circled=circled, second_circle=0.0, actions=1.15 * acts, posts=max(1.0, acts / 6), creators=0.01
    )
    return Plan("large", society, farms=Farms(), amplifiers=Amplifiers(), rings=Rings())


def scaled(count: float, accounts: int) -> int:
    """How many groups a world of that size gets; two at least where two or more are asked for."""
    return max(min(2, round(count)), round(count * accounts / REFERENCE))


def sizes(span: Range, count: int, *, accounts: int, rng: np.random.Generator) -> list[int]:
    """Sizes of `count` groups, drawn from the span and held below the largest share."""
    most = max(5, int(LARGEST_SHARE * accounts))
    return [min(most, int(rng.integers(int(span[0]), int(span[1]) + 1))) for _ in range(count)]


_BASE = Society()

PRESETS: Final[dict[str, Plan]] = {
    plan.name: plan
    for plan in (
        Plan("quiet", replace(_BASE, communities=6, follow_back=0.2, activity=0.9)),
        Plan(
            "default",
            farms=Farms(),
            amplifiers=Amplifiers(),
            rings=Rings(),
            pods=Pods(),
            takeovers=Takeovers(),
            trends=Trends(),
            society=replace(_BASE, texts=True),
        ),
        Plan(
            "stealth",
            replace(_BASE, communities=10, follow_back=0.25, delay_minutes=20, fast=0.25),
            farms=Farms(strength=0.4, drip_days=45, aged=1.0, camouflage=4),
            amplifiers=Amplifiers(strength=0.3, jitter=600, camouflage=8, launch_minutes=8),
            rings=Rings(density=0.4, latency_hours=30, churn=0.05, within=0.5),
            pods=Pods(strength=0.33, know=0.6, window_minutes=(20, 90)),
            takeovers=Takeovers(actions=(1, 20), other_client=0.3, deleting=0.2),
        ),
        Plan(
            "bots",
            replace(_BASE, communities=5, own_share=0.65, delay_minutes=12, activity=1.2, sleep=0.6, fast=0.3),
            farms=Farms(count=6, camouflage=2),
            amplifiers=Amplifiers(count=8, jitter=180, camouflage=3),
        ),
        Plan(
            "rings",
            replace(_BASE, communities=12, follow_back=0.35, circled=0.8, circle_density=0.9, follows=9),
            rings=Rings(count=12, within=0.5),
        ),
        Plan(
            "pods",
            replace(_BASE, communities=7, circled=0.75, warmth=12, delay_minutes=45, delay_sigma=1.4),
            pods=Pods(count=10),
        ),
        Plan(
            "bought",
            replace(
                _BASE, communities=4, circled=0.35, second_circle=0.05, follow_back=0.02, popularity=1.15, shown=0.8
            ),
            farms=Farms(count=8, size=(80, 250), customers=(2, 6), drip_days=2.5),
            crowds=Crowds(draws=5, press=5, starter_packs=4),
        ),
        Plan(
            "takeovers",
            replace(_BASE, texts=True, actions=40, posts=7, communities=9),
            amplifiers=Amplifiers(count=2),
            takeovers=Takeovers(revived=0.15),
            crowds=Crowds(movers=0.02, new_phones=0.04, new_jobs=60),
        ),
        Plan(
            "trends",
            replace(_BASE, texts=True, communities=6, posts=8),
            amplifiers=Amplifiers(count=3),
            takeovers=Takeovers(operators=1, victims=0.015),
            trends=Trends(natural=10, pushed=8),
        ),
        Plan(
            "audience",
            replace(_BASE, creators=0.04, posts=8, popularity=1.2, shown=0.9),
            farms=Farms(count=5),
            amplifiers=Amplifiers(count=3),
            rings=Rings(count=5, mass=4),
            pods=Pods(count=4),
            takeovers=Takeovers(),
        ),
        Plan(
            "order",  # positions in follower lists, no follow times
            replace(
                _BASE, follow_times="order", communities=5, fast=0.05, follow_back=0.02, circled=0.2, second_circle=0
            ),
            farms=Farms(count=5, drip_days=3),
            rings=Rings(),
        ),
    )
}

# tags, phrases and posts that are pushed, among events of six kinds; not among the presets
TOPICS_TRIAL: Final = Plan(
    "topics",
    replace(_BASE, texts=True, communities=6, posts=8, shouts=0.02),
    amplifiers=Amplifiers(count=3),
    takeovers=Takeovers(operators=2, victims=0.02),
    trends=Trends(natural=6, pushed=4, topics=6, events=4),
)

_QUIET_STREETS = replace(_BASE, texts=True, actions=40, posts=7, communities=9)
_CHANGED = Crowds(movers=0.02, new_phones=0.04, new_jobs=60)

# takeovers one strength or habit at a time, among many people who changed for reasons of their own; not among the presets
TAKEOVER_TRIALS: Final[dict[str, Plan]] = {
    name: Plan(f"takeovers-{name}", _QUIET_STREETS, crowds=_CHANGED, takeovers=habits)
    for name, habits in {
        "few": Takeovers(actions=(1, 3)),
        "some": Takeovers(actions=(4, 15)),
        "many": Takeovers(actions=(16, 60)),
        "own_client": Takeovers(other_client=0.0, deleting=0.0),
        "other_client": Takeovers(other_client=1.0, deleting=0.0),
        "deleting": Takeovers(other_client=0.0, deleting=1.0, deleted=0.9),
        "weekend": Takeovers(weekend=1.0),
        "revived": Takeovers(revived=0.5),
    }.items()
}
