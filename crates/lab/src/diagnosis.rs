//! What happens inside a trained network: where inputs fall, which units are dead, what the
//! activations became.

use burn::tensor::Tensor;
use ogive::formula::{Granularity, Parameter};
use ogive::{Call, Layout, Statistics};

use crate::Error;
use crate::model::{Perceptron, elements};
use crate::record::Layer;

/// A derivative smaller than this passes no gradient worth the name.
const FLAT: f32 = 1e-6;

/// The range over which shapes and histograms are drawn.
const REACH: f64 = 6.0;
/// The bins of a histogram.
pub(crate) const BINS: usize = 48;

/// The edges of the histograms' bins; what lies outside is not counted.
pub(crate) fn edges() -> Vec<f64> {
    (0..=BINS).map(|k| REACH * (2.0 * k as f64 / BINS as f64 - 1.0)).collect()
}

/// The inputs at which shapes are given.
pub(crate) fn grid() -> Vec<f64> {
    (-48..=48).map(|k| REACH * f64::from(k) / 48.0).collect()
}

/// Looks into every activation of an evaluation-mode network while it runs on `x`.
pub(crate) fn diagnose(model: &Perceptron, x: Tensor<2>) -> Result<Vec<Layer>, Error> {
    let mut inputs = Vec::new();
    model.forward_with(x, |z| inputs.push(z.clone()));
    let layers = model.activations.iter().zip(inputs);
    layers.map(|(activation, z)| layer(activation, &z)).collect()
}

/// One value for each channel from one for each channel, element of a row, or group of channels.
fn of_channels(values: &[f64], channels: usize) -> Vec<f64> {
    let each = channels / values.len().max(1);
    values.iter().flat_map(|value| std::iter::repeat_n(*value, each)).collect()
}

fn layer(module: &ogive_burn::Activation, z: &Tensor<2>) -> Result<Layer, Error> {
    let activation = module.plan().activation();
    let learned = module.parameters();
    let [rows, channels] = z.dims();
    let value = |parameter: &Parameter| {
        let tensor = learned.iter().find(|(known, _)| *known == parameter.name);
        let Some((_, tensor)) = tensor else { return vec![parameter.initial] };
        match parameter.granularity {
            Granularity::Shared => numbers(tensor),
            _ => of_channels(&numbers(tensor), channels),
        }
    };
    let parameters: Vec<Vec<f64>> = activation.parameters().iter().map(value).collect();
    let [mean, variance] =
        module.running_statistics().map_or_else(Default::default, |both| both.map(|t| numbers(&t)));
    let mut found = Layer { parameters, mean, variance, ..Layer::default() };

    let values = elements(z);
    let slopes = slopes(activation, &found, &values, rows, channels)?;
    let alive =
        |channel: usize| (0..rows).any(|row| slopes[row * channels + channel].abs() >= FLAT);
    let dead = (0..channels).filter(|channel| !alive(*channel)).count();
    let flat = slopes.iter().filter(|slope| slope.abs() < FLAT).count();
    found.dead = dead as f64 / channels.max(1) as f64;
    found.saturated = flat as f64 / slopes.len().max(1) as f64;
    found.histogram = histogram(&values);
    Ok(found)
}

fn numbers(tensor: &Tensor<1>) -> Vec<f64> {
    elements(tensor).into_iter().map(f64::from).collect()
}

fn statistics(layer: &Layer) -> Option<Statistics> {
    (!layer.mean.is_empty()).then(|| Statistics {
        mean: layer.mean.clone(),
        variance: layer.variance.clone(),
        of_batch: false,
    })
}

fn slopes(
    activation: &ogive::Activation,
    layer: &Layer,
    values: &[f32],
    rows: usize,
    channels: usize,
) -> Result<Vec<f32>, Error> {
    let statistics = statistics(layer);
    let call = Call {
        layout: Layout { outer: rows, channels, inner: 1 },
        x: values,
        gate: None,
        parameters: &layer.parameters,
        statistics: statistics.as_ref(),
    };
    let mut slopes = vec![0.0; values.len()];
    activation
        .backward(&call, &vec![1.0; values.len()], &mut slopes, None)
        .map_err(|error| defect(&error))?;
    Ok(slopes)
}

