"""Dossiers: everything that a run says of one account or one finding, on one page."""

from graphkit.reports.dossiers.dossier import Dossier, dossier

__all__ = ["Dossier", "dossier"]
