//! What can be wrong beside what Candle itself finds.

use std::fmt;

use candle_core::DType;

/// Why an activation cannot be built, or cannot take an input. Functions return Candle's own error, which
/// wraps this: it shows the message, followed by a backtrace where `RUST_BACKTRACE` asks for one.
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::VarBuilder;
/// use ogive_candle::ActivationConfig;
///
/// let vb = VarBuilder::zeros(DType::F32, &Device::Cpu);
/// let error = ActivationConfig::new("prelu").init(vb).unwrap_err();
/// assert!(error.to_string().contains("with_channels"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The configuration, or a shape that does not fit it: what is the same in every framework.
    Layer(ogive_layer::Error),
    /// A tensor is on a device that the kernels do not reach.
    Device {
        /// The device.
        device: String,
    },
    /// A tensor is not of floating-point numbers that the kernels know, or not of the type of another.
    Type {
        /// What the tensor is: the input, the gate.
        tensor: &'static str,
        /// What was expected.
        expected: &'static str,
        /// Its type.
        found: DType,
    },
    /// A layer with a batch normalisation is trained on one element of each channel, of which Candle's
    /// `BatchNorm` would compute an infinite variance.
    Single {
        /// The layer.
        layer: &'static str,
    },
    /// A parameter has the name under which running statistics are kept.
    Name {
        /// The parameter.
        parameter: String,
    },
    /// A penalty was made before this parameter was.
    Target {
        /// The name of the parameter.
        parameter: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Layer(error) => write!(f, "{error}"),
            Error::Device { device } => write!(
                f,
                "a tensor is on the device {device}, and activations run on the CPU\n  help: move it with \
                 `x.to_device(&Device::Cpu)?`",
            ),
            Error::Type { tensor, expected, found } => write!(
                f,
                "expected {expected} in {tensor}, and found {}\n  help: convert it with `to_dtype`",
                found.as_str(),
            ),
            Error::Single { layer } => write!(
                f,
                "`{layer}` is trained on a single element of each channel, which has no variance\n  help: \
                 train on two samples or more",
            ),
            Error::Name { parameter } => write!(
                f,
                "`{parameter}` is the name under which running statistics are kept\n  help: give the \
                 parameter another name",
            ),
            Error::Target { parameter } => write!(
                f,
                "the penalty has no target for `{parameter}`\n  help: call `Penalty::towards` with the \
                 activations that are penalised",
            ),
        }
    }
}

impl Error {
    /// In training, a batch normalisation needs two elements of each channel.
    pub(crate) fn refuse_single(
        layer: &'static str,
        elements: usize,
        train: bool,
    ) -> Result<(), candle_core::Error> {
        if train && elements < 2 { Err(wrapped(Error::Single { layer })) } else { Ok(()) }
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

impl From<Error> for candle_core::Error {
    fn from(error: Error) -> Self {
        candle_core::Error::wrap(error)
    }
}

/// Into Candle's error by way of ours.
pub(crate) fn wrapped(error: impl Into<Error>) -> candle_core::Error {
    error.into().into()
}
