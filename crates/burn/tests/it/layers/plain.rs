//! What the layers are made of, as loops.

/// `x·W + b` of each row; W is `[inputs, outputs]`.
pub(super) fn affine(x: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
    let outputs = bias.len();
    let inputs = weight.len() / outputs;
    let mut y = Vec::new();
    for row in x.chunks(inputs) {
        for output in 0..outputs {
            let mut sum = bias[output];
            for (input, x) in row.iter().enumerate() {
                sum += x * weight[input * outputs + output];
            }
            y.push(sum);
        }
    }
    y
}

/// Batch normalisation of `[samples, channels, positions]`, with the statistics of the batch or these.
pub(super) fn normalized(
    x: &[f64],
    gamma: &[f64],
    beta: &[f64],
    positions: usize,
    running: Option<&[Vec<f64>; 2]>,
) -> Vec<f64> {
    let channels = gamma.len();
    let channel = |place: usize| place / positions % channels;
    let mut y = x.to_vec();
    for of in 0..channels {
        let mine: Vec<f64> = (0..x.len()).filter(|i| channel(*i) == of).map(|i| x[i]).collect();
        let count = mine.len() as f64;
        let (mean, variance) = if let Some([means, variances]) = running {
            (means[of], variances[of])
        } else {
            let mean = mine.iter().sum::<f64>() / count;
            (mean, mine.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count)
        };
        for place in (0..x.len()).filter(|place| channel(*place) == of) {
            y[place] = gamma[of] * (x[place] - mean) / (variance + 1e-5).sqrt() + beta[of];
        }
    }
    y
}

/// The mean of each stretch of so many.
pub(super) fn pooled(x: &[f64], positions: usize) -> Vec<f64> {
    x.chunks(positions).map(|of| of.iter().sum::<f64>() / positions as f64).collect()
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
