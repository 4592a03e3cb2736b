"""The plain rule that many know: who acted on the same post within so many seconds, so many times; with a window to use."""

from graphkit.measures.windows.within import Window, suggested_window, within

__all__ = ["Window", "suggested_window", "within"]
