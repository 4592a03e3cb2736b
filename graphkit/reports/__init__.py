"""The report: one HTML file that says what was looked at, what was found, and what speaks against it."""

from graphkit.reports.report import Report, report

__all__ = ["Report", "report"]
