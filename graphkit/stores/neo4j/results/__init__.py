"""What runs found, as part of the graph."""
