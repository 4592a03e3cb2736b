"""The moment in which the graph turns from one run to the next, and how a reader is kept out of it.

A server lets a reader see what is committed, record by record, so a question that is being answered while a run is
committed could see accounts of both runs. The one who publishes therefore says so on a node of its own, in a transaction
of its own, right before the commit, and takes it back right after. A question is put between two looks at that node: where
both show the same and nobody is turning, the answer is of one run.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Final, TypeVar

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.neo4j.bolt import Bolt, Run

T = TypeVar("T")

_BEGIN: Final = "MERGE (t:_GkTurn {id: 1}) SET t.number = coalesce(t.number, 0) + 1, t.by = $by, t.since = timestamp()"
_END: Final = "MATCH (t:_GkTurn {id: 1}) WHERE t.by = $by REMOVE t.by"
# One who died between saying so and the commit must not keep readers out for ever.
_LOOK: Final = (
    "OPTIONAL MATCH (t:_GkTurn {id: 1}) "
    "RETURN coalesce(t.number, 0), t.by IS NOT NULL AND timestamp() - t.since < $longest"
)
_LONGEST_MS: Final = 60_000
_PAUSE_S: Final = 0.05


def turn(bolt: Bolt, work: Callable[[Run], bool]) -> None:
    """Does `work` in one transaction; where it says that it changed what is shown, readers wait for the commit.

    The work must hold a lock that keeps others from turning at the same time.
    """
    by = uuid.uuid4().hex

    def announced(run: Run) -> None:
        if work(run):
            bolt.write(lambda aside: aside(_BEGIN, by=by))

    bolt.write(announced)
    bolt.write(lambda run: run(_END, by=by))


def between_turns(look: Callable[[], tuple[int, bool]], ask: Callable[[], T], *, seconds: float) -> T:
    """What `ask` gives, asked again where a run was put in place meanwhile. StoreError after `seconds` of trying."""
    until = time.monotonic() + seconds
    while True:
        number, is_turning = look()
        if not is_turning:
            answer = ask()
            if look() == (number, False):
                return answer
        if time.monotonic() > until:
            raise StoreError(
                say(
                    "A run was being put in place for {seconds} s while you asked, so the answer could have mixed two runs; "
                    "ask again in a minute.",
                    seconds=format(seconds, "g"),
                )
            )
        time.sleep(_PAUSE_S)


def look(run: Run) -> tuple[int, bool]:
    """How many times the shown run was changed, and whether it is being changed."""
    [[number, is_turning]] = run(_LOOK, longest=_LONGEST_MS)
    return int(number), bool(is_turning)
