"""Lesson 02, the exercises."""

from coursekit.backprop.exercises.graphs import MLP_SENSITIVITIES, TAPE_GRADIENTS
from coursekit.backprop.exercises.layers import LINEAR_BACKWARD, SOFTMAX_CROSS_ENTROPY
from coursekit.backprop.exercises.optimisation import NUMERICAL_GRADIENT, SGD_MOMENTUM_STEP
from coursekit.backprop.exercises.penalties import ELASTIC_NET
from coursekit.backprop.exercises.regularising import BATCH_NORM, DROPOUT
from coursekit.backprop.exercises.windows import CONV2D_BACKWARD, MAX_POOL2D_BACKWARD
from coursekit.core.spec import Lesson

LESSON = Lesson(
    number=2,
    room="backprop",
    title="CNN backprop",
    notebook="02_cnn_backprop.ipynb",
    exercises=(
        TAPE_GRADIENTS,
        MLP_SENSITIVITIES,
        LINEAR_BACKWARD,
        SOFTMAX_CROSS_ENTROPY,
        CONV2D_BACKWARD,
        MAX_POOL2D_BACKWARD,
        NUMERICAL_GRADIENT,
        SGD_MOMENTUM_STEP,
        BATCH_NORM,
        DROPOUT,
        ELASTIC_NET,
    ),
)
