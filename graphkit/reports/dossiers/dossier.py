"""The dossier of one account or one finding: a page that opens with no network, a document, or JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from graphkit.language import say, told
from graphkit.reports.dossiers import account, group
from graphkit.reports.dossiers.scene import Scene
from graphkit.reports.dossiers.sections import Section, as_json
from graphkit.reports.figures import drawings
from graphkit.reports.report import Report, page
from graphkit.results import Names, Results
from graphkit.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class Dossier(Report):
    """A finished dossier; its sections hold the numbers of the page."""

    about: str = ""
    sections: tuple[Section, ...] = ()
    run: dict[str, object] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, object]:
        """The same as JSON values."""
        return {
            "about": self.about,
            "title": self.title,
            "run": self.run,
            "sections": [as_json(each) for each in self.sections],
        }

    @property
    def _writers(self) -> dict[str, Callable[[], bytes]]:
        return {**super(Dossier, self)._writers, ".json": lambda: orjson.dumps(self.json, option=orjson.OPT_INDENT_2)}


def dossier(results: Results, verdicts: Verdicts, name: str, *, show_hidden: bool = False) -> Dossier:
    """The dossier of an account (id or "@handle") or of a finding (its id), in the language that is spoken here.

    Every section is filled or says "no data" and why. Names of accounts under a second hand are left out unless
    `show_hidden` asks for them.
    """
    names = Names(results, hidden=() if show_hidden else results.hidden)
    scene = Scene(results, verdicts, names)
    finding = next((finding for finding in results.findings if finding.id == name), None)
    if finding is not None:
        title, sections = finding.id, tuple(group.sections(scene, finding))
        heading = told(say("Dossier of finding {finding}", finding=finding.id))
        about = finding.id
    else:
        node = results.graph.node(name)
        [own] = results.graph.ids([node])
        about = names.public_id(own)
        title, sections = names(own), tuple(account.sections(scene, node))
        heading = told(say("Dossier of {account}", account=title))
    run = results.run
    html = page("dossier.html", results, names, context={"heading": heading, "sections": sections})
    return Dossier(
        title=heading,
        html=html,
        drawings=drawings(*(section.figures for section in sections)),
        at=run.at,
        about=about,
        sections=sections,
        run={"id": run.id, "version": run.version, "seed": run.seed, "at": run.at},
    )
