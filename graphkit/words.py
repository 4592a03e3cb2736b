"""How results are said: labels, kinds, chances and numbers in plain words that accuse nobody."""

from __future__ import annotations

import math
from typing import Final

from graphkit.language import UNKNOWN, Said, day, minute, number, percent, say, say_many, told
from graphkit.settings import defaults
from graphkit.sources.reasons import REASONS

__all__ = [
    "ACTS", "FIGURES", "KINDS", "LABELS", "LABEL_NOTES", "RIVALS", "SKIPPED_TABLES", "TABLES", "accounts", "bits", "calibration", "chance", "day", "kind", "label",
    "minute", "number", "rival", "share", "strength",
]  # fmt: skip

YES: Final = say("yes")
NO: Final = say("no")

LABELS: Final = {
    "authentic": say("nothing stands out"),
    "bot": say("acts automated"),
    "ring": say("trades follows"),
    "pod": say("trades reactions"),
    "compromised": say("under a second hand"),
    "unknown": say("not enough data"),
}

LABEL_NOTES: Final = {
    "authentic": say("Measured, and no indicator rose above chance."),
    "bot": say("Acts in step with others, or in rhythms that people do not keep."),
    "ring": say("Part of a group that follows each other for the count."),
    "pod": say("Part of a group that likes or comments on each other by agreement."),
    "compromised": say(
        "A real person's account that someone else also seems to use. The person is harmed, not blamed."
    ),
    "unknown": say("Too little was seen to say anything."),
}

KINDS: Final = {
    "bot_cluster": say("accounts that act as one"),
    "follow_ring": say("follow-for-follow ring"),
    "pod": say("engagement pod"),
    "bought_followers": say("bought followers"),
    "compromised": say("accounts under a second hand"),
    "trend_push": say("pushed trend"),
}

TABLES: Final = {
    "accounts": say("accounts"),
    "follows": say("follows"),
    "interactions": say("interactions"),
    "posts": say("posts"),
    "coverage": say("coverage"),
}

PARTS: Final = {"member": say("member"), "beneficiary": say("beneficiary")}

ACTS: Final = {
    "comment": say("comment"),
    "follow": say("follow"),
    "like": say("like"),
    "mention": say("mention"),
    "quote": say("quote"),
    "reply": say("reply"),
    "repost": say("repost"),
}

FIGURES: Final = {
    "acts_inside": say("share of acts within the group"),
    "answered": say("pairs that turned to each other"),
    "answered_due": say("pairs due to turn to each other"),
    "blocks": say("blocks of new followers"),
    "estimate": say("estimate"),
    "first_order": say("day of the first order"),
    "high": say("at most"),
    "in_blocks": say("followers in blocks"),
    "low": say("at least"),
    "own_past_days": say("days of an own past"),
    "pairs": say("pairs that follow each other"),
    "posts": say("posts"),
    "start": say("day of the beginning"),
    "strength": say("strength"),
    "wordings": say("wordings that few others use"),
}

DAYS: Final = ("first_order", "start")  # figures that are moments

ROLES: Final = {
    "advocate": say("advocate"),
    "broadcaster": say("broadcaster"),
    "celebrity": say("celebrity"),
    "employee": say("employee"),
    "follow_back": say("follows for follows"),
    "influencer": say("influencer"),
    "phenomenon": say("phenomenon"),
}

TIERS: Final = {
    "small": say("small"),
    "nano": say("nano"),
    "micro": say("micro"),
    "mid": say("mid"),
    "macro": say("macro"),
    "mega": say("mega"),
}

RELATIONS: Final = {
    "followers": say("followers"),
    "following": say("accounts followed"),
    "unknown": say("not named"),
}

RIVALS: Final = {
    "advert": say("an advert"),
    "automated": say("automated"),
    "bought": say("bought"),
    "campaign_of_own_will": say("a campaign of their own will"),
    "cannot_tell": say("cannot tell"),
    "event": say("an event"),
    "fan_club": say("a fan club"),
    "follow_back": say("follows for follows"),
    "friends": say("friends"),
    "giveaway": say("a giveaway"),
    "pod": say("an engagement pod"),
    "press": say("press coverage"),
    "pushed": say("pushed on command"),
    "readers_of_one_channel": say("readers of one channel"),
    "real": say("real interest"),
    "second_hand": say("a second hand"),
    "service": say("a service that posts for people"),
    "starter_pack": say("a list of accounts to follow"),
}

