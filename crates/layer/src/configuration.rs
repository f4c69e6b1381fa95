//! The methods of a configuration, which are the same in every framework.

/// Writes the methods of a framework's configuration, a struct around [`Settings`](crate::Settings) in a
/// field of that name.
#[macro_export]
macro_rules! configuration {
    ($config:ident) => {
        impl $config {
            /// The activation of that name, or of that formula.
            pub fn new(name_or_formula: impl Into<String>) -> Self {
                $config { settings: $crate::Settings::new(name_or_formula) }
            }

            /// The Dice of a paper or of a library, for so many channels.
            pub fn dice(variant: $crate::DiceVariant, channels: usize) -> Self {
                $config { settings: $crate::Settings::dice(variant, channels) }
            }

            /// How many channels the input has: needed where a parameter is per channel or in groups, or
            /// the formula uses statistics, of no account elsewhere.
            #[must_use]
            pub fn with_channels(self, channels: usize) -> Self {
                $config { settings: self.settings.with_channels(channels) }
            }

            /// Which axis of the input the channels are on. Default: 1, and for inputs of rank 1 their
            /// only one. Negative axes count from the end: -1 for inputs whose channels come last.
            #[must_use]
            pub fn with_channel_axis(self, axis: isize) -> Self {
                $config { settings: self.settings.with_channel_axis(axis) }
            }

            /// The shape of a sample, which is the input's without its first axis: needed where a
            /// parameter is per element, of no account elsewhere. Default: `[channels]`.
            #[must_use]
            pub fn with_sample(self, shape: impl Into<Vec<usize>>) -> Self {
                $config { settings: self.settings.with_sample(shape) }
            }

            /// The initial value of a parameter.
            #[must_use]
            pub fn with_parameter(self, name: impl Into<String>, initial: f64) -> Self {
                $config { settings: self.settings.with_parameter(name, initial) }
            }

            /// How many values a learnable parameter has, whatever the formula declares.
            #[must_use]
            pub fn with_granularity(
                self,
                name: impl Into<String>,
                granularity: $crate::ogive::formula::Granularity,
            ) -> Self {
                $config { settings: self.settings.with_granularity(name, granularity) }
            }

            /// One value of each learnable parameter for all elements, whatever the formula declares.
            #[must_use]
            pub fn shared(self) -> Self {
                self.with_all($crate::ogive::formula::Granularity::Shared)
            }

            /// One value of each learnable parameter for each channel, whatever the formula declares.
            #[must_use]
            pub fn per_channel(self) -> Self {
                self.with_all($crate::ogive::formula::Granularity::PerChannel)
            }

            /// One value of each learnable parameter for each of so many equal groups of neighbouring
            /// channels, whatever the formula declares.
            #[must_use]
            pub fn in_groups(self, groups: usize) -> Self {
                self.with_all($crate::ogive::formula::Granularity::InGroups(groups))
            }

            /// One value of each learnable parameter for each element of a sample, whatever the formula
            /// declares.
            #[must_use]
            pub fn per_element(self) -> Self {
                self.with_all($crate::ogive::formula::Granularity::PerElement)
            }

            fn with_all(self, granularity: $crate::ogive::formula::Granularity) -> Self {
                $config { settings: self.settings.with_all(granularity) }
            }

            /// How fast the running statistics follow. Default: a new value has the weight 0.01.
            #[must_use]
            pub fn with_momentum(self, momentum: $crate::Momentum) -> Self {
                $config { settings: self.settings.with_momentum(momentum) }
            }

            /// Which estimate the running variance follows. Default: the biased one.
            #[must_use]
            pub fn with_running_variance(self, variance: $crate::RunningVariance) -> Self {
                $config { settings: self.settings.with_running_variance(variance) }
            }

            /// Statistics of the batch are constants to the gradient: cheaper, and not the derivative of
            /// what is computed.
            #[must_use]
            pub fn with_constant_statistics(self) -> Self {
                $config { settings: self.settings.with_constant_statistics() }
            }

            /// Constraints hold by the way values are computed, instead of by moving values after each
            /// step of the optimizer: `>= m` and `> 0` as m + softplus(raw), `in [low, high]` as low +
            /// (high - low)·sigmoid(raw), where raw is any number and what the optimizer moves. Bounds are
            /// never reached, near them a parameter moves slowly, what is saved are the raw numbers, and
            /// weight decay and penalties act on those.
            #[must_use]
            pub fn reparametrised(self) -> Self {
                $config { settings: self.settings.reparametrised() }
            }

            /// Along which axis `forward_split` halves its input. Default: -1, the last; negative axes count
            /// from the end.
            #[must_use]
            pub fn with_split_axis(self, axis: isize) -> Self {
                $config { settings: self.settings.with_split_axis(axis) }
            }

            /// Which half is the gate in `forward_split`. Default: the second.
            #[must_use]
            pub fn with_gate_half(self, half: $crate::GateHalf) -> Self {
                $config { settings: self.settings.with_gate_half(half) }
            }
        }
    };
}
