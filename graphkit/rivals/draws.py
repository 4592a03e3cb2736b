"""Posts that promise a prize, in Turkish, Spanish and English."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.wording.folding import folded

# folded as texts are: small, without marks, one i
PRIZE: Final = (
    r"\b(cekilis\w*|hediye\w*|kazan(an|ma|acak|in)\w*|sorte(o|os|amos|ar)|concurso\w*|premio\w*|regal(o|amos)"
    r"|gana(r|dor|dora)?|participa\w*|giveaway\w*|win(ner)?|prize\w*|raffle\w*|sweepstake\w*)\b"
)


def promising(graph: InfluenceGraph) -> NDArray[np.bool_]:
    """For each post whether it speaks of a prize; False where there is no text."""
    said = folded(graph.posts["text"])
    return np.asarray(pc.fill_null(pc.match_substring_regex(said, PRIZE), False).to_numpy(zero_copy_only=False), bool)
