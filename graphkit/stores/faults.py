"""Places where tests may break a store, armed by the environment variable GRAPHKIT_FAULTS and by nothing else.

`GRAPHKIT_FAULTS="before_commit=kill@3"` kills the process with SIGKILL at the third visit of that place. Actions:
`kill` and `full` (an error as of a full disk). Several are separated by commas.
"""

from __future__ import annotations

import errno
import os
import signal
from collections import Counter
from typing import Final

PLACES: Final = ("store_made", "rows_written", "before_commit", "after_commit", "before_seal", "in_seal", "after_seal")

OFFLINE: Final = ("staged", "import_begun", "imported")  # of a large first load into a server of one's own

_visits: Counter[str] = Counter()


def reach(place: str) -> None:
    """Does what the environment asks for at this place; nothing, if it asks for nothing."""
    armed = os.environ.get("GRAPHKIT_FAULTS")
    if not armed:
        return
    _visits[place] += 1
    for order in armed.split(","):
        name, _, rest = order.partition("=")
        action, _, visit = rest.partition("@")
        if name == place and _visits[place] == int(visit or 1):
            _act(action)


def _act(action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
