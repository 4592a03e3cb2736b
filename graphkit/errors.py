"""Every deliberate error.

    GraphkitError               exit code 1: something a person can mend, said in one line
    ├── UsageError              exit code 2: the call itself is off (unknown option value, unknown name)
    ├── DataError               exit code 3: an input is refused (empty, truncated, of another kind)
    │   └── TooManyRefusedError exit code 3: more rows refused than allowed; nothing was sealed
    ├── StoreError              exit code 4: the store cannot do what was asked (disk full, newer format, busy)
    ├── MissingExtraError       exit code 5: an optional dependency is not installed
    └── InterruptedLoadError    exit code 130: stopped by a signal at a batch edge; the same command resumes

Each message says what was given, what is accepted and what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class GraphkitError(Exception):
    """Something a person can mend; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 1


class UsageError(GraphkitError):
    """The call itself is off: an unknown name or a value outside what is accepted."""

    exit_code = 2


class DataError(GraphkitError):
    """An input is refused as a whole; the message names file, place and remedy."""

    exit_code = 3


class TooManyRefusedError(DataError):
    """More rows were refused than the settings allow; nothing of this load was sealed."""


class StoreError(GraphkitError):
    """The store cannot do what was asked; what was acknowledged before is safe."""

    exit_code = 4


class MissingExtraError(GraphkitError):
    """An optional dependency is not installed; the message names the extra."""

    exit_code = 5


class InterruptedLoadError(GraphkitError):
    """A signal stopped the load at a batch edge; the same command resumes it."""

    exit_code = 130
