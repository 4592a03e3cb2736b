"""X/Twitter API v1.1: posts with their users, users, follower cursors and deletion notices, as JSON lines or arrays.

A repost is an act on the original (`retweeted_status`) and no post of its own; its text and numbers belong to the
original. Mentions that a repost or a reply adds by itself are left out. Only the `_str` ids are used where both exist.
A follower cursor (`{"ids": [...]}`) must say whose followers it lists: by `user_id`, or in the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.loaders import _rows
from graphkit.loaders._look import objects
from graphkit.loaders._rows import Rows, ShapeError, identifier, inner_text, needed

from graphkit.dataset import Batch, Dataset
from graphkit.sources import reading
from graphkit.sources.files import Recognised, Sample, SourceFile, sample

NAME = "x_v1"
VERSION = "2"

_PAGE = 5_000  # ids a cursor page holds at most
_SUBJECT = re.compile(r"(?:^|[_\-.])(\d{2,20})(?=$|[_\-.])")


def recognise(seen: Sample) -> Recognised | None:
    """Whether most objects are v1.1 posts, users, cursors or deletions."""
    found = objects(seen)[:200]
    if not found or sum(map(_is_ours, found)) < 0.6 * len(found):
        return None
    subject = _SUBJECT.search(seen.file.stem) if any("ids" in said for said in found) else None
    way = "following" if re.search("friend|following", seen.file.stem.lower()) else "followers"
    return Recognised(0.9, {"subject": subject.group(1), "relation": way} if subject else {"relation": way})


def _is_ours(said: dict[str, Any]) -> bool:
    post = "user" in said and "created_at" in said and ("entities" in said or "text" in said or "full_text" in said)
    user = "screen_name" in said and ("statuses_count" in said or "followers_count" in said) and "created_at" in said
    cursor = isinstance(said.get("ids"), list) and "next_cursor" in said
    return post or (user and "data" not in said) or cursor or _deletion(said) is not None


def _deletion(said: dict[str, Any]) -> dict[str, Any] | None:
    status = said["delete"].get("status") if isinstance(said.get("delete"), dict) else None
    return status if isinstance(status, dict) else None


def _told_by(post: str) -> str | None:
    """When a post was made, which its number tells since late 2010 (in milliseconds); older numbers tell nothing."""
    number = int(post) if post.isdigit() else 0
    return str((number >> 22) + 1_288_834_974_657) if number > 29_700_859_247 else None


@dataclass(frozen=True, slots=True)
class _Taking:
    subject: str
    relation: str

    def __call__(self, said: dict[str, Any], rows: Rows, /, *, line: int) -> None:
        deleted = _deletion(said)
        if deleted is not None:
            when = said["delete"].get("timestamp_ms")
            post = needed(deleted)
            rows.add("posts", id=post, author=identifier(deleted, "user_id"), at=_told_by(post), deleted_at=when)
        elif "ids" in said:
            self._cursor(said, rows, line)
        elif "user" in said:
            _post(said, rows)
        elif "screen_name" in said:
            _user(said, rows)
        else:
            raise ShapeError("neither a post nor a user nor a page of ids")

    def _cursor(self, said: dict[str, Any], rows: Rows, line: int) -> None:
        subject = identifier(said, "user_id") or self.subject
        if not subject:
            raise ShapeError("it is not said whose list this is; put the account's id into the file name")
        for place, other in enumerate(said["ids"]):
            ends = (str(other), subject) if self.relation == "followers" else (subject, str(other))
            if ends[0] != ends[1]:
                at = (line - 1) * _PAGE + place
                rows.add("follows", follower=ends[0], followed=ends[1], at_kind="order", position=at)
        done = True if said.get("next_cursor") == 0 else None
        rows.add("coverage", account=subject, relation=self.relation, order="newest_first", complete=done)


def _user(said: dict[str, Any], rows: Rows, observed_at: Any = None) -> str:
    account = needed(said)
    rows.add(
        "accounts",
        id=account,
        handle=said.get("screen_name"),
        name=said.get("name"),
        created_at=said.get("created_at"),
        followers=said.get("followers_count"),
        following=said.get("friends_count"),
        posts=said.get("statuses_count"),
        verified=said.get("verified") if isinstance(said.get("verified"), bool) else None,
        bio=said.get("description"),
        location=said.get("location"),
        lang=said.get("lang"),
        url=said.get("url"),
        platform="twitter",
        observed_at=observed_at,
    )
    return account


def _post(said: dict[str, Any], rows: Rows) -> tuple[str, str]:
    post, at, client = needed(said), said.get("created_at"), inner_text(said.get("source"))
    author = _user(said["user"], rows, at)
    act = {"actor": author, "at": at, "client": client}
    original = said.get("retweeted_status")
    if isinstance(original, dict):
        of, whose = _post(original, rows)
        rows.add("interactions", **act, target=whose, kind="repost", post=of)
        return post, author
    quoted = said.get("quoted_status")
    if isinstance(quoted, dict):
        of, whose = _post(quoted, rows)
        rows.add("interactions", **act, target=whose, kind="quote", post=of)
    elif identifier(said, "quoted_status_id"):
        rows.add("interactions", **act, kind="quote", post=identifier(said, "quoted_status_id"))
    answered = identifier(said, "in_reply_to_user_id")
    if answered:
        rows.add("interactions", **act, target=answered, kind="reply", post=identifier(said, "in_reply_to_status_id"))
    full = said["extended_tweet"] if isinstance(said.get("extended_tweet"), dict) else said
    entities = full.get("entities") or {}
    for mention in entities.get("user_mentions") or ():
        whom = identifier(mention)
        if whom and whom not in (author, answered):
            rows.add("interactions", **act, target=whom, kind="mention", post=post)
    rows.add(
        "posts",
        id=post,
        author=author,
        at=at,
        text=full.get("full_text") or said.get("full_text") or said.get("text"),
        lang=said.get("lang"),
        client=client,
        reply_to=identifier(said, "in_reply_to_status_id"),
        tags=[tag["text"] for tag in entities.get("hashtags") or () if tag.get("text")] or None,
        urls=[url.get("expanded_url") or url.get("url") for url in entities.get("urls") or ()] or None,
    )
    return post, author


def batches(file: SourceFile, first: int = 0) -> Iterator[Batch]:
    """The objects of the file, a batch at a time, from batch `first` on."""
    take = _Taking(file.options.get("subject", ""), file.options.get("relation", "followers"))
    return _rows.batches(file, take, first)


def load(path: str | Path) -> Dataset:
    """The file in memory."""
    file = SourceFile(Path(path))
    return reading.dataset(batches(reading.chosen(file, recognise(sample(file)))))
