"""Pictures by name: what each shows, of whom it is, and how it is made from a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from graphkit import pictures
from graphkit.analysis.detecting import Detected
from graphkit.analysis.naming import named
from graphkit.audience.reach import estimate
from graphkit.audience.rosters.candidates import Candidates
from graphkit.audience.rosters.curve import curve
from graphkit.errors import UsageError
from graphkit.evidence import Finding
from graphkit.language import say
from graphkit.measures.rhythm import rhythm
from graphkit.pictures.acts import nodes_of
from graphkit.reports.figures import blocks_of, in_order
from graphkit.results import Names, Results

WIDEST: Final = 200  # candidates of a roster where none is named
LARGEST: Final = 20  # accounts on the curve of a roster


@dataclass(frozen=True)
class Asked:
    """A run, and the accounts or the finding that a picture is of."""

    results: Results
    run: Detected
    names: Names
    subjects: tuple[str, ...]
    within: tuple[int, int] | None = None  # the part of a timeline that is drawn, UTC milliseconds

    @property
    def subject(self) -> str:
        """The one account or finding that is meant."""
        if len(self.subjects) != 1:
            raise UsageError(
                say("This picture is of one account or finding; {count} were named.", count=len(self.subjects))
            )
        return self.subjects[0]

    @property
    def finding(self) -> Finding | None:
        """The finding that is meant, if it is one."""
        return next((finding for finding in self.results.findings if finding.id == self.subject), None)

    @property
    def group(self) -> Finding:
        """The finding that is meant; an account is refused."""
        if self.finding is None:
            raise UsageError(say("This picture is of a finding; name one by its id: see findings.csv."))
        return self.finding


def picture(
    results: Results,
    run: Detected,
    name: str,
    *subjects: str,
    show_hidden: bool = False,
    within: tuple[int, int] | None = None,
) -> pictures.Picture:
    """The picture of this name: of an account (id or "@handle"), a finding (its id), several accounts, or of all.

    `within` (two moments, UTC milliseconds) brings a part of the timeline of a finding, `meetings`, nearer.
    What cannot be drawn from the data comes back as `Missing`, with the reason.
    """
    if name not in PICTURES:
        known = ", ".join(PICTURES)
        raise UsageError(say("{name!r} is no picture; there are: {known}.", name=name, known=known))
    about = tuple(named(results.graph, results.findings, subject) for subject in subjects)
    names = Names(results, hidden=() if show_hidden else results.hidden)
    if within and name != "meetings":
        raise UsageError(say("A part of the time is drawn of meetings alone: leave --since and --until out."))
    return PICTURES[name](Asked(results, run, names, about, within))


def _waterfall(asked: Asked) -> pictures.Picture:
    account = asked.subject
    row = asked.results.reach_of(account)
    found = estimate(asked.results.graph, account, asked.run.verdicts, findings=asked.results.findings)
    return pictures.waterfall(row, asked.names(account), further=found.steps)


def _arrivals(asked: Asked) -> pictures.Picture:
    finding = asked.finding
    account = asked.subject if finding is None else next(iter(finding.beneficiaries), "")
    if not account:
        raise UsageError(say("This finding names nobody who gains; name an account."))
    known = [f for f in asked.results.findings if f.kind == "bought_followers" and account in f.beneficiaries]
    blocks = [block for each in known for block in blocks_of(each)]
    [node] = nodes_of(asked.results.graph, (account,)).tolist()
    drawn = pictures.arrivals(asked.results.graph, node, asked.names(account), blocks=blocks)
    if isinstance(drawn, pictures.Missing) and known:
        return in_order(asked.results.graph, known[0], node, name=asked.names(account))
    return drawn


def _meetings(asked: Asked) -> pictures.Picture:
    graph, members = asked.results.graph, nodes_of(asked.results.graph, asked.group.accounts)
    acts = pictures.meetings(graph, members, asked.names.brief, within=asked.within)
    follows = pictures.meetings(graph, members, asked.names.brief, follows=True, within=asked.within)
    return follows if isinstance(acts, pictures.Missing) and isinstance(follows, pictures.Drawing) else acts


def _ring(asked: Asked) -> pictures.Picture:
    return pictures.ring(asked.results.graph, nodes_of(asked.results.graph, asked.group.accounts), asked.names.brief)


def _rhythm(asked: Asked) -> pictures.Picture:
    finding = asked.finding
    accounts = (asked.subject,) if finding is None else finding.accounts
    name = asked.names(asked.subject) if finding is None else finding.id
    return pictures.rhythm(rhythm(asked.results.graph, nodes_of(asked.results.graph, accounts)), name)


def _tiers(asked: Asked) -> pictures.Picture:
    return pictures.tiers(asked.results.reach)


def _roster(asked: Asked) -> pictures.Picture:
    reach = asked.results.reach.sort_by([("real", "descending"), ("id", "ascending")])
    accounts: Sequence[str] = asked.subjects or reach["id"].slice(0, WIDEST).to_pylist()
    offered = Candidates.of(asked.results.graph, list(accounts), people=asked.run.verdicts.authentic)
    table = curve(offered, LARGEST)
    return pictures.roster(table["account"].to_pylist(), table["adds"].to_pylist(), asked.names)


PICTURES: Final[dict[str, Callable[[Asked], pictures.Picture]]] = {
    "waterfall": _waterfall,
    "arrivals": _arrivals,
    "meetings": _meetings,
    "ring": _ring,
    "rhythm": _rhythm,
    "tiers": _tiers,
    "roster": _roster,
}
