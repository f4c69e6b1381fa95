"""What is compared: the activations, their layouts, and the sizes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Activation:
    """A row of the tables."""

    label: str
    ogive: str  # its name in the catalogue
    layout: str = "flat"  # as `ogive bench --layout` takes it

    @property
    def channels(self):
        return 1 if self.layout == "flat" else int(self.layout.split(":")[1])

    def shape(self, size):
        return (size,) if self.layout == "flat" else (size // self.channels, self.channels)


CHANNELS = "nc:64"

ACTIVATIONS = [
    Activation("relu", "relu"),
    Activation("leaky_relu", "leaky_relu"),
    Activation("relu6", "relu6"),
    Activation("hard_tanh", "hard_tanh"),
    Activation("hard_sigmoid", "hard_sigmoid"),
    Activation("hard_swish", "hard_swish"),
    Activation("relu_squared", "relu_squared"),
    Activation("elu", "elu"),
    Activation("celu", "celu"),
    Activation("selu", "selu"),
    Activation("softplus", "softplus"),
    Activation("squareplus", "squareplus"),
    Activation("sigmoid", "sigmoid"),
    Activation("tanh", "tanh"),
    Activation("softsign", "softsign"),
    Activation("log_sigmoid", "log_sigmoid"),
    Activation("gelu", "gelu"),
    Activation("gelu_tanh", "gelu_tanh"),
    Activation("quick_gelu", "quick_gelu"),
    Activation("silu", "silu"),
    Activation("mish", "mish"),
    Activation("rrelu", "rrelu"),
    Activation("threshold", "threshold"),
    Activation("hard_shrink", "hard_shrink"),
    Activation("soft_shrink", "soft_shrink"),
    Activation("tanhshrink", "tanhshrink"),
    Activation("prelu", "prelu"),
    Activation("prelu per channel", "prelu", CHANNELS),
    Activation("dice", "dice", CHANNELS),
    Activation("dice_bipolar", "dice_bipolar"),
    Activation("scaled_relu", "scaled_relu"),
    Activation("parametric_sigmoid", "parametric_sigmoid"),
    Activation("parametric_tanh", "parametric_tanh"),
    Activation("swish", "swish"),
    Activation("xielu", "xielu"),
    Activation("snake", "snake"),
    Activation("pau", "pau"),
]

# The second geometric mean: activations with learned parameters.
LEARNED = [
    "prelu",
    "prelu per channel",
    "swish",
    "dice",
    "dice_bipolar",
    "xielu",
    "scaled_relu",
    "parametric_sigmoid",
]

PEERS = ["eager", "compile", "jax"]


@dataclass(frozen=True)
class Setting:
    """One table."""

    size: int
    threads: int
    fresh: bool  # outputs in new memory for each call

    @property
    def title(self):
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        memory = "fresh outputs" if self.fresh else "outputs in memory that is used again"
        return f"{self.size} elements, {threads}, {memory}"


SETTINGS = [
    Setting(65_536, 1, False),
    Setting(16_777_216, 2, False),
    Setting(65_536, 1, True),
    Setting(16_777_216, 2, True),
]
