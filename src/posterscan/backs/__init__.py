"""Photos of cards turned over on a table: what was argued, and whether for or against."""
