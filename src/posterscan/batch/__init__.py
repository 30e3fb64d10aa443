"""All tables in a folder of photos: which photos belong together, and the work on them, resumable and parallel."""
