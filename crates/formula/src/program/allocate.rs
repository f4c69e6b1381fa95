//! Registers are shared: one is free again as soon as its value is dead.

use std::collections::HashMap;

use super::{Source, Step};

/// Gives the steps' values registers; returns how many there are.
pub(super) fn allocate(steps: &mut [Step], outputs: &mut [Source]) -> usize {
    let mut last_read: HashMap<usize, usize> = HashMap::new();
    for (place, step) in steps.iter().enumerate() {
        for arg in &step.args[..step.code.arity()] {
            if let Source::Register(value) = arg {
                last_read.insert(*value, place);
            }
        }
        // A result that nobody reads is dead at once, but needs a place to be written to.
        for value in step.into {
            last_read.entry(value).or_insert(place);
        }
    }
    for output in &*outputs {
        if let Source::Register(value) = output {
            last_read.insert(*value, usize::MAX);
        }
    }
    let mut places: HashMap<usize, usize> = HashMap::new();
    let (mut free, mut count) = (Vec::new(), 0);
    for (place, step) in steps.iter_mut().enumerate() {
        let arity = step.code.arity();
        let mut dead = Vec::new();
        for arg in &mut step.args[..arity] {
            if let Source::Register(value) = arg {
                let register = places[value];
                if last_read[value] == place && !dead.contains(&register) {
                    dead.push(register);
                }
                *arg = Source::Register(register);
            }
        }
        // A step reads a block of every argument before it writes that block of a result.
        free.extend(dead);
        let values = step.into;
        step.into = values.map(|value| {
            *places.entry(value).or_insert_with(|| {
                free.pop().unwrap_or_else(|| {
                    count += 1;
                    count - 1
                })
            })
        });
        for value in values {
            if last_read[&value] == place && !free.contains(&places[&value]) {
                free.push(places[&value]);
            }
        }
    }
    for output in outputs {
        if let Source::Register(value) = output {
            *output = Source::Register(places[value]);
        }
    }
    count
}
