"""Lesson 02, the mathematics: pure functions on NumPy arrays."""

from coursekit.backprop.reference.autodiff import Value
from coursekit.backprop.reference.checking import numerical_gradient, relative_difference
from coursekit.backprop.reference.classification import (
    softmax,
    softmax_backward,
    softmax_cross_entropy,
)
from coursekit.backprop.reference.convolution import conv2d_backward
from coursekit.backprop.reference.initialisation import fans, he, xavier
from coursekit.backprop.reference.layers import (
    dropout,
    dropout_backward,
    flatten,
    flatten_backward,
    linear,
    linear_backward,
    relu,
    relu_backward,
)
from coursekit.backprop.reference.mlp import mlp_forward, mlp_sensitivities, sigmoid
from coursekit.backprop.reference.naive import (
    avg_pool2d_backward_naive,
    batch_norm_backward_naive,
    conv2d_backward_naive,
    dropout_backward_naive,
    flatten_backward_naive,
    linear_backward_naive,
    max_pool2d_backward_naive,
    relu_backward_naive,
    softmax_cross_entropy_backward_naive,
)
from coursekit.backprop.reference.normalisation import batch_norm, batch_norm_backward
from coursekit.backprop.reference.optimisation import descend_quadratic, sgd_momentum_step
from coursekit.backprop.reference.penalties import elastic_net, l1_penalty, l2_penalty
from coursekit.backprop.reference.pooling import avg_pool2d_backward, max_pool2d_backward
from coursekit.backprop.reference.simple_cnn import (
    Epoch,
    predict,
    shift_images,
    simple_cnn_forward,
    simple_cnn_gradients,
    simple_cnn_parameters,
    train_simple_cnn,
)
from coursekit.backprop.reference.tape import tape_gradients, tape_values
from coursekit.convolution.reference import avg_pool2d, conv2d, max_pool2d

__all__ = [
    "Epoch",
    "Value",
    "avg_pool2d",
    "avg_pool2d_backward",
    "avg_pool2d_backward_naive",
    "batch_norm",
    "batch_norm_backward",
    "batch_norm_backward_naive",
    "conv2d",
    "conv2d_backward",
    "conv2d_backward_naive",
    "descend_quadratic",
    "dropout",
    "dropout_backward",
    "dropout_backward_naive",
    "elastic_net",
    "fans",
    "flatten",
    "flatten_backward",
    "flatten_backward_naive",
    "he",
    "l1_penalty",
    "l2_penalty",
    "linear",
    "linear_backward",
    "linear_backward_naive",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool2d_backward_naive",
    "mlp_forward",
    "mlp_sensitivities",
    "numerical_gradient",
    "predict",
    "relative_difference",
    "relu",
    "relu_backward",
    "relu_backward_naive",
    "sgd_momentum_step",
    "shift_images",
    "sigmoid",
    "simple_cnn_forward",
    "simple_cnn_gradients",
    "simple_cnn_parameters",
    "softmax",
    "softmax_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward_naive",
    "tape_gradients",
    "tape_values",
    "train_simple_cnn",
    "xavier",
]
