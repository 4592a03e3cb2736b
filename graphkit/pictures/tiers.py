"""Engagement by size: the rate of each account, the middle of each tier, and the band that a published table expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit import words
from graphkit.audience.engagement import Preset, engagement, preset
from graphkit.language import number, percent, say, told, worded
from graphkit.pictures.canvas.axes import Scale, powers
from graphkit.pictures.canvas.marks import WIDTH, Area, Dots, Drawing, Mark, Missing, Path, Picture, Words

LEFT, RIGHT = 56.0, WIDTH - 10.0
TOP, FOOT = 40.0, 250.0
LEAST: Final = 5  # accounts with a rate; fewer show no course
MOST: Final = 1_500  # dots: more is ink on ink
FEWEST: Final = 5  # accounts of a tier for which a middle is drawn

Floats = NDArray[np.float64]


def tiers(reach: pa.Table, *, chosen: str = "vendor") -> Picture:
    """Share of followers who react to one post against followers, with the band of the preset; both by powers of ten."""
    title = told(say("Rate of reaction by size"))
    table = engagement(reach, chosen=chosen)
    size, rate = (
        np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)) for name in ("followers", "rate")
    )
    told_of = (size >= 1) & (rate > 0)
    if told_of.sum() < LEAST:
        return Missing(
            title, told(say("For fewer than {least} accounts it is known how many people a post moves.", least=LEAST))
        )
    size, rate, tier = size[told_of], rate[told_of], np.array(table["tier"].to_pylist(), object)[told_of]
    low, high = max(float(np.quantile(rate, 0.005)) / 1.5, 1e-7), float(rate.max()) * 1.5
    x = Scale(max(float(size.min()) / 1.3, 0.5), float(size.max()) * 1.3, LEFT, RIGHT, powers=True)
    y = Scale(low, high, FOOT, TOP, powers=True)
    band, middles = tuple(_band(preset(chosen), x, y)), tuple(_middles(size, rate, tier, x, y))
    marks = [
        *band,
        *_grid(x, y),
        Dots(_thinned(size, rate, x, y), 1.7, "observed", hollow=len(size) < 200),
        *middles,
        *_key(band=bool(band), middles=bool(middles)),
    ]
    return Drawing(
        title, _said(len(size), chosen, band=bool(band), middles=bool(middles)), WIDTH, FOOT + 42, tuple(marks)
    )


def _band(table: Preset, x: Scale, y: Scale) -> Iterator[Mark]:
    """The expected rates where the preset names them."""
    sizes = np.geomspace(x.low, x.high, 60)
    low, high = table.band(sizes)
    known = np.flatnonzero(~np.isnan(low))
    if len(known) > 1:
        upper = [(x(sizes[i]), y(high[i])) for i in known]
        lower = [(x(sizes[i]), y(low[i])) for i in known[::-1]]
        yield Area((*upper, *lower), "band")


def _grid(x: Scale, y: Scale) -> Iterator[Mark]:
    for value in powers(x.low, x.high):
        yield Path(((x(value), TOP), (x(value), FOOT)), "line", 0.5)
        yield Words(x(value), FOOT + 15, number(value), "soft", "middle")
    for value in powers(y.low, y.high):
        yield Path(((LEFT, y(value)), (RIGHT, y(value))), "line", 0.5)
        yield Words(
            LEFT - 5,
            y(value) + 4,
            str(percent(value, 0 if value >= 0.01 else 3 if value < 0.001 else 1)),
            "soft",
            "end",
        )
    yield Words((LEFT + RIGHT) / 2, FOOT + 34, told(say("followers")), "soft", "middle")


def _thinned(size: Floats, rate: Floats, x: Scale, y: Scale) -> tuple[tuple[float, float], ...]:
    every = slice(None, None, 1 + len(size) // MOST)
    places = ((x(a), y(b)) for a, b in zip(size[every], rate[every], strict=True))
    return tuple(dict.fromkeys(places))


def _middles(size: Floats, rate: Floats, tier: NDArray[np.object_], x: Scale, y: Scale) -> Iterator[Mark]:
    """Median and middle half of each tier, at the median of its sizes."""
    for name in dict.fromkeys(tier[np.argsort(size, kind="stable")]):
        mine = tier == name
        if name is None or mine.sum() < FEWEST:
            continue
        at = x(float(np.median(size[mine])))
        low, middle, high = (y(float(v)) for v in np.quantile(rate[mine], [0.25, 0.5, 0.75]))
        yield Path(((at, low), (at, high)), "surprise", 3.0)
        yield Dots(((at, middle),), 5.0, "surprise")
        yield Words(at + 9, middle + 4, words.tier(str(name)), "ink", strong=True)


def _key(*, band: bool, middles: bool) -> Iterator[Mark]:
    """What the marks say, of those that are drawn."""
    yield Words(LEFT, 12, told(say("share of followers who react to one post")), "soft")
    if middles:
        yield Dots(((LEFT + 5, 25),), 5.0, "surprise")
        yield Words(LEFT + 15, 29, told(say("middle of a tier")), "soft", size=11)
    if band:
        yield Area(((LEFT + 200, 20), (LEFT + 222, 20), (LEFT + 222, 31), (LEFT + 200, 31)), "band")
        yield Words(LEFT + 228, 29, told(say("expected by the preset")), "soft", size=11)


def _said(accounts: int, chosen: str, *, band: bool, middles: bool) -> str:
    """What is drawn, in words."""
    sentences = [say("{accounts} accounts, one dot each.", accounts=accounts)]
    if middles:
        sentences.append(say("Bars hold the middle half of a tier."))
    if band:
        source = worded(preset(chosen).source)
        sentences.append(say("The band is what the table “{preset}” expects: {source}.", preset=chosen, source=source))
    return " ".join(map(told, sentences))
