"""From tables to findings, verdicts, reach and the results folder."""
