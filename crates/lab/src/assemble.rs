//! Records to results.

use std::collections::BTreeMap;

use crate::Error;
use crate::comparison::{Comparison, Contender};
use crate::data::{Standardized, Task as Kind};
use crate::diagnosis::{edges, grid, shape};
use crate::record::{Layer, Record};
use crate::results::{
    Arm, ArmTiming, Band, CurvePoint, DataSummary, GridPoint, Histogram, LayerShape, LayerUnits,
    LearnedParameter, Measure, Results, Run, Settings, Timings,
};
use crate::statistics::{Interval, mean, new_data_interval, standard_deviation};
use crate::train::OPTIMIZER;

/// Everything a finished comparison knows.
pub(crate) struct Finished<'a> {
    pub(crate) comparison: &'a Comparison,
    pub(crate) contenders: &'a [Contender],
    pub(crate) data: &'a Standardized,
    pub(crate) measure: &'a Measure,
    pub(crate) grids: Vec<Vec<GridPoint>>,
    pub(crate) rates: Vec<f64>,
    /// One list per finished seed, of one record per contender.
    pub(crate) by_seed: Vec<Vec<Record>>,
    pub(crate) step_seconds: Vec<f64>,
    pub(crate) interrupted: bool,
}

/// Puts the results together; `timings` lacks its arms.
pub(crate) fn assemble(finished: &Finished, mut timings: Timings) -> Result<Results, Error> {
    let contenders = finished.contenders;
    let named = ogive::Activation::new(&finished.comparison.baseline)
        .ok()
        .and_then(|base| contenders.iter().position(|arm| arm.activation.name() == base.name()));
    let baseline = named.unwrap_or(0);
    let mut arms = Vec::new();
    let mut new_data = Vec::new();
    for (place, contender) in contenders.iter().enumerate() {
        let records: Vec<&Record> = finished.by_seed.iter().map(|seed| &seed[place]).collect();
        let against: Vec<&Record> = finished.by_seed.iter().map(|seed| &seed[baseline]).collect();
        let mut built = arm(contender, &records)?;
        built.learning_rate = finished.rates[place];
        built.grid.clone_from(&finished.grids[place]);
        built.edge = at_edge(&built.grid, built.learning_rate);
        arms.push(built);
        new_data.push(if place == baseline {
            None
        } else {
            interval_for_new_data(&records, &against, finished.measure, finished.data)
        });
        let base = finished.step_seconds[baseline];
        let step = finished.step_seconds[place];
        timings.arms.push(ArmTiming {
            name: contender.name.clone(),
            step_seconds: Some(step).filter(|step| step.is_finite()),
            ratio: Some(step / base).filter(|ratio| ratio.is_finite()),
            run_seconds: records.iter().map(|record| record.seconds).collect(),
        });
    }
    let settings = settings(finished, baseline);
    Results::new(settings, arms, &new_data, timings)
}

/// Whether the chosen rate is the first or last of the grid and no rate inside did as well.
fn at_edge(grid: &[GridPoint], chosen: f64) -> bool {
    let [first, inside @ .., last] = grid else { return false };
    let score = grid.iter().find(|point| point.learning_rate == chosen).map(|p| p.validation);
    (first.learning_rate == chosen || last.learning_rate == chosen)
        && !inside.iter().any(|point| Some(point.validation) == score)
}

