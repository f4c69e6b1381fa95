"""Each activation as people write it in PyTorch: the library's own where it has one, the module of
the reference implementation, or the plain composition from the paper."""

import math
from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F
from torch import nn

native = torch._C._nn  # what torch.nn.functional calls; takes `out=`


@dataclass
class Form:
    """y = call(x, *parameters); `out`, where PyTorch has it, writes to a given tensor."""

    call: Callable
    parameters: list
    out: Callable | None = None


def plain(call, out=None):
    return lambda channels: Form(call, [], out)


def learned(call, *initial):
    return lambda channels: Form(call, [parameter(value, 1) for value in initial])


def parameter(value, channels):
    return nn.Parameter(torch.full((channels,), value))


def prelu(channels):
    module = nn.PReLU(channels, 0.25)
    return Form(F.prelu, [module.weight])


def dice(channels):
    """As FuxiCTR has it: batch normalisation without scale and shift as the gate's argument, in training
    mode. (DeepCTR's learns a scale and a shift in there, which is more work.)"""
    norm = nn.BatchNorm1d(channels, affine=False, eps=1e-8, momentum=0.01)

    def call(x, alpha):
        p = torch.sigmoid(norm(x))
        return p * x + (1 - p) * alpha * x

    return Form(call, [parameter(0.0, channels)])


def xielu(channels):
    """The Python form of the reference implementation."""
    beta, eps = torch.tensor(0.5), torch.tensor(-1e-6)

    def call(x, alpha_p, alpha_n):
        alpha_p = F.softplus(alpha_p)
        alpha_n = beta + F.softplus(alpha_n)
        return torch.where(
            x > 0,
            alpha_p * x * x + beta * x,
            (torch.expm1(torch.min(x, eps)) - x) * alpha_n + beta * x,
        )

    return Form(call, [parameter(math.log(math.expm1(v)), 1) for v in (0.8, 0.3)])


def pau(x, a0, a1, a2, a3, a4, a5, b0, b1, b2, b3):
    """As the authors' code has it, by powers in Horner's order."""
    top = a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))
    return top / (1 + torch.abs(x * (b0 + x * (b1 + x * (b2 + x * b3)))))


PAU = [0.01277, 0.505, 2.74396, 4.53654, 2.52381, 0.45986, 0.0, 8.98324, 0.0, 0.91062]

SELU = (1.6732632423543772, 1.0507009873554805)

FORMS = {
    "relu": plain(F.relu, lambda x, y: torch.clamp_min(x, 0, out=y)),
    "leaky_relu": plain(F.leaky_relu, lambda x, y: native.leaky_relu(x, 0.01, out=y)),
    "relu6": plain(F.relu6, lambda x, y: native.hardtanh(x, 0, 6, out=y)),
    "hard_tanh": plain(F.hardtanh, lambda x, y: native.hardtanh(x, -1, 1, out=y)),
    "hard_sigmoid": plain(F.hardsigmoid, lambda x, y: native.hardsigmoid(x, out=y)),
    "hard_swish": plain(F.hardswish, lambda x, y: native.hardswish(x, out=y)),
    "relu_squared": plain(lambda x: torch.square(F.relu(x))),
    "elu": plain(F.elu, lambda x, y: native.elu(x, 1, 1, 1, out=y)),
    "celu": plain(F.celu, lambda x, y: native.elu(x, 1, 1, 1, out=y)),
    "selu": plain(F.selu, lambda x, y: native.elu(x, *SELU, 1, out=y)),
    "softplus": plain(F.softplus, lambda x, y: native.softplus(x, 1, 20, out=y)),
    "squareplus": plain(lambda x: (x + torch.sqrt(x * x + 4)) / 2),
    "sigmoid": plain(F.sigmoid, lambda x, y: torch.sigmoid(x, out=y)),
    "tanh": plain(F.tanh, lambda x, y: torch.tanh(x, out=y)),
    "softsign": plain(F.softsign),
    "log_sigmoid": plain(F.logsigmoid, lambda x, y: native.log_sigmoid(x, out=y)),
    "gelu": plain(F.gelu, lambda x, y: native.gelu(x, out=y)),
    "gelu_tanh": plain(
        lambda x: F.gelu(x, approximate="tanh"),
        lambda x, y: native.gelu(x, approximate="tanh", out=y),
    ),
    "quick_gelu": plain(lambda x: x * torch.sigmoid(1.702 * x)),
    "silu": plain(F.silu, lambda x, y: native.silu(x, out=y)),
    "mish": plain(F.mish, lambda x, y: native.mish(x, out=y)),
    "rrelu": plain(lambda x: F.rrelu(x, 1 / 8, 1 / 3, training=False)),
    "threshold": plain(
        lambda x: F.threshold(x, 0.1, 20), lambda x, y: torch.threshold(x, 0.1, 20, out=y)
    ),
    "hard_shrink": plain(F.hardshrink, lambda x, y: torch.hardshrink(x, 0.5, out=y)),
    "soft_shrink": plain(F.softshrink, lambda x, y: native.softshrink(x, 0.5, out=y)),
    "tanhshrink": plain(F.tanhshrink),
    "prelu": prelu,
    "dice": dice,
    "dice_bipolar": learned(lambda x, alpha: 2 / (1 + torch.exp(-alpha * x)) - 1, 0.2),
    "scaled_relu": learned(lambda x, alpha: alpha * F.relu(x), 1.0),
    "parametric_sigmoid": learned(lambda x, alpha: torch.sigmoid(alpha * x), 1.0),
    "parametric_tanh": learned(lambda x, alpha: torch.tanh(alpha * x), 1.0),
    "swish": learned(lambda x, beta: x * torch.sigmoid(beta * x), 1.0),
    "xielu": xielu,
    "snake": learned(lambda x, a: x + torch.sin(a * x).square() / a, 1.0),
    "pau": learned(pau, *PAU),
}
