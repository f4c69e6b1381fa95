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
}
