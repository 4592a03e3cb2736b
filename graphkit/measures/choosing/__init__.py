"""Who chooses the same rare things: who chose what, what chance in a corner of the network gives, and groups beyond it."""
