"""Signals: what single accounts look like, one number each, beside what is usual among comparable accounts.

No signal accuses anybody. Each is a number with the range in which nine of ten comparable accounts of the same data lie,
and with how many observations it rests on. Nothing is guessed from nationality, face or belief.
"""

from __future__ import annotations

from graphkit.measures.signals import aim, balance, deeds, following, haste, profile, rhythm, writing
from graphkit.measures.signals.reading import Reading, Signals, signals_of
from graphkit.measures.signals.signal import Measured, Signal

__all__ = ["Measured", "Reading", "Signal", "Signals", "every", "signals_of"]

_FILES = (profile, balance, following, rhythm, haste, aim, deeds, writing)


def every() -> tuple[Signal, ...]:
    """All signals there are, by family."""
    return tuple(signal for file in _FILES for signal in file.SIGNALS)
