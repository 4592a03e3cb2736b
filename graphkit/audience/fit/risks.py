"""What a partner should know first: how much an account advertises, and whether it grew steadily or at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from graphkit.audience.fit.lexicon import cue
from graphkit.audience.people import DAY
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import percent, say

Floats = NDArray[np.float64]

# Share of adverts that vendors call usual in three months, by tier. Above it: over-exposed.
USUAL_ADVERTS: Final = {"micro": (0.05, 0.15), "mid": (0.10, 0.20), "macro": (0.15, 0.25), "mega": (0.20, 0.35)}
_LAST: Final = 30  # posts
_WEEK: Final = 7 * DAY
_WEEKS: Final = 8  # fewer say nothing about growth
_GROWTH: Final = {"steady": say("steady"), "sudden": say("sudden")}
_EXPOSURE: Final = {
    "over-exposed": say("over-exposed"),
    "usual": say("usual"),
    "below": say("below"),
    "cannot say": say("cannot say"),
}
_JUMP: Final = 4.0  # times the usual week, and beyond what counting allows


@dataclass(frozen=True, slots=True)
class Adverts:
    """Posts that are adverts, by the source's own mark or a disclosure in the text."""

    account: str
    posts: int
    adverts: int
    disclosed: int  # of them, with a disclosure that readers see
    last_share: float | None  # among the last 30 posts; None: no post
    low: float | None
    high: float | None
    months: tuple[tuple[int, int, int], ...]  # (first day in ms, posts, adverts) for each 30 days
    usual: tuple[float, float] | None  # band of the tier; None: its source names none
    reading: str  # over-exposed, usual, below, cannot say

    def explain(self) -> Iterator[str]:
        """The counts, the share with its interval, and the band."""
        yield say(
            "{adverts} of {posts} posts are adverts; {disclosed} say so to their readers.",
            adverts=self.adverts,
            posts=self.posts,
            disclosed=self.disclosed,
        )
        if self.last_share is None:
            yield say("No posts: how much it advertises cannot be said.")
            return
        yield say(
            "Among the last {posts}: {last_share} ({low} to {high}).",
            posts=min(self.posts, _LAST),
            last_share=percent(self.last_share),
            low=percent(self.low),
            high=percent(self.high),
        )
        if self.usual is not None:
            yield say(
                "Usual for its size: {usual} to {usual2} (a vendor's table): {reading}.",
                usual=percent(self.usual[0]),
                usual2=percent(self.usual[1]),
                reading=_EXPOSURE.get(self.reading, self.reading),
            )


def adverts(graph: InfluenceGraph, account: str, *, tier: str | None = None) -> Adverts:
    """How much one account (id or "@handle") advertises; `tier` as in the vendor preset."""
    node = graph.node(account)
    rows = np.flatnonzero(graph.post_author == node)
    rows = rows[np.lexsort((rows, graph.post_at[rows]))]
    shown, paid = _marks(graph, rows)
    advert = shown | paid
    last = advert[-_LAST:]
    share = float(last.mean()) if len(last) else None
    ends = beta.ppf([0.025, 0.975], last.sum() + 0.5, len(last) - last.sum() + 0.5)
    band = USUAL_ADVERTS.get(tier or "")
    return Adverts(
        account=graph.ids([node])[0],
        posts=len(rows),
        adverts=int(advert.sum()),
        disclosed=int(shown.sum()),
        last_share=share,
        low=None if share is None else float(ends[0]),
        high=None if share is None else float(ends[1]),
        months=tuple(_months(graph.post_at[rows], advert)),
        usual=band,
        reading=_reading(share, float(ends[0]), float(ends[1]), band),
    )


def are_adverts(graph: InfluenceGraph, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of some posts are adverts, by the source's own mark or a disclosure to readers."""
    shown, paid = _marks(graph, rows)
    return shown | paid


def _marks(graph: InfluenceGraph, rows: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each post discloses that it is an advert, and whether the source marks it as paid."""
    posts = graph.posts.take(rows)
    shown = np.array([_is_disclosed(row) for row in posts.select(["text", "tags", "lang"]).to_pylist()], dtype=bool)
    return shown, np.array([value is True for value in posts["paid"].to_pylist()], dtype=bool)


def _reading(share: float | None, low: float, high: float, band: tuple[float, float] | None) -> str:
    if share is None or band is None:
        return "cannot say"
    if low > band[1]:
        return "over-exposed"
    return "below" if high < band[0] else "usual"


def _is_disclosed(row: dict[str, object]) -> bool:
    tags = row["tags"] or ()
    text = " ".join([str(row["text"] or ""), *(f"#{str(tag).lstrip('#')}" for tag in tags)])  # type: ignore[attr-defined]
    return bool(cue("disclosure").found(text))


def _months(at: NDArray[np.int64], advert: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    known = at != NO_TIME
    if not known.any():
        return
    first = int(at[known].min())
    month = (at[known] - first) // (30 * DAY)
    for one in np.unique(month):
        inside = month == one
        yield first + int(one) * 30 * DAY, int(inside.sum()), int(advert[known][inside].sum())


@dataclass(frozen=True, slots=True)
class Growth:
    """New followers week by week, of those still there."""

    account: str
    weeks: tuple[int, ...]
    largest: int  # new followers in the largest week
    usual: float  # in the median week
    reading: str  # steady, sudden, cannot say
    share_of_largest: float | None  # of all dated followers

    def explain(self) -> Iterator[str]:
        """The reading and its grounds."""
        if self.share_of_largest is None:
            yield say(
                "Growth cannot be said: the follows of {weeks} weeks have a time, {weeks2} are needed.",
                weeks=len(self.weeks),
                weeks2=_WEEKS,
            )
        else:
            yield (
                say(
                    "Growth is {reading}: {largest} followers came in the largest of {weeks} weeks "
                    "({share_of_largest} of all), {usual} in a usual one.",
                    reading=_GROWTH.get(self.reading, self.reading),
                    largest=self.largest,
                    weeks=len(self.weeks),
                    share_of_largest=percent(self.share_of_largest),
                    usual=round(float(self.usual), 0),
                )
            )


def growth(graph: InfluenceGraph, account: str) -> Growth:
    """Whether the audience of one account (id or "@handle") came steadily or at once, where follows have times.

    Sudden: some week brought four times as many as the median week, and more than counting allows (5 standard
    deviations). An advert, a press day or a purchase does that; which of them, the findings say.
    """
    node = graph.node(account)
    at = graph.follow_at[graph.follows.indices == node]
    at = at[at != NO_TIME]
    name = graph.ids([node])[0]
    if len(at) == 0 or (at.max() - at.min()) // _WEEK + 1 < _WEEKS:
        seen = int((at.max() - at.min()) // _WEEK + 1) if len(at) else 0
        return Growth(name, (0,) * seen, 0, 0.0, "cannot say", None)
    weeks = np.bincount((at - at.min()) // _WEEK)
    usual, largest = float(np.median(weeks)), int(weeks.max())
    sudden = largest > max(_JUMP * usual, usual + 5.0 * np.sqrt(max(usual, 1.0)))
    return Growth(name, tuple(weeks.tolist()), largest, usual, "sudden" if sudden else "steady", largest / len(at))
