"""Campaigns: authors whom the same strangers serve, and who serves them."""
