"""Makes math.woff2 of TeX Gyre Termes Math: python3 make.py texgyretermes-math.otf (fonttools, brotli)."""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

KEPT = [
    *range(0x20, 0x7F),        # ASCII
    *range(0x391, 0x3D6),      # Greek
    *range(0x1D434, 0x1D468),  # italic Latin, but for h:
    0x210E,
    *range(0x1D6E2, 0x1D71C),  # italic Greek
    0xA0, 0xB7, 0x2026, 0x2032, 0x2061, 0x2062, 0x2063,
    0x2202, 0x2212, 0x2218, 0x221A, 0x221E, 0x2260, 0x2264, 0x2265, 0x22C5,
]
NAMES = {
    1: "Ogive Math",
    3: "Ogive Math, a part of TeX Gyre Termes Math",
    4: "Ogive Math",
    6: "OgiveMath-Regular",
}

font = TTFont(sys.argv[1])
options = subset.Options()
options.layout_features = ["ssty", "kern"]
options.hinting = False
options.glyph_names = False
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=KEPT)
subsetter.subset(font)
for record in font["name"].names:
    record.string = NAMES.get(record.nameID, str(record))
outlines = font["CFF "].cff
outlines.fontNames[0] = NAMES[6]
outlines.topDictIndex[0].FullName = outlines.topDictIndex[0].FamilyName = NAMES[1]
font.flavor = "woff2"
font.save("math.woff2")
