"""What accounts do without having been shown it by anybody whom they follow."""
