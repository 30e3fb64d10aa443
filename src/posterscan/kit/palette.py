"""The kit's colours. Pale, so that white cards and saturated stickers stand out on them.

The three spheres differ in lightness as well as in hue, for those who see colours otherwise (a test holds them apart in
the three kinds of colour blindness); the rims of the two kinds of card differ in lightness too.
"""

PAPER = "#F5F3EE"  # the room around the spheres
INK = "#20262B"
SOFT_INK = "#56606A"
SPHERES = ("#F6E2AE", "#B9D6E8", "#CDB9D8")  # in the order of poster_layout.SPHERES
SPHERE_LINES = ("#C79A2E", "#3F7FA6", "#7D5A93")
LADDER = "#E6E7E2"
LADDER_RUNGS = "#C9CCC4"
INGREDIENT = "#1F4E5F"  # rims of cards
INTENTION = "#8A4318"
WRITING_LINE = "#C9CDD1"
STICKER_PLACE = "#DDE0E3"  # faint: to place stickers by, not to be taken for one
WHITE = "#FFFFFF"
