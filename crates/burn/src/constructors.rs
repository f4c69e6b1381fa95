//! A type for each activation of the catalogue, with a method for each of its parameters: written by the
//! build script from the catalogue itself.

use burn::tensor::Device;
use ogive::formula::Granularity;

use crate::{Activation, ActivationConfig, Error};

/// From rows of page, type, name and parameters.
macro_rules! constructors {
    ($($page:literal $type:ident $name:literal [$($doc:literal $parameter:literal $set:ident,)*])*) => {
        $(
            #[allow(clippy::doc_markdown, reason = "a page is read in a terminal too")]
            #[doc = $page]
            ///
            /// A constructor of [`Activation`]; see [`ActivationConfig`] for what else can be chosen.
            #[derive(Clone, Debug, PartialEq)]
            pub struct $type(ActivationConfig);

            impl $type {
                /// The name in the catalogue.
                pub const NAME: &'static str = $name;

                /// With the parameters that the catalogue declares.
                pub fn new() -> Self {
                    $type(ActivationConfig::new($name))
                }

                $(
                    #[doc = $doc]
                    #[must_use]
                    pub fn $set(self, value: f64) -> Self {
                        $type(self.0.with_parameter($parameter, value))
                    }
                )*

                /// See [`ActivationConfig::with_channels`].
                #[must_use]
                pub fn with_channels(self, channels: usize) -> Self {
                    $type(self.0.with_channels(channels))
                }

                /// See [`ActivationConfig::with_channel_axis`].
                #[must_use]
                pub fn with_channel_axis(self, axis: isize) -> Self {
                    $type(self.0.with_channel_axis(axis))
                }

                /// See [`ActivationConfig::with_granularity`].
                #[must_use]
                pub fn with_granularity(self, parameter: &str, granularity: Granularity) -> Self {
                    $type(self.0.with_granularity(parameter, granularity))
                }

                /// Its configuration, in which everything can be chosen.
                pub fn config(self) -> ActivationConfig {
                    self.0
                }

                /// Builds the module.
                ///
                /// # Errors
                /// See [`ActivationConfig::init`].
                pub fn init(&self, device: &Device) -> Result<Activation, Error> {
                    self.0.init(device)
                }
            }

            impl Default for $type {
                fn default() -> Self {
                    Self::new()
                }
            }

            impl From<$type> for ActivationConfig {
                fn from(typed: $type) -> Self {
                    typed.config()
                }
            }
        )*

        /// Each type's name with its configuration.
        #[cfg(test)]
        fn all() -> Vec<(&'static str, ActivationConfig)> {
            vec![$((stringify!($type), $type::new().config()),)*]
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/constructors.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_a_constructor_of_its_name() {
        let mut written = all().into_iter();
        for entry in ogive::catalog::ALL.iter() {
            let (name, config) = written.next().expect("an entry without a constructor");
            assert_eq!(name.to_lowercase(), entry.name.replace('_', ""));
            let device = Device::flex();
            let [typed, named] =
                [config, ActivationConfig::new(entry.name)].map(|config| config.with_channels(2));
            assert_eq!(typed, named);
            assert_eq!(typed.init(&device).expect("an entry").name(), entry.name);
        }
        assert_eq!(written.next(), None);
    }

    /// What is no function of each element has a module instead, and the catalogue's page names it.
    #[test]
    fn every_other_row_has_a_module_of_its_name() {
        macro_rules! named {
            ($($type:ident)*) => { [$((stringify!($type), crate::$type::NAME)),*] };
        }
        let written = named! { Softmax LogSoftmax Softmin Maxout MetaAcon FunnelRelu DyRelu };
        let wider = ogive::catalog::ROWS.iter().filter_map(|row| match row {
            ogive::catalog::Row::Wider(wider) => Some(*wider),
            ogive::catalog::Row::Elementwise(_) => None,
        });
        assert_eq!(
            wider.clone().map(|row| row.name).collect::<Vec<_>>(),
            written.map(|(_, name)| name)
        );
        for (row, (module, name)) in wider.zip(written) {
            assert_eq!(module.to_lowercase(), name.replace('_', ""));
            let said = format!("n Burn the module `{module}`");
            assert!(row.usage.contains(&said), "{name}: {}", row.usage);
        }
    }

    #[test]
    fn parameters_are_methods() {
        let device = Device::flex();
        let prelu = Prelu::new().with_alpha(0.5).with_channels(2).init(&device).expect("an entry");
        let alpha = prelu.parameter("alpha").expect("its parameter").to_data();
        assert_eq!(alpha.try_into_vec::<f32>().expect("f32"), [0.5, 0.5]);
        let error = Dice::new().with_epsilon(0.0).with_channels(2).init(&device);
        assert!(error.is_err_and(|error| error.to_string().contains("epsilon")));
    }
}
