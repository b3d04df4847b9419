"""Lesson 01, the exercises."""

from coursekit.convolution.exercises.correlation import CORRELATE2D
from coursekit.convolution.exercises.geometry import CONV_PARAMETERS, OUTPUT_SIZE, RECEPTIVE_FIELD
from coursekit.convolution.exercises.layer import CONV2D
from coursekit.convolution.exercises.matrix import CONV_MATRIX
from coursekit.convolution.exercises.pooling import AVG_POOL2D, MAX_POOL2D
from coursekit.core.spec import Lesson

LESSON = Lesson(
    number=1,
    room="convolution",
    title="Convolution",
    notebook="01_convolution.ipynb",
    exercises=(
        OUTPUT_SIZE,
        CORRELATE2D,
        CONV2D,
        MAX_POOL2D,
        AVG_POOL2D,
        CONV_MATRIX,
        RECEPTIVE_FIELD,
        CONV_PARAMETERS,
    ),
)
