"""The lectures' images, kernels and printed tables, exactly as the slides show them.

Tables named ``PRINTED_...`` hold what is on the slide, including the slide's mistakes; the
notebook audits them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _table(rows: str) -> Array:
    return np.array([[float(cell) for cell in row.split()] for row in rows.strip().splitlines()])


#: The 7x7 image of lecture 001.
IMAGE = _table("""
0 0 0 0 0 0 0
0 1 1 1 1 1 0
0 1 0 0 1 0 0
0 1 0 1 0 0 0
0 1 1 0 0 0 0
0 1 0 0 0 0 0
0 0 0 0 0 0 0
""")

#: The kernels of lecture 001, by the names on the slides.
IDENTITY = _table("0 0 0\n0 1 0\n0 0 0")
CORNER = _table("0 0 0\n0 1 1\n0 1 0")
BLUR = _table(".1 .1 .1\n.1 .2 .1\n.1 .1 .1")
VERTICAL_EDGE = _table("-1 0 1\n-1 0 1\n-1 0 1")
HORIZONTAL_EDGE = _table("-1 -1 -1\n0 0 0\n1 1 1")
SHARPEN = _table("0 -1 0\n-1 5 -1\n0 -1 0")
EDGE_8 = _table("-1 -1 -1\n-1 8 -1\n-1 -1 -1")
GAUSSIAN_5 = _table("""
.01 .04 .06 .04 .01
.04 .19 .25 .19 .04
.06 .25 .37 .25 .06
.04 .19 .25 .19 .04
.01 .04 .06 .04 .01
""")

#: Lecture 001, "Convolution": the corner kernel on the 7x7 image.
PRINTED_CORNER = _table("3 2 2 3 1\n2 0 2 1 0\n2 2 1 0 0\n3 1 0 0 0\n1 0 0 0 0")

#: Lecture 001, the blur kernel on the image with padding 1; four cells are wrong.
PRINTED_BLUR = _table("""
.1 .2 .3 .3 .3 .2 .1
.2 .4 .5 .5 .5 .4 .1
.3 .4 .2 .3 .6 .3 .1
.3 .5 .4 .4 .2 .1 0
.3 .5 .6 .2 .1 0 0
.2 .4 .3 .1 0 0 0
.1 .1 .1 0 0 0 0
""")

#: Lecture 001, "Learned Convolution": the inner 5x5 of the table above, mistakes included.
PRINTED_LEARNED = _table(
    ".4 .5 .5 .5 .4\n.4 .2 .3 .6 .3\n.5 .4 .4 .2 .1\n.5 .6 .2 .1 0\n.4 .3 .1 0 0"
)

#: Lecture 001, the vertical edge detector; the signs are those of a flipped kernel.
PRINTED_VERTICAL_EDGE = _table("""
-1 -1 0 0 0 1 1
-2 -1 1 -1 0 2 1
-3 -1 1 -1 1 2 1
-3 -1 2 0 1 1 0
-3 -1 2 1 1 0 0
-2 -1 2 1 0 0 0
-1 0 1 0 0 0 0
""")

#: Lecture 001, the horizontal edge detector; the signs are those of a flipped kernel.
PRINTED_HORIZONTAL_EDGE = _table("""
-1 -2 -3 -3 -3 -2 -1
-1 -1 -1 -1 -1 -1 0
0 1 1 2 2 2 1
0 -1 -1 0 1 1 0
0 0 1 1 1 0 0
1 2 2 1 0 0 0
1 1 1 0 0 0 0
""")

#: The 6x6 image of lecture 001's downsampling slides and its printed outputs at stride 2.
SMALL_IMAGE = _table("1 1 1 1 1 0\n1 0 0 1 0 0\n1 0 1 0 0 0\n1 1 0 0 0 0\n1 0 0 0 0 0\n0 0 0 0 0 0")
PRINTED_STRIDE_2 = _table("3 3 1\n3 1 0\n1 0 0")
PRINTED_AVERAGE = _table(".75 .75 .25\n.75 .25 0\n.25 0 0")
PRINTED_MAX = _table("1 1 1\n1 1 0\n1 0 0")

#: Lecture 003: the 6x6 image, its two filters, and the printed feature maps.
IMAGE_003 = _table("1 0 0 0 0 1\n0 1 0 0 1 0\n0 0 1 1 0 0\n1 0 0 0 1 0\n0 1 0 0 1 0\n0 0 1 0 1 0")
FILTER_1 = _table("1 -1 -1\n-1 1 -1\n-1 -1 1")
FILTER_2 = _table("-1 1 -1\n-1 1 -1\n-1 1 -1")
PRINTED_MAP_1 = _table("3 -1 -3 -1\n-3 1 0 -3\n-3 -3 0 1\n3 -2 -2 -1")
PRINTED_MAP_2 = _table("-1 -1 -1 -1\n-1 -1 -2 1\n-1 -1 -2 1\n-1 0 -4 3")

#: Lecture 003, "Convolution and Pooling": a T, its kernel and its feature map.
IMAGE_T = _table("1 1 1 1 1 1\n1 1 1 1 1 1\n0 0 1 1 0 0\n0 0 1 1 0 0\n0 0 1 1 0 0\n0 0 1 1 0 0")
KERNEL_T = _table("1 1 1\n1 1 1\n0 0 0")
PRINTED_MAP_T = _table("6 6 6 6\n4 5 5 4\n2 4 4 2\n2 4 4 2")

#: Lecture 000: the printed pooling tables. The slide's input is a picture; this input was
#: reconstructed and gives both tables (it is one of many that do).
RECONSTRUCTED_000 = _table(
    "1.1 1.4 .9 .4 .9\n2.5 3.2 2.1 1.5 0\n1.7 0 3.8 0 4.3\n2.1 2.3 1.5 .7 2.1"
)
PRINTED_MAX_000 = _table("3.2 3.2 2.1 1.5\n3.2 3.8 3.8 4.3\n2.3 3.8 3.8 4.3")
PRINTED_MEAN_000 = _table("2.05 1.9 1.225 .7\n1.85 2.275 1.85 1.45\n1.525 1.9 1.5 1.775")
