"""What scanning needs to know of things that we did not print: posters that exist already."""
