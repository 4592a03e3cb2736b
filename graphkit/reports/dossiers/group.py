"""The dossier of one finding: who is in it, whom it serves, when and with whom its members act, and what is unusual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit import pictures, words
from graphkit.evidence import Finding, numbered
from graphkit.language import Moment, Percent, percent, say, told
from graphkit.measures.rhythm import rhythm
from graphkit.measures.signals import signals_of
from graphkit.pictures.acts import by_actor, nodes_of
from graphkit.reports.behind import behind
from graphkit.reports.dossiers.scene import Scene
from graphkit.reports.dossiers.sections import Fact, Section, known, rival_rows, table
from graphkit.reports.figures import of_finding, shown
from graphkit.reports.findings import evidence_view
from graphkit.settings import current, defaults

TOP: Final = 8
DRAWN: Final = 4  # waterfalls of accounts that gain
LEAST: Final = 5  # members with a signal: of fewer, a share says nothing

Ints = NDArray[np.int64]


def sections(scene: Scene, finding: Finding) -> Iterator[Section]:
    """All sections, in the order in which they are read."""
    members = nodes_of(scene.graph, finding.accounts)
    yield _identity(scene, finding)
    yield _reach(scene, finding)
    yield _rhythm(scene, members)
    yield _ties(scene, members)
    yield _groups(scene, finding, members)
    yield _signals(scene, finding, members)
    yield _rivals(scene, finding)
    yield _doubts(scene, finding)
    yield _trajectory(scene, finding, members)


def _identity(scene: Scene, finding: Finding) -> Section:
    rows = behind(scene.graph, finding, scene.names)
    facts = known(
        Fact(say("Finding"), finding.id),
        Fact(say("Kind"), words.kind(finding.kind)),
        Fact(say("How sure"), told(words.strength(finding.q))),
        Fact(say("Members"), len(finding.accounts)),
        Fact(say("Accounts that gain"), len(finding.beneficiaries)),
        Fact(say("Rows behind it"), rows.in_all),
        Fact(say("First of them"), Moment(rows.first) if rows.first is not None else None),
        Fact(say("Last of them"), Moment(rows.last) if rows.last is not None else None),
    )
    lines = (scene.names.clean(finding.sentence), told(words.calibration(finding.q)))
    most = defaults().pages.members_shown
    head = (told(say("Account")), told(say("Belongs to it")), told(say("What was measured")))
    members = [
        (scene.names(m.account), percent(m.p), words.label(scene.labels.get(m.account, "unknown")))
        for m in sorted(finding.members, key=lambda m: (-m.p, m.account))
        if m.role == "member"
    ]
    title = say("Members, the surest first ({shown} of {all})", shown=min(most, len(members)), all=len(members))
    return Section("identity", told(say("Identity")), facts, lines, (), table(told(title), head, members[:most]))


def _reach(scene: Scene, finding: Finding) -> Section:
    """Who gains, by how much, and how far those accounts reach."""
    gaining = sorted((m for m in finding.members if m.role == "beneficiary"), key=lambda m: (-m.p, m.account))
    rows = [(member, scene.reach(member.account)) for member in gaining]
    head = (say("Account"), say("Share of what the group did"), say("Followers in the data"), say("Real people"))
    gains = table(
        told(say("Who gains")),
        map(told, head),
        [(scene.names(m.account), percent(m.p), row.get("seen"), row.get("real")) for m, row in rows[:TOP]],
    )
    figures = tuple(
        shown(pictures.waterfall(row, scene.names(m.account))) for m, row in rows[:DRAWN] if row.get("seen")
    )
    lines = (told(say("Gaining from a group does not mean having asked for it.")),) if gaining else ()
    none = told(say("The finding names nobody who gains: its members serve each other."))
    return Section("reach", told(say("Reach: who gains")), (), lines, figures, gains, missing=none)


def _rhythm(scene: Scene, members: Ints) -> Section:
    measured = rhythm(scene.graph, members)
    drawn = shown(pictures.rhythm(measured, told(say("all members together"))))
    lines = (told(measured.sentence),) if measured.acts else ()
    clients = table(
        told(say("Apps they act and post with")),
        (told(say("App")), told(say("Acts and posts"))),
        measured.clients[:TOP],
    )
    none = told(say("No dated act or post of a member is in the data."))
    return Section("rhythm", told(say("Rhythm")), (), lines, (drawn,), clients, missing=none)


def _ties(scene: Scene, members: Ints) -> Section:
    graph = scene.graph
    inside = np.zeros(graph.n, bool)
    inside[members] = True
    rows = by_actor(graph).among(members)
    target = graph.events.target[rows]
    within = int(inside[target[target >= 0]].sum())
    follows = int(graph.follows[members][:, members].nnz)
    mutual = int(graph.mutual[members][:, members].nnz // 2)
    outside = np.bincount(target[(target >= 0) & ~inside[np.maximum(target, 0)]], minlength=graph.n)
    top = [node for node in np.argsort(-outside, kind="stable")[:TOP].tolist() if outside[node]]
    served = [
        (scene.names(account), int(outside[node]), words.label(scene.labels[account]))
        for node, account in zip(top, graph.ids(top), strict=True)
    ]
    facts: tuple[Fact, ...] = ()
    if follows or len(rows):
        facts = (
            Fact(say("Follows among the members"), follows),
            Fact(say("Mutual follows among them"), mutual),
            Fact(say("Acts towards each other"), within),
            Fact(say("Acts towards others"), int((target >= 0).sum()) - within),
        )
    head = (told(say("Account")), told(say("Acts by members")), told(say("What was measured")))
    figure = shown(pictures.ring(graph, members, scene.names.brief))
    title = told(say("Whom they turn to outside of the group"))
    none = told(say("Neither follows nor acts of the members are in the data."))
    return Section("ties", told(say("Ties")), facts, (), (figure,), table(title, head, served), missing=none)


def _groups(scene: Scene, finding: Finding, members: Ints) -> Section:
    """To which communities the members belong, and which other findings name some of them."""
    of = scene.results.accounts["community"].take(members).to_pylist()
    counts = sorted(Counter(name for name in of if name is not None).items(), key=lambda row: (-row[1], row[0]))
    communities = table(
        told(say("Communities of the members")),
        (told(say("Community")), told(say("Members"))),
        counts[:TOP],
    )
    mine = set(finding.accounts)
    shared = [
        (other, len(mine & {m.account for m in other.members})) for other in scene.results.findings if other != finding
    ]
    rows = [
        (other.id, words.kind(other.kind), count) for other, count in sorted(shared, key=lambda row: -row[1]) if count
    ]
    head = (told(say("Finding")), told(say("Kind")), told(say("Members in it")))
    others = table(told(say("Other findings that name members")), head, rows[:TOP])
    none = told(say("The members belong to no community, and no other finding names them."))
    return Section("groups", told(say("Groups")), (), (), (), (*communities, *others), missing=none)


def _signals(scene: Scene, finding: Finding, members: Ints) -> Section:
    """The evidence with what is expected, and the signals in which most members are unusual."""
    bound = 1.0 - current().signals.high
    rows: list[tuple[str, float, float, float, Percent, int]] = []
    for reading in signals_of(scene.graph).readings:
        p, value = reading.p[members], reading.value[members]
        read = ~np.isnan(p)
        if read.sum() >= LEAST:
            odd = float((p[read] <= bound).mean())
            low, high = (float(np.nanmedian(side[members][read])) for side in (reading.low, reading.high))
            middle = float(f"{np.median(value[read]):.3g}")
            rows.append(
                (
                    told(reading.signal.says),
                    middle,
                    float(f"{low:.3g}"),
                    float(f"{high:.3g}"),
                    percent(odd),
                    int(read.sum()),
                )
            )
    head = (
        say("What is measured"),
        say("Middle member"),
        say("Usual from"),
        say("to"),
        say("Unusual members"),
        say("Members read"),
    )
    shares = table(
        told(say("Signals in which members are unusual ({due} of any group are)", due=percent(bound))),
        map(told, head),
        sorted(rows, key=lambda row: -row[4].share)[:TOP],
    )
    proofs = tuple(evidence_view(evidence, scene.names, id) for id, evidence in numbered("e", finding.evidence))
    none = told(say("No evidence was recorded."))
    return Section(
        "signals", told(say("What speaks for it, beside what is expected")), (), (), (), shares, proofs, missing=none
    )


def _rivals(scene: Scene, finding: Finding) -> Section:
    lines = [
        told(say("Not ruled out: {explanation}.", explanation=scene.names.clean(text))) for text in finding.innocent
    ]
    if finding.rivals:
        lines.append(told(say("Weights order the explanations; they are not measured chances.")))
    return Section(
        "rivals",
        told(say("Rival explanations")),
        (),
        tuple(lines),
        rivals=rival_rows(finding.rivals, scene.names),
        missing=told(say("No other explanation is recorded. Ask the people concerned before acting on this.")),
    )


def _doubts(scene: Scene, finding: Finding) -> Section:
    notes = tuple(scene.names.clean(note) for note in scene.results.run.skipped.values())
    proofs = tuple(evidence_view(evidence, scene.names, id) for id, evidence in numbered("a", finding.against))
    lines = () if proofs else (told(say("Nothing was measured that speaks against it. That is not proof.")),)
    return Section(
        "doubts", told(say("Doubts: what speaks against, and what is not known")), (), (*lines, *notes), proofs=proofs
    )


def _trajectory(scene: Scene, finding: Finding, members: Ints) -> Section:
    """How it came about over time, and the rows behind it."""
    graph, names = scene.graph, scene.names
    figures = [shown(pictures.meetings(graph, members, names.brief))]
    if figures[0].svg is None:
        figures = [shown(pictures.meetings(graph, members, names.brief, follows=True))]
    if finding.kind == "bought_followers":
        figures = [shown(picture) for picture in of_finding(graph, finding, names)]
    held = behind(graph, finding, names)
    head = (say("When"), say("Who"), say("Did what"), say("Towards whom"), say("Post"))
    rows = table(
        told(say("Rows behind it ({shown} of {all})", shown=len(held.rows), all=held.in_all)),
        map(told, head),
        [(row.when, row.who, row.what, row.whom, row.post or None) for row in held.rows],
    )
    none = told(say("No dated rows of this finding are in the data."))
    return Section("trajectory", told(say("Trajectory")), (), (), tuple(figures), rows, missing=none)
