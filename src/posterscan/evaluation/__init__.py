"""Results against ground truth, in the field's terms: cards, millimetres, texts and counts."""