fn histogram(values: &[f32]) -> Vec<u64> {
    let mut counts = vec![0; BINS];
    for value in values {
        let place = (f64::from(*value) / REACH + 1.0) * 0.5 * BINS as f64;
        if place >= 0.0 && (place as usize) < BINS {
            counts[place as usize] += 1;
        }
    }
    counts
}

/// The output of an activation over [`grid`], mean over its channels; `None` where that is not
/// finite.
pub(crate) fn shape(
    activation: &ogive::Activation,
    layer: &Layer,
) -> Result<Vec<Option<f64>>, Error> {
    let widths = layer.parameters.iter().map(Vec::len).chain([layer.mean.len()]);
    let channels = widths.max().unwrap_or(1).max(1);
    let grid = grid();
    let x: Vec<f64> = grid.iter().flat_map(|x| vec![*x; channels]).collect();
    let statistics = match statistics(layer) {
        None if activation.has_statistics() => Some(Statistics::standard(channels)),
        known => known,
    };
    let call = Call {
        layout: Layout { outer: grid.len(), channels, inner: 1 },
        x: &x,
        gate: None,
        parameters: &layer.parameters,
        statistics: statistics.as_ref(),
    };
    let mut y = vec![0.0; x.len()];
    activation.forward(&call, &mut y).map_err(|error| defect(&error))?;
    let mean = |row: &[f64]| Some(row.iter().sum::<f64>() / channels as f64);
    Ok(y.chunks(channels).map(|row| mean(row).filter(|mean| mean.is_finite())).collect())
}

fn defect(error: &ogive::Error) -> Error {
    Error::input("diagnosis", error.to_string(), "this is a defect of ogive: please report it")
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::tensor::{Device, Tensor};

    use super::{BINS, diagnose, edges, grid, histogram};
    use crate::model::Perceptron;

    /// A network of one hidden layer of three units with these biases, and what it looks like.
    fn look(activation: &str, biases: [f32; 3]) -> crate::record::Layer {
        let device = Device::flex();
        let mut model = Perceptron::new(&[2, 3, 1], activation, 1, &device).unwrap();
        model.linears[0].bias = Some(Param::from_tensor(Tensor::from_floats(biases, &device)));
        let x = Tensor::<2>::from_floats([[1.0, 0.5], [-1.0, 2.0], [0.3, -0.7]], &device);
        let mut layers = diagnose(&model, x).unwrap();
        assert_eq!(layers.len(), 1);
        layers.remove(0)
    }

    #[test]
    fn a_unit_whose_bias_is_very_negative_is_dead() {
        let all = look("relu", [-100.0; 3]);
        assert_eq!((all.dead, all.saturated), (1.0, 1.0));
        let one = look("relu", [100.0, -100.0, 100.0]);
        assert_eq!((one.dead, one.saturated), (1.0 / 3.0, 1.0 / 3.0));
        let none = look("relu", [100.0; 3]);
        assert_eq!((none.dead, none.saturated), (0.0, 0.0));
        // A leak keeps it alive; a sigmoid is flat on both sides.
        assert_eq!(look("leaky_relu", [-100.0; 3]).dead, 0.0);
        assert_eq!(look("sigmoid", [100.0, -100.0, 0.0]).dead, 2.0 / 3.0);
    }

    #[test]
    fn parameters_and_statistics_are_read_from_the_module() {
        assert_eq!(look("prelu", [0.0; 3]).parameters, [[0.25; 3]]);
        assert_eq!(look("leaky_relu", [0.0; 3]).parameters, [[0.01]]);
        let dice = look("dice", [0.0; 3]);
        assert_eq!((dice.mean, dice.variance), (vec![0.0; 3], vec![1.0; 3]));
        assert!(look("relu", [0.0; 3]).mean.is_empty());
    }

    #[test]
    fn histograms_count_what_lies_inside() {
        let counts = histogram(&[-7.0, -6.0, -0.01, 0.0, 0.2, 5.99, 6.0, f32::NAN, f32::INFINITY]);
        assert_eq!(counts.iter().sum::<u64>(), 5);
        assert_eq!((counts[0], counts[BINS / 2 - 1], counts[BINS / 2]), (1, 1, 2));
        assert_eq!(counts[BINS - 1], 1);
        assert_eq!((edges()[0], edges()[BINS / 2], edges()[BINS]), (-6.0, 0.0, 6.0));
        assert_eq!((grid()[0], grid()[48], grid()[96]), (-6.0, 0.0, 6.0));
    }
}
