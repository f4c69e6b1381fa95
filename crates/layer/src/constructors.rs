//! Rows for typed constructors of all activations, written by the build script from the catalogue.

include!(concat!(env!("OUT_DIR"), "/constructors.rs"));

/// Writes a type for each activation of the catalogue around a framework's configuration, with a method
/// for each of its parameters. `$init` names a macro that is given each type and adds what builds a module
/// in that framework.
///
/// ```ignore
/// ogive_layer::constructors!(ActivationConfig, init);
/// ```
#[macro_export]
macro_rules! constructors {
    ($config:ident, $init:ident) => {
        $crate::each_activation! { $config $init }
    };
}

/// See [`constructors!`](crate::constructors).
#[doc(hidden)]
#[macro_export]
macro_rules! constructor_types {
    ($config:ident $init:ident $($page:literal $type:ident $name:literal [$($doc:literal $parameter:literal $set:ident,)*])*) => {
        $(
            #[allow(clippy::doc_markdown, reason = "a page is read in a terminal too")]
            #[doc = $page]
            ///
            #[doc = concat!("A constructor of `Activation`; see [`", stringify!($config), "`] for what else can be chosen.")]
            #[derive(Clone, Debug, PartialEq)]
            pub struct $type($config);

            impl $type {
                /// The name in the catalogue.
                pub const NAME: &'static str = $name;

                /// With the parameters that the catalogue declares.
                pub fn new() -> Self {
                    $type($config::new($name))
                }

                $(
                    #[doc = $doc]
                    #[must_use]
                    pub fn $set(self, value: f64) -> Self {
                        $type(self.0.with_parameter($parameter, value))
                    }
                )*

                /// How many channels the input has.
                #[must_use]
                pub fn with_channels(self, channels: usize) -> Self {
                    $type(self.0.with_channels(channels))
                }

                /// Which axis of the input the channels are on; negative ones count from the end.
                #[must_use]
                pub fn with_channel_axis(self, axis: isize) -> Self {
                    $type(self.0.with_channel_axis(axis))
                }

                /// How many values a learnable parameter has.
                #[must_use]
                pub fn with_granularity(
                    self,
                    parameter: &str,
                    granularity: $crate::ogive::formula::Granularity,
                ) -> Self {
                    $type(self.0.with_granularity(parameter, granularity))
                }

                /// Its configuration, in which everything can be chosen.
                pub fn config(self) -> $config {
                    self.0
                }
            }

            $init! { $type }

            impl Default for $type {
                fn default() -> Self {
                    Self::new()
                }
            }

            impl From<$type> for $config {
                fn from(typed: $type) -> Self {
                    typed.config()
                }
            }
        )*

        /// Each type's name with its configuration.
        #[cfg(test)]
        fn all() -> Vec<(&'static str, $config)> {
            vec![$((stringify!($type), $type::new().config()),)*]
        }
    };
}
