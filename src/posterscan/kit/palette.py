"""The kit's colours. Pale, so that white cards and saturated stickers stand out on them.

The three spheres differ in lightness as well as in hue, for those who see colours otherwise (a test holds them apart in
the three kinds of colour blindness); the rims of the two kinds of card differ in lightness too.
"""

PAPER = "#F5F3EE"  # the room around the spheres
INK = "#20262B"
SOFT_INK = "#56606A"
SPHERES = ("#F6E2AE", "#C2DAF0", "#BFA5C5")  # in the order of poster_layout.SPHERES
SPHERE_LINES = ("#C79A2E", "#3F7FA6", "#77538C")
SPHERE_NAMES = ("#72500A", "#1D5A80", "#4F3163")  # dark enough to read on their own colour (a test says how dark)
LADDER = "#E6E7E2"
LADDER_RUNGS = "#C9CCC4"
INGREDIENT = "#2F424A"  # rims of cards: nearly grey, so that a sticker over one has a clear edge (a test says how grey)
INTENTION = "#6B5B50"
YES, NO = "#1F4E5F", "#8A4318"  # in drawings and titles, where no sticker lies
WRITING_LINE = "#C9CDD1"
STICKER_PLACE = "#DDE0E3"  # faint: to place stickers by, not to be taken for one
WHITE = "#FFFFFF"
