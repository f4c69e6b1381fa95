//! A type for each activation of the catalogue, with a method for each of its parameters: written from the
//! catalogue itself.

use candle_core::Result;
use candle_nn::VarBuilder;

use crate::{Activation, ActivationConfig};

macro_rules! init {
    ($type:ident) => {
        impl $type {
            /// Builds the module.
            ///
            /// # Errors
            /// See [`ActivationConfig::init`].
            pub fn init(&self, vb: VarBuilder) -> Result<Activation> {
                self.0.init(vb)
            }
        }
    };
}

ogive_layer::constructors!(ActivationConfig, init);

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::*;

    #[test]
    fn every_entry_has_a_constructor_of_its_name() {
        let mut written = all().into_iter();
        let vb = VarBuilder::zeros(DType::F32, &Device::Cpu);
        for entry in ogive::catalog::ALL.iter() {
            let (name, config) = written.next().expect("an entry without a constructor");
            assert_eq!(name.to_lowercase(), entry.name.replace('_', ""));
            let [typed, named] =
                [config, ActivationConfig::new(entry.name)].map(|config| config.with_channels(2));
            assert_eq!(typed, named);
            assert_eq!(typed.init(vb.clone()).expect("an entry").name(), entry.name);
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
            let said = format!("n Burn and Candle the module `{module}`");
            assert!(row.usage.contains(&said), "{name}: {}", row.usage);
        }
    }
}
