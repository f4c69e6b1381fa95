//! What can be wrong with an activation's configuration or with its input.

use std::fmt;

/// Why an activation cannot be built, or cannot take an input.
///
/// ```
/// use burn::tensor::Device;
/// use ogive_burn::ActivationConfig;
///
/// let error = ActivationConfig::new("prelu").init(&Device::flex()).unwrap_err();
/// assert!(error.to_string().contains("with_channels"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The configuration, or a shape that does not fit it: what is the same in every framework.
    Layer(ogive_layer::Error),
    /// An activation of Burn has no formula here.
    NotConverted {
        /// The name of its kind.
        activation: String,
    },
    /// A penalty was made of a module without this parameter.
    TargetMissing {
        /// The path of the parameter in the module that is penalised.
        parameter: String,
        /// The paths of those in the module that the penalty was made of.
        known: Vec<String>,
    },
    /// A penalty was made of a module in which this parameter has another number of values.
    TargetLength {
        /// The path of the parameter.
        parameter: String,
        /// How many values it has.
        expected: usize,
        /// How many it had there.
        found: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Layer(error) => write!(f, "{error}"),
            Error::NotConverted { activation } if activation == "SwiGlu" => write!(
                f,
                "there is no formula for Burn's `SwiGlu`, which holds two layers\n  help: take `swiglu` \
                 behind two of your own: `forward_gated(outer, inner)`",
            ),
            Error::NotConverted { activation } => write!(
                f,
                "there is no formula for Burn's `{activation}`\n  help: write it as one, and give that \
                 to `ActivationConfig::new`",
            ),
            Error::TargetMissing { parameter, known } => {
                write!(f, "the penalty has no target for `{parameter}`")?;
                if !known.is_empty() {
                    write!(f, ", but for `{}`", known.join("`, `"))?;
                }
                write!(
                    f,
                    "\n  help: give `Penalty::towards` a module of the same structure as the one that \
                     is penalised",
                )
            }
            Error::TargetLength { parameter, expected, found } => write!(
                f,
                "`{parameter}` has {expected} values, and its target in the penalty has {found}\n  help: \
                 give `Penalty::towards` a module of the same structure as the one that is penalised",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Layer(error) => Some(error),
            _ => None,
        }
    }
}

impl From<ogive_layer::Error> for Error {
    fn from(error: ogive_layer::Error) -> Self {
        Error::Layer(error)
    }
}

impl From<ogive::Error> for Error {
    fn from(error: ogive::Error) -> Self {
        Error::Layer(error.into())
    }
}
