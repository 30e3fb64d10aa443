"""Square black markers (ArUco, AprilTag): detected, measured to a tenth of a pixel, and checked against a layout."""
