//! What is more than a function of each element: of a whole axis, or with layers around it. No formula
//! says these, so nothing evaluates them by name; each tells how it is used.

use crate::row::{Kind, Wider};

/// Declares them: the doc comment becomes the page.
macro_rules! wider {
    ($($(#[doc = $page:literal])+ $name:ident $([$($alias:literal),+])? $kind:ident $text:literal, $usage:literal, $source:literal;)+) => {
        pub(crate) static WIDER: &[Wider] = &[$(Wider {
            name: stringify!($name),
            aliases: &[$($($alias),+)?],
            kind: Kind::$kind,
            text: $text,
            usage: $usage,
            source: $source,
            page: concat!($($page, "\n"),+),
        }),+];
    };
}

wider! {
    /// Numbers to probabilities: positive, of sum 1, the order kept. The largest is subtracted first, so
    /// nothing overflows.
    softmax AlongAxis "exp(x_i)/Σ_j exp(x_j)", "On slices `ogive::softmax` and `ogive::softmax_backward`, along the channels of a layout; in Burn and Candle the module `Softmax`, along any axis.", "Bridle 1990, Neurocomputing (NATO ASI F 68)";

    /// The logarithm of `softmax`, for losses; it keeps the digits that the logarithm of a probability near 1
    /// would lose.
    log_softmax ["logsoftmax"] AlongAxis "x_i - log Σ_j exp(x_j)", "On slices `ogive::log_softmax` and `ogive::log_softmax_backward`, along the channels of a layout; in Burn and Candle the module `LogSoftmax`, along any axis.", "see softmax";

    /// `softmax` of -x: the smallest number gets the largest probability.
    softmin AlongAxis "exp(-x_i)/Σ_j exp(-x_j)", "On slices `ogive::softmin` and `ogive::softmin_backward`, along the channels of a layout; in Burn and Candle the module `Softmin`, along any axis.", "see softmax";

    /// The largest of k affine maps of the whole input: a layer, in whose place any convex function can
    /// come. It takes k times the weights.
    maxout Layer "max_k (w_k·x + b_k)", "In Burn and Candle the module `Maxout`. Elsewhere compute the k affine maps with a linear layer of k times the width, and take the largest along the new axis.", "Goodfellow et al. 2013, arXiv:1302.4389";

    /// `acon_c` whose beta the layer computes from its own input: averages over the image through two small
    /// layers with batch normalisation, then a sigmoid, one beta per channel.
    meta_acon ["metaacon"] Layer "acon_c(x) with beta = sigmoid(BN(W_2 BN(W_1 mean(x))))", "In Burn and Candle the module `MetaAcon`. Elsewhere compute beta with the layers of your framework, then `(p_1 - p_2)*x*sigmoid(gate*(p_1 - p_2)*x) + p_2*x | p_1 = 1 per channel, p_2 = 0 per channel`, with beta as the gate.", "Ma et al. 2021, arXiv:2009.04759";

    /// A rectifier whose other side is not 0 but a spatial condition: what a 3×3 convolution of each channel,
    /// with batch normalisation, makes of the neighbourhood. Others mean `flexible_relu` by FReLU.
    funnel_relu Layer "max(x, BN(conv(x)))", "In Burn and Candle the module `FunnelRelu`. Elsewhere compute the convolution with the layers of your framework, then `max(x, gate)`, with its result as the gate.", "Ma, Zhang & Sun 2020, arXiv:2007.11824";

    /// The larger of two lines whose slopes and offsets the layer computes from its own input, as squeeze and
    /// excitation do: they differ between samples.
    dy_relu ["dynamic_relu"] Layer "max_k (a_k(x)·x + b_k(x))", "In Burn and Candle the module `DyRelu`. Elsewhere compute slopes and offsets with the layers of your framework; they differ between samples, so they are no parameters of a formula.", "Chen et al. 2020, arXiv:2003.10027";
}
