"""What a human sees of results, says of them, and how that is taken up."""
