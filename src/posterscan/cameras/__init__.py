"""What is known of a camera before it takes a photo: its lens, measured from a printed board or from posters themselves."""
