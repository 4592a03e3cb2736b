"""X/Twitter API v2: pages with includes, or flattened posts, users, and follower pages as twarc saves them.

A repost is an act on the original and no post of its own. A referenced post that was deleted keeps its tie, with the
author unknown. Whose followers a page lists is read from `__twarc.url`; followers come newest first, without a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphkit.loaders import _rows
from graphkit.loaders._look import objects
from graphkit.loaders._rows import Rows, ShapeError, identifier, needed

from graphkit.dataset import Batch, Dataset
from graphkit.sources import reading
from graphkit.sources.files import Recognised, Sample, SourceFile, sample

NAME = "x_v2"
VERSION = "1"

_PAGE = 1_000  # users a follower page holds at most
_FOLLOW_URL = re.compile(r"/users/(\d+)/(followers|following)")
_KINDS = {"retweeted": "repost", "quoted": "quote", "replied_to": "reply"}


def recognise(seen: Sample) -> Recognised | None:
    """Whether most objects are v2 pages, flattened posts or users."""
    found = objects(seen)[:200]
    if not found or sum(map(_is_ours, found)) < 0.6 * len(found):
        return None
    return Recognised(0.9)


def _is_ours(said: dict[str, Any]) -> bool:
    data = said.get("data")
    items = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    page = any(isinstance(one, dict) and (_is_post(one) or _is_user(one)) for one in items[:5])
    empty = not items and isinstance(said.get("meta"), dict) and "result_count" in said["meta"]
    return page or empty or _is_post(said) or _is_user(said)


def _is_post(said: Mapping[str, Any]) -> bool:
    telling = (
        "edit_history_tweet_ids",
        "public_metrics",
        "conversation_id",
        "referenced_tweets",
        "created_at",
        "author",
    )
    return "id" in said and "text" in said and any(name in said for name in telling) and "user" not in said


def _is_user(said: Mapping[str, Any]) -> bool:
    return "id" in said and "username" in said and ("name" in said or "public_metrics" in said) and "text" not in said


@dataclass
class _Page:
    """One page with everything that its includes say."""

    rows: Rows
    observed_at: Any = None
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # handle in lower case -> id

    def user(self, said: Any) -> str:
        if not isinstance(said, dict) or not identifier(said):
            return ""
        numbers = said.get("public_metrics") or {}
        account, handle = identifier(said), said.get("username")
        self.ids[str(handle).lower()] = account
        self.rows.add(
            "accounts",
            id=account,
            handle=handle,
            name=said.get("name"),
            created_at=said.get("created_at"),
            followers=numbers.get("followers_count"),
            following=numbers.get("following_count"),
            posts=numbers.get("tweet_count"),
            verified=said.get("verified") if isinstance(said.get("verified"), bool) else None,
            bio=said.get("description"),
            location=said.get("location"),
            url=said.get("url"),
            platform="twitter",
            observed_at=self.observed_at,
        )
        return account

    def post(self, said: dict[str, Any]) -> None:
        post, author, at = needed(said), self.author(said), said.get("created_at")
        act = {"actor": author, "at": at, "client": said.get("source")}
        referenced = {one.get("type"): one for one in said.get("referenced_tweets") or ()}
        answered = identifier(said, "in_reply_to_user_id")
        for kind, one in sorted(referenced.items(), key=lambda pair: str(pair[0])):
            if kind in _KINDS and author:
                target = self.referenced(one) or (answered if kind == "replied_to" else "")
                self.rows.add("interactions", **act, target=target, kind=_KINDS[kind], post=needed(one))
        if "retweeted" in referenced:
            return
        if not author:
            raise ShapeError("author_id is missing; ask the API for the field author_id")
        self._own(said, post, author, answered)

    def _own(self, said: dict[str, Any], post: str, author: str, answered: str) -> None:
        entities = said.get("entities") or {}
        replied = [one for one in said.get("referenced_tweets") or () if one.get("type") == "replied_to"]
        act = {"actor": author, "at": said.get("created_at"), "client": said.get("source")}
        for mention in entities.get("mentions") or ():
            whom = identifier(mention) or self.ids.get(str(mention.get("username", "")).lower(), "")
            if whom and whom not in (author, answered):
                self.rows.add("interactions", **act, target=whom, kind="mention", post=post)
        note = said.get("note_tweet") or {}
        self.rows.add(
            "posts",
            id=post,
            author=author,
            at=said.get("created_at"),
            text=note.get("text") or said.get("text"),
            lang=said.get("lang"),
            client=said.get("source"),
            conversation=identifier(said, "conversation_id"),
            reply_to=needed(replied[0]) if replied else None,
            tags=[tag["tag"] for tag in entities.get("hashtags") or () if tag.get("tag")] or None,
            urls=[_address(url) for url in entities.get("urls") or ()] or None,
        )

    def author(self, said: dict[str, Any]) -> str:
        return self.user(said.get("author")) or identifier(said, "author_id")

    def referenced(self, one: dict[str, Any]) -> str:
        """The author of a referenced post; empty where it was deleted or not fetched."""
        whole = one if "text" in one else self.posts.get(identifier(one))
        if whole is None:
            return ""
        if whole is one:  # flattened: the referenced post stands here whole
            self.post({**whole, "referenced_tweets": [r for r in whole.get("referenced_tweets") or () if "text" in r]})
        return identifier(whole, "author_id") or identifier(whole.get("author") or {})


def _address(url: dict[str, Any]) -> str | None:
    return url.get("unwound_url") or url.get("expanded_url") or url.get("url")


def _take(said: dict[str, Any], rows: Rows, /, *, line: int) -> None:
    origin = said.get("__twarc") or {}
    page = _Page(rows, origin.get("retrieved_at"))
    if "data" not in said:
        if "meta" in said or "errors" in said:
            return  # an empty page
        _item(said, page)
        return
    includes = said.get("includes") or {}
    items = said["data"] if isinstance(said["data"], list) else [said["data"]]
    for user in includes.get("users") or ():
        page.user(user)
    page.posts = {identifier(post): post for post in [*(includes.get("tweets") or ()), *items] if "text" in post}
    for post in includes.get("tweets") or ():
        if identifier(post, "author_id"):
            page.post(post)
    subject = _FOLLOW_URL.search(str(origin.get("url", "")))
    for place, item in enumerate(items):
        account = _item(item, page)
        if subject and account and account != subject.group(1):
            _follow(rows, account, subject, at=(line - 1) * _PAGE + place, seen=page.observed_at)
    if subject:
        done = True if "next_token" not in (said.get("meta") or {"next_token": ""}) else None
        facts = {"order": "newest_first", "fetched_at": page.observed_at, "complete": done}
        rows.add("coverage", account=subject.group(1), relation=subject.group(2), **facts)


def _item(item: dict[str, Any], page: _Page) -> str:
    if "text" in item:
        page.post(item)
        return ""
    if "username" in item:
        return page.user(item)
    raise ShapeError("neither a post nor a user")


def _follow(rows: Rows, account: str, subject: re.Match[str], *, at: int, seen: Any) -> None:
    whose, relation = subject.groups()
    ends = (account, whose) if relation == "followers" else (whose, account)
    rows.add("follows", follower=ends[0], followed=ends[1], at_kind="order", position=at, observed_at=seen)


def batches(file: SourceFile, first: int = 0) -> Iterator[Batch]:
    """The objects of the file, a batch at a time, from batch `first` on."""
    return _rows.batches(file, _take, first)


def load(path: str | Path) -> Dataset:
    """The file in memory."""
    file = SourceFile(Path(path))
    return reading.dataset(batches(reading.chosen(file, recognise(sample(file)))))
