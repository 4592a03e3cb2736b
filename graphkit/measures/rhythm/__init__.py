"""Day and night of an account or a group: when it acts, whether it sleeps, with what it writes, where it may live."""

from graphkit.measures.rhythm.clock import Rhythm, rhythm

__all__ = ["Rhythm", "rhythm"]
