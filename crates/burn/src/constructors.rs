//! A type for each activation of the catalogue, with a method for each of its parameters: written from the
//! catalogue itself.

use burn::tensor::Device;

use crate::{Activation, ActivationConfig, Error};

macro_rules! init {
    ($type:ident) => {
        impl $type {
            /// Builds the module.
            ///
            /// # Errors
            /// See [`ActivationConfig::init`].
            pub fn init(&self, device: &Device) -> Result<Activation, Error> {
                self.0.init(device)
            }
        }
    };
}

ogive_layer::constructors!(ActivationConfig, init);

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
            let said = format!("n Burn and Candle the module `{module}`");
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
