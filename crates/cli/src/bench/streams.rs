//! What has to pass through memory, at the least.

use ogive::Activation;

/// Streams of a copy: one is read, one written.
pub(crate) const COPY: f64 = 2.0;

/// How many streams, each as long as the input, forward and backward read or write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Streams {
    pub(crate) forward: f64,
    pub(crate) backward: f64,
}

impl Streams {
    pub(crate) fn of(activation: &Activation) -> Self {
        // x, and the gate.
        let inputs = 1.0 + f64::from(u8::from(activation.has_gate()));
        // The statistics read x once more; their gradients, all that the second pass reads again.
        let again = f64::from(u8::from(activation.has_statistics()));
        let forward = again + inputs + 1.0;
        let backward = again * (inputs + 1.0) + (inputs + 1.0) + inputs;
        Streams { forward, backward }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_in_copies() {
        for (name, forward, backward) in [
            ("relu", 1.0, 1.5),
            ("dice", 1.5, 2.5),
            ("x*gate", 1.5, 2.5),
            ("x*mean(x)*gate", 2.0, 4.0),
        ] {
            let streams = Streams::of(&Activation::new(name).unwrap());
            assert_eq!((streams.forward / COPY, streams.backward / COPY), (forward, backward));
        }
    }
}
