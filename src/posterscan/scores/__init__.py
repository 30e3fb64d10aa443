"""The parts of `posterscan evaluate`: truth, matching, scores, measures, tables, pictures."""
