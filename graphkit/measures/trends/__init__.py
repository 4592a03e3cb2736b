"""Tags and phrases that rise, and whether people or commanded accounts raised them."""
