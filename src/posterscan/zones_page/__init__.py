"""The page in which people draw the zones of a poster that they already have."""
