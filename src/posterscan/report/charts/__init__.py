"""Charts, drawn once for page, PDF and pictures."""
