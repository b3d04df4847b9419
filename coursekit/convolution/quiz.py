"""Lesson 01, questions with one short answer: the audit of the slides, and "check yourself"."""

from __future__ import annotations

from coursekit.core.quiz import Question, Quiz

AUDIT = Quiz(
    "convolution.audit",
    Question(
        "blur table",
        "77d3168e8a0c95f7",
        "Rows and columns from 0: (2, 1) must be .5, (2, 2) .6, (2, 3) .5 and (3, 2) .5. At "
        "(2, 2) the window holds six ones around a zero: 6 · 0.1.",
        "Compute the table with correlate2d (padding 1) and count the cells for which "
        "np.isclose(yours, printed) is False.",
    ),
    Question(
        "learned table",
        "ff7d085e2d407ae4",
        'The "learned" table is the inner 5×5 of the blur table, with the same four wrong cells: '
        "it was cut out of it.",
        "Compare it with the inner part [1:-1, 1:-1] of the other printed tables.",
    ),
    Question(
        "edge tables",
        "7a82922de8e301bb",
        "Every sign is turned round. The kernel is antisymmetric, so flipping it changes exactly "
        "the sign: these tables show true convolution. The corner table of the same lecture shows "
        "correlation; the other kernels look the same when turned, so their tables cannot tell.",
        "Compute the table with correlate2d (padding 1) and divide, where the result is not 0.",
    ),
    Question(
        "Gaussian",
        "a3dc45f7e299fdc9",
        "The weights of a blur must sum to 1, or it changes the brightness: this one makes the "
        "photograph almost three times as bright, and about two thirds of it are cut off at white.",
        "Add up all 25 weights.",
    ),
    Question(
        "stride formula",
        "a2857a6aead2d849",
        "The s of the slide spreads the kernel over the image: that is dilation. A stride belongs "
        "to the output's position: x[h' s + m, w' s + n].",
        "Look at the size of the result: does a stride of 2 give so many outputs? Which control of "
        "the sliding window gives the same numbers?",
    ),
    Question(
        "pooling formula",
        "15efee504f669d54",
        "With i and j counting one by one, the windows overlap: the result has 5 rows, the table "
        "above the formula has 3. The formula for stride 2 is max of x[2i, 2j], x[2i, 2j + 1], "
        "x[2i + 1, 2j], x[2i + 1, 2j + 1] (from 0).",
        "Where may a window of two rows start in six rows, if i counts one by one?",
    ),
    Question(
        "sharing",
        "441967c4cd3e7576",
        "There are 24 · 24 positions, and without sharing each would have its own weights: "
        "149,760 numbers instead of 260. Sparsity divides by 30 here, sharing by 576, the number "
        "of positions.",
        "Without sharing there is one set of weights for each position. How many positions?",
    ),
    Question(
        "invariance",
        "ff140069a759837b",
        "Nothing stays, everything moves along: that is equivariance. Invariance (the output does "
        "not change at all) comes from pooling, as measured above.",
        "Compare the two results entry by entry.",
    ),
    Question(
        "same size",
        "76e99a90565f867c",
        "Only an odd kernel with padding (k − 1) / 2 and stride 1 keeps the size, whatever the "
        "size of the image.",
        "Use output_size for each of the five and count those that give 7.",
    ),
)

CHECK_YOURSELF = Quiz(
    "convolution.check_yourself",
    Question(
        "a",
        "ce9b869e27f27e9d",
        "(224 + 6 − 7) / 2 rounded down, plus 1.",
        "Use the formula of section 6.",
    ),
    Question(
        "b",
        "29e6ffa122f32a27",
        "128 filters with 64 · 3 · 3 weights and one bias each.",
        "Section 9: draw one filter.",
    ),
    Question(
        "c",
        "d2495ae35552abb9",
        "1 + 2 + 1 + 2 · 2: after the pooling, neighbours are 2 input pixels apart.",
        "Section 13: which layer comes after a stride of 2?",
    ),
    Question(
        "d",
        "a6ecc982fdde233c",
        "Each output takes its right neighbour, so the picture moves to the left.",
        "Which pixel does y[0, 0] copy? Try it in the sliding window (kernel: shift by one).",
    ),
    Question(
        "e",
        "fd3eeef75e7d9313",
        "(9 − 1) / 2.",
        "The output must be as large as the input: solve for p.",
    ),
    Question(
        "f",
        "a006464384a2a3d8",
        "One step of the output is 2 pixels of the input, and 6 / 2 = 3.",
        "How many input pixels lie between two neighbouring outputs?",
    ),
)
