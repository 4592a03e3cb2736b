"""Wordings: posts that say the same in nearly the same words, and accounts that do so again and again."""

from graphkit.measures.wording.copying import Copied, Copying, copying
from graphkit.measures.wording.wordings import Wordings, wordings

__all__ = ["Copied", "Copying", "Wordings", "copying", "wordings"]
