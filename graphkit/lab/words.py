"""How made-up worlds are told: what was planted, what accounts are, and the innocent crowds, in words."""

from __future__ import annotations

from typing import Final

from graphkit.language import say

PLANTED: Final = {
    "farm": say("farms of automated accounts"),
    "amplifier": say("nets of automated amplifiers"),
    "ring": say("follow-for-follow rings"),
    "pod": say("engagement pods"),
    "takeover": say("groups of taken-over accounts"),
    "trend_push": say("pushed trends"),
}
WORDS: Final = {
    "bot": say("automated"),
    "ring": say("in a ring"),
    "pod": say("in a pod"),
    "compromised": say("under a second hand"),
}
CROWDS: Final = {
    "activists": say("activists"),
    "everybody else": say("everybody else"),
    "fan_club": say("fan club"),
    "friends": say("friends"),
    "lurkers": say("silent readers"),
    "movers": say("people who moved"),
    "mutual_fans": say("mutual fans"),
    "new_jobs": say("people with new jobs"),
    "new_phones": say("people with new phones"),
    "newsroom": say("newsroom"),
    "night_workers": say("night workers"),
    "office": say("office"),
    "press_burst": say("press rush"),
    "prize_draw": say("prize draw"),
    "revived": say("people back after a long silence"),
    "starter_pack": say("list of accounts to follow"),
}


def crowd(name: str) -> str:
    """The name of an innocent crowd in words."""
    return CROWDS.get(name, name.replace("_", " "))
