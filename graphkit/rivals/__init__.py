"""Rival explanations: what else may lie behind a symptom, ranked, with what speaks for and against each and what is missing.

"Cannot tell" is one of the answers. Weights order the explanations of one symptom; they are no chances.
"""

from graphkit.rivals.accounts import Explained, explain
from graphkit.rivals.findings import explained
from graphkit.rivals.influencers import influencers, whole

__all__ = ["Explained", "explain", "explained", "influencers", "whole"]
