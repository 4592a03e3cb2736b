"""Pictures: their numbers are those of the data, both ways of drawing say the same, and a blank has its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

import hostile
import numpy as np
import pyarrow as pa
import pytest
from lxml import html

from graphkit import pictures
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import LANGUAGES, speaking
from graphkit.measures.rhythm import rhythm
from graphkit.pictures.acts import moments_of_acts
from graphkit.pictures.canvas.axes import Scale, ticks, times
from graphkit.pictures.canvas.marks import PRINT, Area, Dots, Rect, Runs, Words
from graphkit.pictures.canvas.printing import printed
from graphkit.pictures.meetings import RIGHT

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
AT = 1_750_032_000_000  # Monday 2025-06-16, midnight UTC
ROW = {
    "followers": 1000.0, "seen": 800.0, "removed_bought": 100.0, "removed_ring": 50.0, "removed_bot": 30.0,
    "removed_inactive": 20.0, "real": 600.0, "real_low": 550.0, "real_high": 640.0, "engaged": 200.0,
    "moved": 40.0, "moved_low": 30.0, "moved_high": 55.0,
}  # fmt: skip


def texts(drawing: pictures.Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if isinstance(mark, Words)]


def marks(drawing: pictures.Drawing, kind: type, role: str) -> list:
    return [mark for mark in drawing.marks if isinstance(mark, kind) and mark.role == role]


def graph_of(*, follows=(), acts=()) -> InfluenceGraph:
    """A network of (follower, followed, at) and (actor, target, post, at)."""
    tables = {}
    if follows:
        columns = dict(zip(("follower", "followed", "at"), map(list, zip(*follows, strict=True)), strict=True))
        tables["follows"] = pa.table(columns | {"at_kind": ["exact"] * len(follows)})
    if acts:
        columns = dict(zip(("actor", "target", "post", "at"), map(list, zip(*acts, strict=True)), strict=True))
        tables["interactions"] = pa.table(columns | {"kind": ["like"] * len(acts)})
    return InfluenceGraph.build(tables)


@pytest.fixture(scope="module")
def crew() -> InfluenceGraph:
    """Six accounts that like three posts together within a minute, and each one post of its own at other times."""
    together = [(f"m{i}", "star", f"p{k}", AT + k * DAY + i * 10_000) for i in range(6) for k in range(3)]
    alone = [(f"m{i}", "star", f"own{i}", AT + i * 7 * HOUR) for i in range(6)]
    return graph_of(acts=together + alone)


def members(graph: InfluenceGraph, *names: str) -> np.ndarray:
    return np.array([graph.node(name) for name in names])


def test_the_bars_of_a_waterfall_are_the_numbers_of_the_table_and_hang_where_they_are_taken_off():
    drawn = pictures.waterfall(ROW, "@brand")
    assert texts(drawn) == [
        "followers as stated", "1,000", "followers in the data", "800", "bought", "−100", "traded follows", "−50",
        "automated", "−30", "abandoned", "−20", "real people", "600", "who reacted lately", "200",
        "moved by one post", "40",
    ]  # fmt: skip
    [seen], [real, *_] = marks(drawn, Rect, "observed"), marks(drawn, Rect, "people")
    [gone] = marks(drawn, Rect, "inactive")
    assert gone.x == pytest.approx(real.x + real.width, abs=0.2)  # the last loss ends where people begin
    [bought] = marks(drawn, Rect, "bought")
    assert bought.x + bought.width == pytest.approx(seen.x + seen.width, abs=0.2)
    assert real.width / seen.width == pytest.approx(600 / 800, abs=0.01)
    assert drawn.said == ("800 followers are in the data, 200 of them are set aside, 600 are people (550 to 640).")
    one = pictures.waterfall({name: min(value, 1) for name, value in ROW.items() if "removed" not in name}, "@brand")
    assert one.said == "1 follower is in the data; set aside: 0, people: 1 (1 to 1)."


def test_an_account_without_followers_in_the_data_has_a_reason_in_place_of_a_waterfall():
    drawn = pictures.waterfall(ROW | {"seen": 0}, "@brand")
    assert drawn == pictures.Missing("Reach of @brand", "None of its followers is in the data.")


@dataclass(frozen=True)
class Further:
    name: str
    count: int
    low: int
    high: int


def test_a_waterfall_goes_on_to_people_who_can_be_reached_where_somebody_is_taken_off():
    steps = [Further("double", 10, 10, 10), Further("pod", 0, 0, 0), Further("unreachable", 40, 40, 40),
             Further("reachable", 550, 500, 580)]  # fmt: skip
    said = texts(pictures.waterfall(ROW, "@brand", further=steps))
    assert said[14:20] == ["counted twice", "−10", "follow too many", "−40", "who can be reached", "550"]


def test_arrivals_count_every_dated_follower_and_mark_the_block():
    usual = [(f"u{n}", "star", AT + n * DAY) for n in range(40)]
    block = [(f"b{n}", "star", AT + 20 * DAY + n * MINUTE) for n in range(30)]
    graph = graph_of(follows=usual + block)
    found = [pictures.Block(AT + 20 * DAY, AT + 21 * DAY, 30)]
    drawn = pictures.arrivals(graph, graph.node("star"), "@star", blocks=found)
    [band] = marks(drawn, Runs, "band")
    assert len(band.boxes) == 1
    assert [mark.text for mark in drawn.marks if isinstance(mark, Words) and mark.strong] == ["1"]
    assert drawn.said == (
        "70 followers with a known time, 2025-06-16 to 2025-07-25. Shaded: 1 stretch in which too many are followed and "
        "answered by next to nobody; 30 followers stand in it from 2025-07-06."
    )
    [dark] = marks(drawn, Area, "surprise")
    [light] = marks(drawn, Area, "observed")
    height = {area.role: min(y for _, y in area.points) for area in (dark, light)}
    foot = max(y for _, y in light.points)
    assert (foot - height["surprise"]) / (foot - height["observed"]) == pytest.approx(31, rel=0.06)


def test_without_times_the_list_shows_where_the_named_stand():
    rows = [(f"f{n:02d}", 39 - n) for n in range(40)]  # the oldest stands last in a newest-first list
    table = pa.table(
        {"follower": [who for who, _ in rows], "followed": ["star"] * 40, "position": [place for _, place in rows]}
    )
    graph = InfluenceGraph.build({"follows": table})
    named = members(graph, *(f"f{n:02d}" for n in range(10, 20)))
    drawn = pictures.places(graph, graph.node("star"), "@star", named=named, stretches=[(11, 20)])
    bars = marks(drawn, Rect, "surprise")
    [[left, _, width]] = marks(drawn, Runs, "band")[0].boxes
    assert len(bars) == 10
    assert (bars[0].x, bars[-1].x + bars[-1].width) == pytest.approx((left, left + width), abs=0.2)
    assert drawn.said.startswith("40 followers by their place in the list; 10 of them are named in the finding.")
    nothing = pictures.places(graph, graph.node("f00"), "@f00", named=named)
    assert nothing.reason == "The data hold neither times nor places of enough followers of this account."


def test_meetings_are_acts_of_three_and_more_on_one_post_within_minutes(crew):
    nodes = members(crew, *(f"m{i}" for i in range(6)))
    held = moments_of_acts(crew, nodes)
    assert (int(held.together.sum()), len(held.at)) == (18, 24)
    drawn = pictures.meetings(crew, nodes, str)
    assert drawn.said == (
        "Acts of 6 members over time, one row a member. On 3 posts three and more of them acted within minutes: "
        "18 of 24 acts."
    )
    assert "Closer: one post on 2025-06-16 00:00 UTC" in texts(drawn)
    overview, near = marks(drawn, Dots, "surprise")[1:]
    assert len(near.at) == 6
    assert len({y for _, y in overview.at}) == 6


def test_the_close_up_is_of_the_moment_in_which_most_of_those_drawn_met():
    slow = [(f"b{n:02d}", "star", "slow", AT + n * 4 * MINUTE) for n in range(20)]  # most acts, never many at once
    often = [(f"b{n:02d}", "star", f"p{k}", AT + k * DAY + n * 1000) for n in range(20) for k in (2, 3)]
    quick = [(f"b{n:02d}", "star", "quick", AT + DAY + n * 1000) for n in range(21)]
    seldom = [(f"o{n:02d}", "star", "other", AT + 9 * DAY + n * 1000) for n in range(30)]  # more at once, and not drawn
    graph = graph_of(acts=slow + often + quick + seldom)
    held = moments_of_acts(graph, np.arange(graph.n))
    assert set(graph.ids(held.drawn)) >= {f"b{n:02d}" for n in range(21)}
    assert len(held.drawn) == 24
    assert int(held.at[held.densest]) == AT + DAY
    assert moments_of_acts(graph, members(graph, "star")).densest == -1


def test_a_part_of_the_time_is_drawn_as_wide_as_the_whole():
    first = [(f"m{n}", "star", "p", AT + n * 1000) for n in range(5)]
    later = [(f"m{n}", "star", "q", AT + 9 * DAY + n * 4 * MINUTE) for n in range(4)]
    graph = graph_of(acts=first + later)
    nodes = members(graph, *(f"m{n}" for n in range(5)))
    whole = pictures.meetings(graph, nodes, str)
    part = pictures.meetings(graph, nodes, str, within=(AT + 9 * DAY, AT + 9 * DAY + 8 * MINUTE))
    assert "On 2 posts three and more of them acted within minutes: 9 of 9 acts." in whole.said
    assert "On 1 post three and more of them acted within minutes: 3 of 3 acts." in part.said
    wide = [max(x for x, _ in marks(drawn, Dots, "surprise")[1].at) for drawn in (whole, part)]
    assert wide[1] == pytest.approx(RIGHT, abs=1)
    assert len({x for x, _ in marks(part, Dots, "surprise")[1].at}) == 3
    nothing = pictures.meetings(graph, nodes, str, within=(AT + DAY, AT + 2 * DAY))
    assert nothing.reason == "No post with dated acts of three members within minutes is in the data."


def test_two_on_a_post_are_no_meeting():
    graph = graph_of(acts=[(f"m{i}", "star", "p", AT + i * 1000) for i in range(2)])
    drawn = pictures.meetings(graph, members(graph, "m0", "m1"), str)
    assert isinstance(drawn, pictures.Missing)
    assert drawn.reason == "No post with dated acts of three members within minutes is in the data."


def test_follows_that_come_together_are_drawn_where_there_are_no_acts():
    graph = graph_of(
        follows=[(f"b{n}", star, AT + k * 9 * DAY + n * MINUTE) for n in range(5) for k, star in enumerate("xy")]
    )
    drawn = pictures.meetings(graph, members(graph, *(f"b{n}" for n in range(5))), str, follows=True)
    assert "At 2 accounts three and more of them arrived within a day: 10 of 10 follows." in drawn.said


def test_the_square_of_a_ring_has_a_cell_for_each_follow_and_a_dot_for_each_pair_that_acted():
    ids = "abcde"
    follows = [(x, y, AT) for x in ids for y in ids if x < y or (x, y) == ("b", "a")]
    graph = graph_of(follows=follows, acts=[("a", "b", "p", AT), ("a", "b", "q", AT), ("e", "d", "p", AT)])
    drawn = pictures.ring(graph, members(graph, *ids), str)
    cells = marks(drawn, Runs, "heat2")[0]
    assert sum(width for _, _, width in cells.boxes) / cells.height == pytest.approx(11)
    assert len(marks(drawn, Dots, "surprise")[1].at) == 2
    assert drawn.said == (
        "5 of 5 members. Of their 10 pairs 1 follow each other (10%); 1 of these have turned to each other at least "
        "once. Pairs of which neither follows the other and that have done so as well: 0."
    )


def test_the_heat_map_counts_acts_by_weekday_and_hour():
    acts = [("a", "b", f"p{n}", AT + 2 * DAY + 9 * HOUR + n * MINUTE) for n in range(30)]  # a Wednesday, from nine
    graph = graph_of(acts=acts)
    drawn = pictures.rhythm(rhythm(graph, graph.node("a")), "@a")
    [[left, top, _]] = marks(drawn, Runs, "heat5")[0].boxes
    rest = marks(drawn, Runs, "track")[0].boxes
    assert (left, top) == (42.0 + 18 * 9, 22.0 + 18 * 2)
    assert len(rest) == 167
    assert "Most fall into the hour from 09:00; in 23 of the 24 hours of the day there is none." in drawn.said


def test_few_acts_are_no_rhythm():
    graph = graph_of(acts=[("a", "b", "p", AT)])
    drawn = pictures.rhythm(rhythm(graph, graph.node("a")), "@a")
    assert drawn.reason == "1 dated acts and posts are too few to show a rhythm."


def test_rates_by_size_lie_in_the_band_or_beside_it():
    followers = [1_000, 3_200, 10_000, 32_000, 100_000, 220_000] * 3
    rate = [0.1] * len(followers)
    reach = pa.table(
        {
            "id": [str(n) for n in range(len(followers))], "followers": followers, "seen": followers,
            "moved": [f * r for f, r in zip(followers, rate, strict=True)],
            "moved_low": [f * r for f, r in zip(followers, rate, strict=True)],
            "moved_high": [f * r for f, r in zip(followers, rate, strict=True)],
        }
    )  # fmt: skip
    drawn = pictures.tiers(reach)
    band = marks(drawn, Area, "band")[0]
    dots = marks(drawn, Dots, "observed")[0]
    assert max(y for _, y in dots.at) < min(y for _, y in band.points)  # ten in a hundred is above every expected rate
    assert {"nano", "micro", "mid"} <= set(texts(drawn))
    assert drawn.said.startswith("18 accounts, one dot each. Bars hold the middle half of a tier. The band is what the")
    small = pa.table({**{name: reach[name] for name in reach.column_names}, "followers": [90] * 18})
    with speaking("tr"):
        told = pictures.tiers(small)
    assert marks(told, Area, "band") == []
    assert told.said == "18 hesap, her biri bir nokta."  # below the smallest tier, and without a band
    few = pictures.tiers(reach.slice(0, 3))
    assert few.reason == "For fewer than 5 accounts it is known how many people a post moves."


@dataclass(frozen=True)
class Bin:
    kind: str
    accounts: int
    said: float
    true: float


def test_reliability_says_how_many_intervals_hold_the_chance_that_was_said():
    bins = [Bin("bot", 1000, 0.01, 0.012), Bin("bot", 400, 0.9, 0.5), Bin("ring", 20, 0.6, 0.55)]
    drawn = pictures.reliability(bins)
    assert drawn.said.endswith("2 of 3 intervals reach it.")
    assert {"acts automated", "trades follows", "1,400 accounts", "20 accounts"} <= set(texts(drawn))
    assert isinstance(pictures.reliability([]), pictures.Missing)


def test_the_curve_of_a_roster_adds_up():
    drawn = pictures.roster(["a", "b", "c"], [700.0, 250.0, 50.0], str.upper)
    assert drawn.said == "3 accounts reach 1,000 distinct people together. The first 2 of them reach 95% of these."
    assert texts(drawn)[-6:] == ["2", "B", "+250", "3", "C", "+50"]


@pytest.mark.parametrize("text", hostile.EVERY[:100:7])
def test_no_text_of_the_data_leaves_its_place_in_a_picture(text):
    shown = pictures.svg(pictures.waterfall(ROW, text))
    root = html.fromstring(str(shown))
    assert {element.tag for element in root.iter()} <= {"svg", "rect", "path", "text"}
    assert {name for element in root.iter() for name in element.attrib if name.startswith("on")} == set()


def test_page_and_print_draw_the_same_words_and_equal_pictures_give_equal_bytes(crew):
    drawn = pictures.meetings(crew, members(crew, *(f"m{i}" for i in range(6))), str)
    in_page = re.findall(r"<text[^>]*>([^<]*)</text>", str(pictures.svg(drawn)))
    made = pictures.figure(drawn)
    in_print = [text.get_text() for text in made.axes[0].texts]
    assert in_page == texts(drawn)
    assert in_print[: len(in_page)] == in_page
    assert in_print[len(in_page)] == "When the members acted"
    for kind in ("png", "svg", "pdf"):
        assert printed(drawn, kind, foot="run 1") == printed(drawn, kind, foot="run 1")


def drawings(graph: InfluenceGraph) -> list[pictures.Picture]:
    """One of each kind, with the words that are longest."""
    crew = members(graph, *(f"m{i}" for i in range(6)))
    rush = [(f"f{n}", "star", AT + (n % 3) * HOUR) for n in range(40)] + [
        (f"g{n}", "star", AT - n * 9 * DAY) for n in range(60)
    ]
    arrived = graph_of(follows=rush)
    names = [f"m{n}" for n in range(6)]
    ring = graph_of(follows=[(x, y, AT) for x in names for y in names if x != y], acts=[("m0", "m1", "p", AT)])
    bins = [Bin(kind, 1000, 0.01, 0.012) for kind in ("bot", "ring", "pod", "compromised")]
    return [
        pictures.waterfall(ROW, "@brand"),
        pictures.meetings(graph, crew, str),
        pictures.ring(ring, members(ring, *names), str),
        pictures.rhythm(rhythm(graph, crew), "@brand"),
        pictures.arrivals(arrived, arrived.node("star"), "@brand", blocks=[]),
        pictures.reliability(bins),
        pictures.roster([f"account {n}" for n in range(12)], [1000.0 / (n + 1) for n in range(12)], str),
    ]


@pytest.mark.parametrize("tongue", list(LANGUAGES))
def test_words_stay_inside_a_picture_and_apart_from_each_other_in_every_language(crew, tongue):
    with speaking(tongue):
        drawn = [one for one in drawings(crew) if isinstance(one, pictures.Drawing)]
    assert len(drawn) == 7
    for one in drawn:
        made = pictures.figure(one, bare=True)
        made.canvas.draw()
        boxes = [(text.get_text(), text.get_window_extent()) for text in made.axes[0].texts if text.get_text()]
        whole = made.bbox
        assert [said for said, box in boxes if box.x0 < -1 or box.x1 > whole.x1 + 1] == [], one.title
        crossing = [
            (said, other)
            for place, (said, box) in enumerate(boxes)
            for other, second in boxes[place + 1 :]
            if min(box.x1, second.x1) - max(box.x0, second.x0) > 2
            and min(box.y1, second.y1) - max(box.y0, second.y0) > 4
        ]
        assert crossing == [], one.title


def luminance(colour: str) -> float:
    parts = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(
    ("role", "least"),
    [("ink", 4.5), ("soft", 4.5), *((role, 3.0) for role in ("observed", "surprise", "people", "bot", "ring", "pod",
      "compromised", "bought", "inactive", "heat4", "heat5"))],
)  # fmt: skip
def test_words_and_marks_stand_out_from_white_paper(role, least):
    assert 1.05 / (luminance(PRINT[role]) + 0.05) >= least


def test_ticks_are_round_and_inside():
    assert ticks(0.0, 830.0) == [0.0, 200.0, 400.0, 600.0, 800.0]
    assert [text for _, text in times(AT, AT + 200 * DAY)] == ["2025-07-01", "2025-09-01", "2025-11-01", "2026-01-01"]
    assert Scale(1.0, 1000.0, 0.0, 300.0, powers=True)(10.0) == 100.0


def test_the_numbers_of_arrivals_and_of_a_week_stand_in_a_table_as_well():
    at = np.sort(np.r_[np.repeat(np.arange(10), 2), [3, 3, 3]]) * 86_400_000 + 1_700_000_000_000
    drawn = pictures.course(at, "Course", "new followers a day")
    assert drawn.table[0] == ("from", "new followers a day", "in a block")
    assert [int(row[1]) for row in drawn.table[1:]] == [2, 2, 2, 5, 2, 2, 2, 2, 2, 2]
    heat = np.arange(7 * 24).reshape(7, 24)
    week = pictures.heat_map(heat.tolist(), "Week").table
    assert week[0] == ("UTC", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    assert [[int(cell) for cell in row[1:]] for row in week[1:]] == heat.T.tolist()
