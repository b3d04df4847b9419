"""Lesson 02, questions with one short answer: the audit of the slides, and "check yourself"."""

from __future__ import annotations

from coursekit.core.quiz import Question, Quiz

AUDIT = Quiz(
    "backprop.audit",
    Question(
        "sign of delta_j",
        "5c57f2c4511ca7bf",
        "delta_k is minus a derivative, and a sum of deltas times weights stays one: delta_j = "
        "−dJ/dnet_j. The right-hand side and the update rule of the slide are right, only "
        '"≡ ∂J/∂net_j" is not.',
        "Divide the measured values by those of the right-hand side.",
    ),
    Question(
        "max at a tie",
        "949220d4a60f8ff7",
        "The whole gradient is lost, and ties are common: after a ReLU many pixels are exactly 0. "
        "Give it to the first (as here), or to each half.",
        "Put a = b into both printed conditions.",
    ),
    Question(
        "stride in the gradient",
        "e67c58d2ca279922",
        "0 + 2 + 10 + 12: the pixels that lie under the kernel's first cell when it moves by 2. "
        "The printed index adds up 0 + 1 + 5 + 6, neighbours of which the kernel's first cell has "
        "seen only one. No entry of the printed result is right.",
        "Which four pixels does the first cell of the kernel meet? bp.conv2d_backward with stride "
        "2 tells.",
    ),
    Question(
        "cross-entropy",
        "d67199aa370bd1b4",
        "−log p of the true class, nothing else. The printed sum is the loss of three separate "
        "yes-or-no questions (one-vs-rest), which belongs to sigmoids, and its second term has "
        "lost its minus.",
        "bp.softmax_cross_entropy(lecture.SCORES_002, lecture.LABEL_002), rounded to three "
        "decimals.",
    ),
    Question(
        "lost minus",
        "c32d96412e025e2f",
        "θ − γ · 2θ = 1 − 0.2: towards the minimum at 0, by a small step.",
        "The gradient of θ² at 1 is 2; gradient descent subtracts γ times that.",
    ),
    Question(
        "always higher",
        "90636b08a13fcc24",
        "In about one of three splits the test part happens to be the easier one. On *average* "
        "the test error is higher; for a single split, or while dropout and moved images make "
        "training harder, it need not be.",
        "Count how often test_error < train_error: np.sum.",
    ),
    Question(
        "what L1 prefers",
        "f689ee89f5ff1281",
        "Both are 1: L1 cannot tell them apart. With x = (1, 1, 1, 2) it can: (0, 0, 0, 0.5) "
        "costs 0.5, (0.2, 0.2, 0.2, 0.2) costs 0.8.",
        "bp.l1_penalty of both, from lecture.W_SPARSE and lecture.W_SPREAD.",
    ),
    Question(
        "Xavier, He, Kaiming",
        "538a93b430f7354b",
        "Xavier Glorot's and Kaiming He's: He and Kaiming are one person.",
        "Whose names are these? Section 11 says it.",
    ),
    Question(
        "two ways to stop",
        "6d22b527a3b47b59",
        "x shrinks by 1 % a step, and the gradient 0.01 x is below 0.001 only when x is below "
        "0.1. The second rule gave up at once: a small change may mean a minimum, or a flat "
        "valley, or a small learning rate.",
        "Loop: while a * x >= 0.001, x = x − a * x; count.",
    ),
    Question(
        "flattening",
        "3ce1f57b994ccef8",
        "2 · 3 · 1 + 3 · 1 + 2. From 0 to 11 are twelve entries, as from 1 to 12: but the slide "
        "declares the one and computes the other.",
        "Put the largest i, j and k into the formula, counting from 0.",
    ),
    Question(
        "amplified",
        "ec13ca836630f29d",
        "(1/2)⁴ = 1/16: the text was taken over from the slide on exploding gradients.",
        "Four times the factor one half.",
    ),
)

CHECK_YOURSELF = Quiz(
    "backprop.check_yourself",
    Question(
        "a",
        "ad005e28f9ce50c1",
        "b is used twice: b from the sum, a + b from the product; 2 + 3.",
        "b is used in two places: add up both ways.",
    ),
    Question(
        "b",
        "7e9f76bdf690eced",
        "Only the entry with x > 0 passes.",
        "Section 6, ReLU.",
    ),
    Question(
        "c",
        "6af8cddc23a52ba9",
        "Probability minus truth: 1/2 − 1.",
        "Both probabilities are 1/2. Section 6.",
    ),
    Question(
        "d",
        "707c0f8f0312ff4e",
        "All nine windows contain the centre, each with another cell of the kernel.",
        "Where can the upper left corner of a 3 × 3 window lie in 5 × 5?",
    ),
    Question(
        "e",
        "2a87691eafa486b3",
        "J = a x² / 2 with a = 8, and the best rate is 1 / a.",
        "What is a, if J = a x² / 2?",
    ),
    Question(
        "f",
        "e819f04591c186e0",
        "1 / (1 − 0.2).",
        "The mean must stay the same when one in five is gone.",
    ),
)
