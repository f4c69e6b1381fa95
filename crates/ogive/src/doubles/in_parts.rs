//! A second look on numbers of two parts at the few elements of a tile that are in doubt.

use std::cell::Cell;

use super::{Doubles, constants_of, tiles_of, tiles_of_part};
use crate::drive::Pass;
use crate::exact::Place;
use crate::lanes::Block;
use crate::layout::Layout;
use crate::plan::{DY, FIRST, GATE, Plan, X};
use crate::tiles::{DoubleTile, TILE};

/// The memory that the program on numbers of two parts works on.
pub(super) struct InParts {
    tiles: Vec<DoubleTile>,
    constants: Vec<Cell<Block>>,
}

impl InParts {
    pub(super) fn new(plan: &Plan) -> InParts {
        let tiles = (0..tiles_of(plan)).map(|_| DoubleTile::new()).collect();
        InParts { tiles, constants: constants_of(plan) }
    }

    /// What leaves `plan` for some elements of one tile, all outputs of each; NaN where there still is a
    /// doubt.
    pub(super) fn run(&self, pass: &Pass, plan: &Plan, places: &[(usize, Place)]) -> Vec<Vec<f64>> {
        let layout = Layout::flat(places.len());
        let pass = Pass { plan, single: None, layout, stream: false, ..*pass };
        let doubles = Doubles::new(&pass, &[], &self.tiles, &self.constants);
        let mut buffer = [0.0; TILE];
        let mut write = |tile: &DoubleTile, value: &dyn Fn(&Place) -> f64| {
            for (into, (_, place)) in buffer.iter_mut().zip(places) {
                *into = value(place);
            }
            tile.write(&buffer[..places.len()]);
        };
        write(&self.tiles[X], &|place| place.x);
        write(&self.tiles[GATE], &|place| place.gate);
        write(&self.tiles[DY], &|place| place.dy);
        let rests = plan.rests.as_ref().map(|rests| &rests.channelled);
        for (part, uniforms) in [Some(&plan.channelled), rests].into_iter().flatten().enumerate() {
            let tiles = &self.tiles[part * tiles_of_part(plan) + FIRST..];
            for (tile, values) in tiles.iter().zip(uniforms) {
                write(tile, &|place| values[place.channel]);
            }
        }
        doubles.execute_fine(places.len());
        let mut values = vec![Vec::with_capacity(plan.outputs.len()); places.len()];
        for output in &plan.outputs {
            pass.kernels.store_f64(doubles.left(output), &mut buffer[..places.len()]);
            for (values, value) in values.iter_mut().zip(buffer) {
                values.push(value);
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use ogive_formula::{Formula, Programs};

    use super::*;
    use crate::dispatch::compiled;
    use crate::drive::{Inputs, Read};
    use crate::plan::Compiled;

    #[test]
    fn few_elements_are_left_to_exact_evaluation() {
        // A root and a double root; the parameter differs between channels.
        for (text, near) in [("x - tanh(a*x)/a | a = 1", 0.0), ("1 + sin(a*x) | a = 1", -FRAC_PI_2)]
        {
            let formula = Formula::parse(text).unwrap();
            let task = Programs::of(&formula).forward;
            let program = Compiled::new(task, &formula);
            let a: Vec<f64> = vec![1.0, 0.75, 1.5];
            let layout = Layout::of_shape(&[3, 700], 0).unwrap();
            let x: Vec<f32> = (0..2100)
                .map(|at| (near / a[at / 700] + ((at % 700) as f64 - 350.5) * 1e-5) as f32)
                .collect();
            for (name, kernels) in compiled() {
                let plan = Plan::new(&program, std::slice::from_ref(&a), None, false);
                let mut y = vec![0f32; x.len()];
                let pass = Pass { plan: &plan, single: None, kernels, layout, stream: false };
                let inputs = Inputs { x: Read::From(&x), gate: Read::Nothing, dy: Read::Nothing };
                pass.run(x.len(), inputs, vec![&mut y[..]], &[]);
                let exact = plan.exact.as_ref().unwrap();
                let evaluated = exact.evaluated();
                assert!(evaluated < 300, "{text} on {name}: {evaluated} evaluated exactly");
                for (at, (x, y)) in x.iter().zip(&y).enumerate().step_by(7) {
                    let place =
                        Place { channel: at / 700, x: f64::from(*x), gate: 0.0, dy: f64::NAN };
                    let wanted = exact.at(place, 27)[0] as f32;
                    assert_eq!(wanted, *y, "{text} on {name} at {x}");
                }
            }
        }
    }

    #[test]
    fn what_depends_on_functions_of_functions_is_still_right() {
        let rows: [(&str, f32, f64); 4] = [
            ("sin(500000*sigmoid(x)) - 0.5", f32::from_bits(0xbc30_810f), -4.017833213e-9),
            ("sin(100000*sigmoid(x)) - 0.5", f32::from_bits(0x3e42_335f), -2.6978126141e-8),
            ("sin(100000*tanh(x)) - 0.5", f32::from_bits(0x3c31_7fc2), -1.32255597e-8),
            ("log(sigmoid(x)+0.3*tanh(x)+0.5) - 0.5498*x", f32::from_bits(0x3718_fcb2), f64::NAN),
        ];
        for (text, x, known) in rows {
            let formula = Formula::parse(text).unwrap();
            let program = Compiled::new(Programs::of(&formula).forward, &formula);
            for (name, kernels) in compiled() {
                let plan = Plan::new(&program, &[], None, false);
                let mut y = [0f32];
                let layout = Layout::flat(1);
                let pass = Pass { plan: &plan, single: None, kernels, layout, stream: false };
                let x = [x];
                let inputs = Inputs { x: Read::From(&x), gate: Read::Nothing, dy: Read::Nothing };
                pass.run(1, inputs, vec![&mut y[..]], &[]);
                let place = Place { channel: 0, x: f64::from(x[0]), gate: 0.0, dy: f64::NAN };
                let wanted = plan.exact.as_ref().unwrap().at(place, 27)[0];
                assert!(known.is_nan() || (wanted - known).abs() <= 1e-8 * known.abs(), "{text}");
                let off = y[0].to_bits().abs_diff((wanted as f32).to_bits());
                assert!(off <= 1, "{text} on {name}: {:e}, {wanted:e}", y[0]);
            }
        }
    }
}
