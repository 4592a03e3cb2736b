"""Followers for sale: where in a following they stand, who comes again and again among them, and how many there are."""
