"""Several photos of one table brought together: which cards are the same, and which photo's word counts for what."""
