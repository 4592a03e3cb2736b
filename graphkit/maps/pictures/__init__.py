"""The map as a picture: for print, for a wall, and for browsers that cannot draw."""
