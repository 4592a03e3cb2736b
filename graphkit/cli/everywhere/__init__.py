"""Options that many commands have, put around each of them in one place."""
