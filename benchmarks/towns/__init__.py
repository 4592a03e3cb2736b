"""Made-up towns that examine graphkit from outside: they know the input and output contracts and nothing else of it."""
