"""Everything a facilitator prints, made to be read back."""
