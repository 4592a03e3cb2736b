"""What a run found of what was planted, and whom it accused for nothing: the truth of a demo in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from graphkit.evidence import Run
from graphkit.lab.truth import Truth

LABELS: Final = ("bot", "ring", "pod", "compromised")  # in the accounts table, and as columns of the truth
FOUND_SHARE: Final = 0.5  # a planted group counts as found when half of its members carry its label
SAID: Final = {
    "farm": ("bot", "farms of bought followers"),
    "amplifier": ("bot", "nets of automated amplifiers"),
    "ring": ("ring", "follow-for-follow rings"),
    "pod": ("pod", "engagement pods"),
    "takeover": ("compromised", "groups of taken-over accounts"),
}


@dataclass(frozen=True, slots=True)
class Recovery:
    """Planted groups found, and innocent accounts accused."""

    groups: dict[str, tuple[int, int]]  # kind -> (found, planted)
    accused: dict[str, tuple[int, int]]  # label -> (rightly, in all)
    crowds: dict[str, tuple[int, int]]  # innocent crowd -> (accused of anything, members)
    findings: int

    def lines(self) -> Iterator[str]:
        """The comparison in words."""
        for kind, (found, planted) in self.groups.items():
            yield f"  found {found} of {planted} planted {SAID[kind][1]}"
        for label, (right, whole) in self.accused.items():
            yield f"  {whole} accounts labelled {label}, {right} of them rightly"
        blamed = {crowd: counts for crowd, counts in self.crowds.items() if counts[0]}
        yield f"  {len(self.crowds) - len(blamed)} of {len(self.crowds)} innocent crowds left alone entirely"
        for crowd, (wrongly, members) in blamed.items():
            yield f"  wrongly labelled: {wrongly} of {members} in the crowd {crowd.replace('_', ' ')}"

    def as_json(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {
            "groups": {kind: {"found": f, "planted": p} for kind, (f, p) in self.groups.items()},
            "labels": {label: {"right": right, "given": given} for label, (right, given) in self.accused.items()},
            "innocent": {crowd: {"accused": wrong, "members": of} for crowd, (wrong, of) in self.crowds.items()},
        }


def recovery(truth: Truth, run: Run, accounts: pa.Table) -> Recovery:
    """The labels of a results table beside the truth.

    An account counts as wrongly accused when its label is none of the things that it is.
    """
    labels = dict(zip(accounts["id"].to_pylist(), accounts["label"].to_pylist(), strict=True))
    true = {row["id"]: row for row in truth.accounts.to_pylist()}
    groups = {}
    for kind, (label, _) in SAID.items():
        planted = truth.members(kind)
        caught = [sum(labels.get(a) == label for a in members) / len(members) for members in planted.values()]
        if planted:
            groups[kind] = (sum(share >= FOUND_SHARE for share in caught), len(planted))
    accused = {}
    wrongly = set()
    for label in LABELS:
        named = [account for account, said in labels.items() if said == label]
        wrongly |= {a for a in named if a in true and not any(true[a][part] is not False for part in LABELS)}
        accused[label] = (sum(bool(true.get(account, {}).get(label)) for account in named), len(named))
    crowds = {crowd: (len(members & wrongly), len(members)) for crowd, members in truth.crowds().items()}
    return Recovery(groups, accused, crowds, len(run.findings))