fn settings(finished: &Finished, baseline: usize) -> Settings {
    let Finished { comparison, data, measure, .. } = finished;
    let all = &comparison.data;
    let learning_rates = comparison.rates();
    // On the validation rows: what does not matter is not read off the test rows.
    let errors: Vec<f64> = finished.by_seed.iter().map(|seed| seed[baseline].validation).collect();
    let error = mean(&errors).unwrap_or(measure.chance);
    let band = if data.classes.is_some() { 0.1 } else { 0.01 * error };
    Settings {
        task: match all.task() {
            Kind::Classification => "classification".to_owned(),
            Kind::Regression => "regression".to_owned(),
        },
        data: DataSummary {
            name: all.name.clone(),
            rows: all.rows,
            columns: all.columns(),
            classes: data.classes,
            train: data.train.rows,
            validation: data.validation.rows,
            test: data.test.rows,
            split_seed: comparison.split_seed,
            attribution: all.attribution.map(str::to_owned),
        },
        widths: comparison.widths(data),
        epochs: comparison.epochs,
        batch_size: comparison.batch_size,
        optimizer: OPTIMIZER.to_owned(),
        seeds: finished.by_seed.iter().map(|seed| seed[0].task.seed).collect(),
        tuning_seeds: comparison.tuning_seeds(),
        tuned: learning_rates.len() > 1,
        learning_rates,
        baseline: finished.contenders[baseline].name.clone(),
        band: comparison.band.unwrap_or(band),
        measure: (*measure).clone(),
        interrupted: finished.interrupted,
        versions: BTreeMap::from([("ogive".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
    }
}

fn arm(contender: &Contender, records: &[&Record]) -> Result<Arm, Error> {
    let activation = &contender.activation;
    let good: Vec<&Record> = records.iter().copied().filter(|record| !record.failed).collect();
    let runs = records
        .iter()
        .map(|record| {
            let Some(test) = record.test else {
                let problem = format!("seed {} has no test score", record.task.seed);
                return Err(Error::input("run", problem, "run it again without --resume"));
            };
            let Record { validation, epoch, failed, .. } = **record;
            Ok(Run { seed: record.task.seed, test, validation, epoch, failed })
        })
        .collect::<Result<_, _>>()?;
    let layers = good.first().map_or(0, |record| record.layers.len());
    let mut built = Arm {
        name: contender.name.clone(),
        formula: activation.formula().text().to_owned(),
        learnable: activation.parameters().iter().any(|parameter| parameter.learnable),
        runs,
        parameter_count: records.first().map_or(0, |record| record.parameter_count),
        curves: curves(&good),
        ..Arm::default()
    };
    for layer in 0..layers {
        let of_layer: Vec<&Layer> =
            good.iter().filter_map(|record| record.layers.get(layer)).collect();
        built.shapes.push(layer_shape(activation, layer, &of_layer)?);
        let average = |value: fn(&Layer) -> f64| {
            of_layer.iter().map(|layer| value(layer)).sum::<f64>() / of_layer.len().max(1) as f64
        };
        built.units.push(LayerUnits {
            layer: layer + 1,
            dead: average(|layer| layer.dead),
            saturated: average(|layer| layer.saturated),
        });
        for (place, parameter) in activation.parameters().iter().enumerate() {
            if !parameter.learnable {
                continue;
            }
            let values =
                |record: &&Record| record.layers.get(layer)?.parameters.get(place).cloned();
            let all: Vec<f64> = records.iter().filter_map(values).flatten().collect();
            built.learned.push(LearnedParameter {
                layer: layer + 1,
                name: parameter.name.clone(),
                initial: parameter.initial,
                per_seed: records
                    .iter()
                    .map(|record| values(record).and_then(|values| mean(&values)))
                    .collect(),
                mean: mean(&all),
                sd: standard_deviation(&all),
            });
        }
    }
    Ok(built)
}

fn layer_shape(
    activation: &ogive::Activation,
    layer: usize,
    of_layer: &[&Layer],
) -> Result<LayerShape, Error> {
    let initial = Layer { parameters: activation.initial_parameters(), ..Layer::default() };
    let learned = of_layer.iter().map(|layer| shape(activation, layer));
    let edges = edges();
    let mut counts = vec![0; edges.len() - 1];
    for layer in of_layer {
        for (total, count) in counts.iter_mut().zip(&layer.histogram) {
            *total += count;
        }
    }
    Ok(LayerShape {
        layer: layer + 1,
        x: grid(),
        initial: shape(activation, &initial)?,
        learned: learned.collect::<Result<_, _>>()?,
        histogram: Histogram { edges, counts },
    })
}

fn curves(good: &[&Record]) -> Vec<CurvePoint> {
    let epochs = good.iter().map(|record| record.curve.len()).max().unwrap_or(0);
    (0..epochs)
        .map(|epoch| {
            let at = |pick: fn(&(f64, f64)) -> f64| {
                let values: Vec<f64> =
                    good.iter().filter_map(|record| record.curve.get(epoch).map(pick)).collect();
                Band::of(&values)
            };
            CurvePoint {
                epoch: epoch as u32 + 1,
                train_loss: at(|point| point.0),
                validation: at(|point| point.1),
            }
        })
        .collect()
}

/// The interval for new data: crossed seeds and test rows, for classes only.
fn interval_for_new_data(
    records: &[&Record],
    against: &[&Record],
    measure: &Measure,
    data: &Standardized,
) -> Option<Interval> {
    data.classes?;
    // A failed run answers every row at chance level.
    let right = |record: &Record| -> Vec<f64> {
        if record.failed {
            vec![measure.chance; data.test.rows]
        } else {
            record.right.iter().map(|right| 100.0 * f64::from(*right)).collect()
        }
    };
    let matrix: Vec<Vec<f64>> = records
        .iter()
        .zip(against)
        .map(|(a, b)| right(a).iter().zip(right(b)).map(|(a, b)| a - b).collect())
        .collect();
    new_data_interval(&matrix)
}
