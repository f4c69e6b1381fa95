"""Each activation in JAX: of `jax.nn` where it has one, else the plain composition from the paper."""

import math

import jax
import jax.numpy as jnp

nn = jax.nn


def dice(x, alpha):
    mean = jnp.mean(x, axis=0)
    variance = jnp.var(x, axis=0)
    p = nn.sigmoid((x - mean) * jax.lax.rsqrt(variance + 1e-8))
    return p * x + (1 - p) * alpha * x


def xielu(x, alpha_p, alpha_n):
    alpha_p = nn.softplus(alpha_p)
    alpha_n = 0.5 + nn.softplus(alpha_n)
    return jnp.where(
        x > 0,
        alpha_p * x * x + 0.5 * x,
        (jnp.expm1(jnp.minimum(x, -1e-6)) - x) * alpha_n + 0.5 * x,
    )


def pau(x, a0, a1, a2, a3, a4, a5, b0, b1, b2, b3):
    top = a0 + x * (a1 + x * (a2 + x * (a3 + x * (a4 + x * a5))))
    return top / (1 + jnp.abs(x * (b0 + x * (b1 + x * (b2 + x * b3)))))


PAU = [0.01277, 0.505, 2.74396, 4.53654, 2.52381, 0.45986, 0.0, 8.98324, 0.0, 0.91062]

# The function, and the initial values of its parameters.
FORMS = {
    "relu": (nn.relu,),
    "leaky_relu": (nn.leaky_relu,),
    "relu6": (nn.relu6,),
    "hard_tanh": (nn.hard_tanh,),
    "hard_sigmoid": (nn.hard_sigmoid,),
    "hard_swish": (nn.hard_swish,),
    "relu_squared": (lambda x: jnp.square(nn.relu(x)),),
    "elu": (nn.elu,),
    "celu": (nn.celu,),
    "selu": (nn.selu,),
    "softplus": (nn.softplus,),
    "squareplus": (nn.squareplus,),
    "sigmoid": (nn.sigmoid,),
    "tanh": (jnp.tanh,),
    "softsign": (nn.soft_sign,),
    "log_sigmoid": (nn.log_sigmoid,),
    "gelu": (lambda x: nn.gelu(x, approximate=False),),
    "gelu_tanh": (nn.gelu,),
    "quick_gelu": (lambda x: x * nn.sigmoid(1.702 * x),),
    "silu": (nn.silu,),
    "mish": (nn.mish,),
    "rrelu": (lambda x: jnp.where(x > 0, x, 11 / 48 * x),),
    "threshold": (lambda x: jnp.where(x > 0.1, x, 20.0),),
    "hard_shrink": (lambda x: jnp.where(jnp.abs(x) > 0.5, x, 0.0),),
    "soft_shrink": (lambda x: jnp.where(x > 0.5, x - 0.5, jnp.where(x < -0.5, x + 0.5, 0.0)),),
    "tanhshrink": (lambda x: x - jnp.tanh(x),),
    "prelu": (lambda x, alpha: jnp.where(x >= 0, x, alpha * x), 0.25),
    "dice": (dice, 0.0),
    "dice_bipolar": (lambda x, alpha: 2 / (1 + jnp.exp(-alpha * x)) - 1, 0.2),
    "scaled_relu": (lambda x, alpha: alpha * nn.relu(x), 1.0),
    "parametric_sigmoid": (lambda x, alpha: nn.sigmoid(alpha * x), 1.0),
    "parametric_tanh": (lambda x, alpha: jnp.tanh(alpha * x), 1.0),
    "swish": (lambda x, beta: x * nn.sigmoid(beta * x), 1.0),
    "snake": (lambda x, a: x + jnp.sin(a * x) ** 2 / a, 1.0),
    "pau": (pau, *PAU),
    "xielu": (xielu, math.log(math.expm1(0.8)), math.log(math.expm1(0.3))),
}

# Parameters with one value for each channel; the others are shared.
PER_CHANNEL = {"prelu", "dice"}
