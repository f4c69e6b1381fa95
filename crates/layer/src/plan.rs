//! One activation of a network, without its learned values.

use std::sync::OnceLock;

use ogive::formula::{Constraint, Granularity, Parameter};

use crate::Error;
use crate::constraint::{allowed, inward, raw, raw_name};
use crate::following::Following;
use crate::reach::Reach;
use crate::split::Split;

/// One activation of a network, without its learned values: shared by all its calls. Built by
/// [`Settings`](crate::Settings).
#[derive(Debug)]
pub struct Plan {
    pub(crate) activation: ogive::Activation,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) channels: usize,
    pub(crate) channel_axis: isize,
    pub(crate) sample: Option<Vec<usize>>,
    pub(crate) following: Following,
    pub(crate) reparametrised: bool,
    pub(crate) split: Split,
    // Only the composed form asks.
    pub(crate) reach: OnceLock<Reach>,
}

impl Plan {
    /// How the values of a parameter follow from what the module keeps; free where they are that.
    pub fn form(&self, parameter: &Parameter) -> Constraint {
        if self.reparametrised { parameter.constraint } else { Constraint::Free }
    }

    /// Where what is kept of a parameter must lie: raw numbers of a reparametrised one anywhere.
    pub fn bounds(&self, parameter: &Parameter) -> Constraint {
        if self.reparametrised { Constraint::Free } else { parameter.constraint }
    }

    /// The activation.
    pub fn activation(&self) -> &ogive::Activation {
        &self.activation
    }

    /// Its parameters as this network uses them.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many channels the input has; 1 where that is of no account.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The axis of the channels as it was configured; negative ones count from the end.
    pub fn channel_axis(&self) -> isize {
        self.channel_axis
    }

    /// The shape of a sample, that is, of an input without its first axis, where some parameter has a
    /// value for each element of it.
    pub fn sample(&self) -> Option<&[usize]> {
        self.sample.as_deref()
    }

    /// What running statistics follow, and how fast.
    pub fn following(&self) -> Following {
        self.following
    }

    /// Whether some value differs from channel to channel.
    pub fn sees_channels(&self) -> bool {
        self.activation.has_statistics()
            || self.learnable().any(|(_, known)| differs_by_channel(known.granularity))
    }

    /// The learnable parameters with their places in the formula's list.
    pub fn learnable(&self) -> impl Iterator<Item = (usize, &Parameter)> {
        self.parameters.iter().enumerate().filter(|(_, known)| known.learnable)
    }

    /// How many values the module keeps of a learnable parameter.
    pub fn width(&self, parameter: &Parameter) -> usize {
        match parameter.granularity {
            Granularity::Shared => 1,
            Granularity::PerChannel => self.channels,
            Granularity::InGroups(groups) => groups,
            Granularity::PerElement => self.cells(),
        }
    }

    /// How many values the operation takes of a learnable parameter: one, or one for each cell.
    pub fn operand_width(&self, parameter: &Parameter) -> usize {
        if parameter.granularity == Granularity::Shared { 1 } else { self.cells() }
    }

    /// How many values all learnable parameters have together as the operation takes them.
    pub fn packed_width(&self) -> usize {
        self.learnable().map(|(_, known)| self.operand_width(known)).sum()
    }

    /// How many parts of an input may have values of their own: the elements of a sample where some
    /// parameter has a value for each, else the channels.
    pub fn cells(&self) -> usize {
        self.sample.as_ref().map_or(self.channels, |sample| sample.iter().product())
    }

    /// How far f32 carries the formula where it is composed of tensor operations.
    pub fn reach(&self) -> Reach {
        *self.reach.get_or_init(|| Reach::of(self.activation.formula(), &self.parameters))
    }

    /// The values of every parameter, fixed ones included, from the packed learnable ones.
    ///
    /// # Panics
    /// If there are fewer than [`packed_width`](Self::packed_width).
    pub fn unpack(&self, mut packed: &[f64]) -> Vec<Vec<f64>> {
        self.parameters
            .iter()
            .map(|known| {
                if known.learnable {
                    let (mine, rest) = packed.split_at(self.operand_width(known));
                    packed = rest;
                    mine.to_vec()
                } else {
                    vec![known.initial]
                }
            })
            .collect()
    }

    /// What a module keeps of each learnable parameter at the start: under which name, how many, and the value
    /// of all of them, for numbers of so many binary digits.
    ///
    /// # Errors
    /// If a parameter is reparametrised and its initial value is on its bound.
    pub fn starts(&self, digits: u32) -> Result<Vec<(String, usize, f64)>, Error> {
        let start = |(_, known): (usize, &Parameter)| {
            let form = self.form(known);
            let initial = inward(self.bounds(known), digits).project(known.initial);
            let kept = raw(initial, form).ok_or_else(|| Error::on_bound(known, known.initial))?;
            Ok((raw_name(&known.name, form), self.width(known), kept))
        };
        self.learnable().map(start).collect()
    }

    /// The place among the learnable parameters of the one with this name, where what is kept of it must lie
    /// (rounded inwards), and what a module keeps of these values of it: the same, or raw numbers. `exact`
    /// says that they were never rounded to f32.
    ///
    /// # Errors
    /// If there is no such parameter, it has another number of values, a value is not finite or not one that
    /// the constraint allows (a bound rounded to f32 is taken for the bound unless values are exact), or the
    /// parameter is reparametrised and a value is on its bound.
    pub fn kept(
        &self,
        name: &str,
        values: &[f64],
        exact: bool,
    ) -> Result<(usize, Constraint, Vec<f64>), Error> {
        let mut learnable = self.learnable().map(|(_, known)| known).enumerate();
        let Some((place, known)) = learnable.find(|(_, known)| known.name == name) else {
            let known = self.learnable().map(|(_, known)| known.name.clone()).collect();
            let (activation, parameter) = (self.activation.name().to_owned(), name.to_owned());
            return Err(Error::Parameter { activation, parameter, known });
        };
        let (expected, found) = (self.width(known), values.len());
        if expected != found {
            return Err(Error::Values { parameter: name.to_owned(), expected, found });
        }
        let form = self.form(known);
        let kept = values.iter().map(|value| {
            let value = allowed(*value, known, exact)?;
            raw(value, form).ok_or_else(|| Error::on_bound(known, value))
        });
        Ok((place, self.bounds(known), kept.collect::<Result<_, Error>>()?))
    }

    /// The gradients of the packed learnable parameters from those of every parameter.
    pub fn pack(&self, gradients: &[Vec<f64>]) -> Vec<f64> {
        self.learnable().flat_map(|(place, _)| gradients[place].iter().copied()).collect()
    }
}

/// Whether the place of a value follows from the channel.
pub(crate) fn differs_by_channel(granularity: Granularity) -> bool {
    matches!(granularity, Granularity::PerChannel | Granularity::InGroups(_))
}