SKIPPED_TABLES: Final = {
    "accounts": say("who the accounts are (names, counts, dates)"),
    "follows": say("who follows whom"),
    "interactions": say("who liked, shared, answered or mentioned whom"),
    "posts": say("what was posted"),
    "coverage": say("how much of each list was collected"),
}


def label(name: str) -> str:
    """The label in words: what was measured, not what somebody is."""
    return told(LABELS.get(name, name))


def kind(name: str) -> str:
    """The kind of a finding in words."""
    return told(KINDS.get(name, name.replace("_", " ")))


def part(role: str) -> str:
    """The part that an account has in a finding."""
    return told(PARTS.get(role, role))


def act(kind: str) -> str:
    """What an account did, in a word."""
    return told(ACTS.get(kind, kind))


def figure(name: str) -> str:
    """What a figure of a finding counts."""
    return told(FIGURES.get(name, name.replace("_", " ")))


def role(name: str) -> str:
    """The role of an account in the network."""
    return told(ROLES.get(name, name))


def tier(name: str) -> str:
    """The size of an account, in a word of the trade."""
    return told(TIERS.get(name, name))


def relation(name: str) -> str:
    """What a list of accounts is a list of."""
    return told(RELATIONS.get(name, name))


def rival(name: str) -> str:
    """Another explanation in words."""
    return told(RIVALS.get(name, name.replace("_", " ")))


def refusal(reason: str) -> str:
    """Why a row was refused, in words."""
    return told(REASONS.get(reason, reason.replace("_", " ")))


def bits(p: float | None) -> float | None:
    """Surprise in bits, -log2 p, capped; None where no chance can be given.

    >>> bits(0.125)
    3.0
    """
    if p is None or math.isnan(p):
        return None
    most = defaults().pages.most_bits
    return most if p <= 2.0**-most else -math.log2(min(p, 1.0)) + 0.0


def chance(p: float | None) -> Said:
    """A p-value as a sentence part.

    >>> chance(0.0004)
    'about 1 in 2,500'
    """
    if p is None or math.isnan(p):
        return say("no chance can be given")
    if p >= 0.5:
        return say("as often as not by chance")
    if p < 1e-12:
        return say("less than 1 in a million millions")
    return say("about 1 in {times}", times=_rounded(1 / p))


def calibration(q: float | None) -> Said:
    """A q-value as a sentence: how many findings this strong chance alone gives.

    >>> calibration(0.02)
    'Of findings this strong, about 2% are expected by chance alone (q = 0.02).'
    """
    if q is None or math.isnan(q):
        return say("Not calibrated: how often chance alone gives a finding this strong is not known.")
    if q < 0.001:
        return say(
            "Of findings this strong, fewer than {share} are expected by chance alone (q below {least}).",
            share=percent(0.001, 1),
            least=0.001,
        )
    return say(
        "Of findings this strong, about {share} are expected by chance alone (q = {q}).",
        share=percent(q, 0 if q >= 0.01 else 1),
        q=q,
    )


def strength(q: float | None) -> Said:
    """One of four fixed words for how far a finding stands above chance."""
    limits = defaults().pages
    if q is None or math.isnan(q):
        return say("not calibrated")
    if q <= limits.strong_q:
        return say("strong indication")
    return say("indication") if q <= limits.plain_q else say("weak indication")


def share(part: float, whole: float) -> str:
    """A part in percent; a dash where there is no whole."""
    if not whole:
        return UNKNOWN
    digits = 0 if part in (0, whole) or round(1000 * part / whole) % 10 == 0 else 1
    return str(percent(part / whole, digits))


def accounts(amount: int) -> Said:
    """A count of accounts.

    >>> accounts(1), accounts(1200)
    ('1 account', '1,200 accounts')
    """
    return say_many("{count} account", "{count} accounts", count=amount)


def counted(amount: int, singular: str, plural: str = "") -> str:
    """A count with its noun."""
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def _rounded(value: float) -> int:
    """Two digits that matter: 2,483 becomes 2,500."""
    if value < 100:
        return round(value)
    step = int(10 ** (math.floor(math.log10(value)) - 1))
    return round(value / step) * step
