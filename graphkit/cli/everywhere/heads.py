"""Tables on the screen in the reader's language: heads of columns, names of ours in cells, and times as people read them.

Only the screen is told: JSON and files keep the names and numbers of the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from graphkit import words
from graphkit.language import Said, minute, number, say, told

EARLIEST: Final = 100_000_000_000  # UTC milliseconds (1973): smaller numbers under a head of a time are no moments

HEADS: Final[Mapping[str, Said]] = {
    "account": say("account"),
    "accounts": say("accounts"),
    "act": say("act"),
    "acts": say("acts"),
    "adds": say("adds"),
    "ageMs": say("age (ms)"),
    "all": say("all"),
    "answered_share": say("share answered"),
    "answeredAt": say("answered at"),
    "answers": say("answers"),
    "apartMs": say("apart (ms)"),
    "asked": say("asked"),
    "at": say("time"),
    "atKind": say("kind of time"),
    "best_possible": say("best possible"),
    "both": say("both"),
    "cited": say("cited"),
    "claimed": say("stated"),
    "client": say("client"),
    "closestMs": say("closest (ms)"),
    "collected": say("collected"),
    "complete": say("complete"),
    "createdAt": say("created at"),
    "day": say("day"),
    "days": say("days"),
    "declared": say("stated"),
    "delayMs": say("delay (ms)"),
    "deletedAt": say("deleted at"),
    "detector": say("detector"),
    "due": say("due"),
    "early": say("early"),
    "endedAt": say("ended at"),
    "endorsers": say("endorsers"),
    "engaged": say("engaged"),
    "expected": say("expected"),
    "expected_high": say("expected, at most"),
    "expected_low": say("expected, at least"),
    "fetchedAt": say("fetched at"),
    "finding": say("finding"),
    "findings": say("findings"),
    "first": say("first"),
    "firstAt": say("first at"),
    "followed": say("followed"),
    "followedAt": say("followed at"),
    "followedBackAt": say("followed back at"),
    "followers": say("followers"),
    "following": say("following"),
    "follows": say("follows"),
    "given": say("given"),
    "guarantee": say("guarantee"),
    "handle": say("handle"),
    "high": say("at most"),
    "hour": say("hour"),
    "id": say("id"),
    "inside": say("inside"),
    "kind": say("kind"),
    "kinds": say("kinds"),
    "label": say("group"),
    "last": say("last"),
    "links": say("links"),
    "listed": say("listed"),
    "loader": say("loader"),
    "low": say("at least"),
    "members": say("members"),
    "memory": say("memory"),
    "mentions": say("mentions"),
    "moved": say("moved"),
    "name": say("name"),
    "needs": say("needs"),
    "observedAt": say("observed at"),
    "one": say("one"),
    "other": say("other"),
    "otherRole": say("role of the other"),
    "p": say("p"),
    "parameters": say("parameters"),
    "path": say("path"),
    "people": say("people"),
    "percentile": say("percentile"),
    "popular_tags": say("popular tags"),
    "post": say("post"),
    "posts": say("posts"),
    "preset": say("table"),
    "pressed_share": say("share pressed"),
    "q": say("q"),
    "query": say("query"),
    "question": say("question"),
    "rate": say("rate"),
    "reading": say("reading"),
    "reads": say("reads"),
    "real": say("people"),
    "real_high": say("people, at most"),
    "real_low": say("people, at least"),
    "reasons": say("reasons"),
    "received": say("received"),
    "relation": say("relation"),
    "repeat_share": say("share who return"),
    "role": say("role"),
    "rows": say("rows"),
    "says": say("says"),
    "score": say("score"),
    "second": say("second"),
    "secondAt": say("second at"),
    "seconds": say("seconds"),
    "seen": say("seen"),
    "sentence": say("sentence"),
    "share": say("proportion"),
    "shared": say("shared"),
    "size": say("size"),
    "step": say("step"),
    "steps": say("steps"),
    "tag": say("tag"),
    "texts": say("texts"),
    "thanked": say("thanked"),
    "theme": say("theme"),
    "tie": say("tie"),
    "tier": say("tier"),
    "title": say("title"),
    "two": say("two"),
    "url": say("link"),
    "verified": say("verified"),
    "version": say("version"),
    "what": say("step"),
}

THEMES: Final[Mapping[str, Said]] = {
    "acts": say("acts"),
    "coverage": say("coverage"),
    "findings": say("findings"),
    "posts": say("posts"),
    "ties": say("ties"),
    "time": say("time"),
}
VALUES: Final[Mapping[str, Mapping[str, Said]]] = {  # names of ours that stand in cells, by the column
    "role": words.ROLES,
    "theme": THEMES,
    "tier": words.TIERS,
}


def head(name: str) -> str:
    """The head of a column; a name that nobody knows, of an own question, stays as it is."""
    if name.startswith("tier_"):
        return told(say("tier, {table}", table=name.removeprefix("tier_")))
    return told(HEADS.get(name, name.replace("_", " ")))


def cell(column: str, value: Any) -> str:
    """What stands in a cell: words of ours told, numbers as people read them, moments as days with their minute."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return told(words.YES if value else words.NO)
    if isinstance(value, int) and _is_moment(column) and value >= EARLIEST:
        return minute(value)
    if isinstance(value, int | float):
        return number(value)
    known = VALUES.get("tier" if column.startswith("tier_") else column, {})
    return told(known.get(value, value) if isinstance(value, str) else str(value))


def _is_moment(column: str) -> bool:
    return column in ("at", "first", "last") or column.endswith("At")
