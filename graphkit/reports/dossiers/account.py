"""The dossier of one account: who it says it is, whom it reaches, when it acts, with whom, and what is unusual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit import pictures, words
from graphkit.audience.reach import estimate
from graphkit.graphs.numbering import NO_TIME
from graphkit.language import Moment, Percent, amount, percent, say, told
from graphkit.measures.arrivals import arrivals
from graphkit.measures.rhythm import rhythm
from graphkit.measures.signals import signals_of
from graphkit.measures.streams.deeds import deeds_of
from graphkit.pictures.acts import by_actor, by_target
from graphkit.reports.dossiers.scene import Scene
from graphkit.reports.dossiers.sections import Fact, Section, Span, Value, known, rival_rows, table
from graphkit.reports.figures import shown
from graphkit.reports.findings import evidence_view
from graphkit.rivals import explain
from graphkit.settings import current

TOP: Final = 8  # rows of a table of ties: the nearest say most
SIGNALS: Final = 12  # shown, the most unusual first; signals.parquet holds them all
PROFILE: Final = {
    "handle": say("Handle"),
    "name": say("Name"),
    "platform": say("Platform"),
    "created_at": say("Made on"),
    "observed_at": say("Looked at on"),
    "followers": say("Followers as stated"),
    "following": say("Following as stated"),
    "posts": say("Posts as stated"),
    "verified": say("Verified by the platform"),
    "bio": say("Says of itself"),
    "location": say("Says it is at"),
    "lang": say("Language"),
    "url": say("Link"),
}
DATES: Final = ("created_at", "observed_at")
PRIVATE: Final = ("handle", "name", "bio", "location", "url")  # told of a hidden account only on request


def sections(scene: Scene, node: int) -> Iterator[Section]:
    """All sections, in the order in which they are read."""
    [account] = scene.graph.ids([node])
    yield _identity(scene, node, account)
    yield _reach(scene, account)
    yield _rhythm(scene, node, account)
    yield _ties(scene, node)
    yield _groups(scene, node, account)
    yield _signals(scene, node)
    yield _rivals(scene, node, account)
    yield _doubts(scene, node, account)
    yield _trajectory(scene, node, account)


def _identity(scene: Scene, node: int, account: str) -> Section:
    row = scene.graph.accounts.slice(node, 1).to_pylist()[0]
    hidden = scene.names.is_hidden(account)
    facts = known(
        Fact(say("Id"), scene.names.public_id(account)),
        *(
            Fact(PROFILE[key], Moment(row[key]) if key in DATES and row[key] else _value(row[key]))
            for key in PROFILE
            if not (hidden and key in PRIVATE)
        ),
    )
    label = scene.labels[account]
    line = told(say("{label}. {note}", label=words.label(label).capitalize(), note=words.LABEL_NOTES[label]))
    lines = [line, scene.names.clean(str(scene.account(node)["reason"] or ""))]
    if hidden:
        lines.append(
            told(say("The person behind this account is harmed, not blamed; what would name them is left out."))
        )
    if len(facts) == 1:
        lines.append(told(say("Only the id is known: the input holds no profile of this account.")))
    return Section("identity", told(say("Identity")), facts, tuple(line for line in lines if line))


def _value(value: object) -> Value:
    return value if isinstance(value, str | int | float) or value is None else str(value)


def _reach(scene: Scene, account: str) -> Section:
    row = scene.reach(account)
    found = estimate(scene.graph, account, scene.verdicts, findings=scene.results.findings)
    facts = known(
        Fact(say("Followers as stated"), row.get("followers")),
        Fact(say("Followers in the data"), row.get("seen")),
        Fact(say("Real people"), Span.of(row, "real")),
        Fact(say("Reacted in the last weeks of the data"), row.get("engaged")),
        Fact(say("Moved by one post"), Span.of(row, "moved")),
    )
    drawn = shown(pictures.waterfall(row, scene.names(account), further=found.steps))
    return Section(
        "reach",
        told(say("Reach")),
        facts,
        tuple(scene.names.clean(note) for note in found.notes),
        (drawn,),
        missing=told(say("Neither followers nor reactions of this account are in the data.")),
    )


def _rhythm(scene: Scene, node: int, account: str) -> Section:
    measured = rhythm(scene.graph, node)
    lines = [told(measured.sentence)] if measured.acts else []
    if measured.zone is not None:
        lines.append(
            told(
                say(
                    "Its quiet hours fit clocks at UTC{hours} ({low} to {high} hours). {doubt}",
                    hours=amount(measured.zone.hours, 1, signed=True),
                    low=amount(measured.zone.low, 1, signed=True),
                    high=amount(measured.zone.high, 1, signed=True),
                    doubt=measured.zone.doubt,
                )
            )
        )
    clients = table(
        told(say("Apps it acts and posts with")),
        (told(say("App")), told(say("Acts and posts"))),
        measured.clients[:TOP],
    )
    drawn = shown(pictures.rhythm(measured, scene.names(account)))
    none = told(say("No dated act or post of this account is in the data."))
    return Section("rhythm", told(say("Rhythm")), (), tuple(lines), (drawn,), clients, missing=none)


def _ties(scene: Scene, node: int) -> Section:
    graph, events = scene.graph, scene.graph.events
    followers, followed = scene.followers(node), scene.followed(node)
    out, back = by_actor(graph).of(node), by_target(graph).of(node)
    mutual = np.intersect1d(followers, followed)
    spoken = np.intersect1d(mutual, np.union1d(events.target[out], events.actor[back]))
    facts: tuple[Fact, ...] = ()
    if len(followers) or len(followed):
        facts = (
            Fact(say("Follows in the data"), len(followed)),
            Fact(say("Followers in the data"), len(followers)),
            Fact(say("Mutual follows"), len(mutual)),
            Fact(say("… in which one ever turned to the other"), len(spoken)),
        )
    tables = (
        *_nearest(scene, events.target[out], told(say("Whom it turns to most")), events.count[out]),
        *_nearest(scene, events.actor[back], told(say("Who turns to it most")), events.count[back]),
    )
    none = told(say("Neither a follow nor an act of this account towards others is in the data."))
    return Section("ties", told(say("Ties")), facts, (), (), tables, missing=none)


def _nearest(scene: Scene, others: NDArray[np.int32], title: str, count: NDArray[np.int32]):  # type: ignore[no-untyped-def]
    sums = np.bincount(others[others >= 0], weights=count[others >= 0], minlength=0)
    top = [place for place in np.argsort(-sums, kind="stable")[:TOP].tolist() if sums[place]]
    rows = [
        (scene.names(account), int(sums[place]), words.label(scene.labels[account]))
        for place, account in zip(top, scene.graph.ids(top), strict=True)
    ]
    return table(title, (told(say("Account")), told(say("Acts")), told(say("What was measured"))), rows)


def _groups(scene: Scene, node: int, account: str) -> Section:
    row, naming = scene.account(node), scene.naming(account)
    facts = known(
        Fact(say("Community"), _text(row["community"])),
        Fact(say("Camp"), _text(row["camp"])),
        Fact(say("Role"), _text(row["role"] and words.role(str(row["role"])))),
        Fact(say("Tier"), _text(row["tier"] and words.tier(str(row["tier"])))),
    )
    head = (
        told(say("Finding")),
        told(say("Kind")),
        told(say("Part")),
        told(say("Share")),
        told(say("In one sentence")),
    )
    parts = {"member": say("member"), "beneficiary": say("gains")}
    rows = [
        (finding.id, words.kind(finding.kind), told(parts[member.role]), percent(member.p), scene.names.clean(finding.sentence))
        for finding in naming
        for member in finding.members
        if member.account == account
    ]  # fmt: skip
    lines = () if naming else (told(say("No finding names this account.")),)
    return Section(
        "groups", told(say("Groups")), facts, lines, (), table(told(say("Findings that name it")), head, rows)
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _signals(scene: Scene, node: int) -> Section:
    read = list(signals_of(scene.graph).of(node))
    bound = 1.0 - current().signals.high
    odd = [row for _, row in read if row["p"] is not None and row["p"] <= bound]
    head = (
        say("What is measured"),
        say("Value"),
        say("Usual from"),
        say("to"),
        say("As odd or odder"),
        say("Rests on"),
    )
    rows = [
        (told(signal.says), _short(row["value"]), _short(row["low"]), _short(row["high"]), _share(row["p"]),
         told(say("{things}: {count}", count=row["seen"], things=signal.counts)))
        for signal, row in read[:SIGNALS]
    ]  # fmt: skip
    lines: tuple[str, ...] = ()
    if read:
        line = say(
            "{odd} of {known} signals are unusual among comparable accounts, where {due} are due to chance. No signal "
            "accuses by itself. “Usual” is where nine of ten comparable accounts lie.",
            odd=len(odd),
            known=len(read),
            due=round(bound * len(read), 1),
        )
        lines = (told(line),)
    title = told(say("The most unusual first"))
    none = told(say("The account did too little for any signal to be read."))
    return Section("signals", told(say("Signals")), (), lines, (), table(title, map(told, head), rows), missing=none)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _share(p: float | None) -> Percent | None:
    return None if p is None else percent(p, 1)


def _rivals(scene: Scene, node: int, account: str) -> Section:
    """What may lie behind the following, and behind the findings that name the account."""
    following = explain(scene.graph, node, scene.verdicts) if len(scene.followers(node)) else None
    naming = [finding for finding in scene.naming(account) if finding.rivals]
    rivals = following.rivals if following else naming[0].rivals if naming else ()
    lines = [scene.names.clean(following.symptom)] if following else []
    if rivals:
        lines.append(told(say("Weights order the explanations; they are not measured chances.")))
    none = told(
        say(
            "Nothing about this account asks for an explanation: no follower of it is in the data, no finding names it."
        )
    )
    return Section(
        "rivals",
        told(say("Rival explanations of its following") if following else say("Rival explanations")),
        (),
        tuple(lines),
        rivals=rival_rows(rivals, scene.names),
        missing=none,
    )


def _doubts(scene: Scene, node: int, account: str) -> Section:
    graph, row = scene.graph, scene.account(node)
    acts = len(by_actor(graph).of(node))
    chances = {
        "p_bot": say("Chance of acting automated"),
        "p_ring": say("Chance of trading follows"),
        "p_pod": say("Chance of trading reactions"),
        "p_compromised": say("Chance of a second hand"),
        "authentic": say("Chance of being a person's own"),
    }
    facts = tuple(Fact(said, _chance(row[key])) for key, said in chances.items() if row[key] is not None)
    missing = [told(said) for key, said in chances.items() if row[key] is None]
    lines = [told(say("Not enough data for: {what}.", what=one)) for one in missing]
    lines.append(told(say("The answers rest on {acts} acts by it, {follows} follows by it and {followers} followers in the data.",
                          acts=acts, follows=len(scene.followed(node)), followers=len(scene.followers(node)))))  # fmt: skip
    lines += [scene.names.clean(note) for note in scene.results.run.skipped.values()]
    member_of = [finding for finding in scene.naming(account) if account in finding.accounts]
    against = [evidence_view(evidence, scene.names) for finding in member_of for evidence in finding.against]
    return Section(
        "doubts",
        told(say("Doubts: what speaks against, and what is not known")),
        facts,
        tuple(lines),
        proofs=tuple(against),
    )


def _chance(value: object) -> float | None:
    return round(float(value), 3) if isinstance(value, float) else None


def _trajectory(scene: Scene, node: int, account: str) -> Section:
    """How it came to be what it is: age, the course of its followers and of its acts."""
    graph, name = scene.graph, scene.names(account)
    blocks, largest = _blocks(scene, node)
    deeds = deeds_of(graph)
    at = deeds.at[deeds.of(node)]
    dated = int((graph.follow_at[_places(scene, node)] != NO_TIME).sum())
    facts = known(
        Fact(say("First act or post in the data"), Moment(int(at[0])) if len(at) else None),
        Fact(say("Last act or post in the data"), Moment(int(at[-1])) if len(at) else None),
        Fact(say("Followers with a known time"), dated or None),
        Fact(say("Rushes: days with more arrivals than its own pace explains"), len(blocks) if dated else None),
        Fact(say("Share of these followers in the largest rush"), percent(largest / dated) if dated else None),
    )
    figures = (
        shown(pictures.arrivals(graph, node, name, blocks=blocks, rushes=True)),
        shown(pictures.course(at, told(say("Acts and posts of {account}", account=name)), told(say("acts and posts a day")))),
    )  # fmt: skip
    none = told(say("No dated follow, act or post of this account is in the data."))
    return Section("trajectory", told(say("Trajectory")), facts, (), figures, missing=none)


def _places(scene: Scene, node: int) -> NDArray[np.int64]:
    from graphkit.pictures.acts import by_followed

    return by_followed(scene.graph).of(node)


def _blocks(scene: Scene, node: int) -> tuple[list[pictures.Block], int]:
    """All rushes of followers to an account, whoever came in them, and the size of the largest."""
    came = arrivals(scene.graph)
    mine = np.flatnonzero(came.customer == node)
    blocks = [pictures.Block(int(came.begin[b]), int(came.end[b]), int(came.size[b])) for b in mine]
    return blocks, max((block.size for block in blocks), default=0)
