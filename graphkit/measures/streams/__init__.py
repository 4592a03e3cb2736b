"""Two hands on one account: everything it did, what groups did at the same moments, and how the two differ."""
