//! Named parameters: initial value, granularity, constraint.

use std::fmt;

use crate::Error;

/// A named number of a formula that a network learns, or that a user sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in the formula, ASCII.
    pub name: String,
    /// Its value before training.
    pub initial: f64,
    /// How many values there are in a layer.
    pub granularity: Granularity,
    /// Where its values must lie.
    pub constraint: Constraint,
    /// Whether training changes it; a fixed one is a setting such as the 0.01 of `leaky_relu`.
    pub learnable: bool,
    /// Whether the text declares it; one that it only uses starts at 1.
    pub declared: bool,
}

impl Parameter {
    /// A learnable, shared, free parameter that starts at 1, as an undeclared name is taken.
    pub fn undeclared(name: impl Into<String>) -> Self {
        Parameter {
            name: name.into(),
            initial: 1.0,
            granularity: Granularity::Shared,
            constraint: Constraint::Free,
            learnable: true,
            declared: false,
        }
    }

    /// Sets the initial value.
    ///
    /// # Errors
    /// If `value` is not finite, or the constraint excludes it.
    pub fn set_initial(&mut self, value: f64) -> Result<(), Error> {
        if !value.is_finite() {
            return Err(Error::new(format!("`{}` cannot be {value}", self.name))
                .help("a parameter's value is a finite number"));
        }
        if !self.constraint.allows(value) {
            return Err(Error::new(format!("`{}` cannot be {value}", self.name))
                .help(format!("it is declared `{}`", self.constraint)));
        }
        self.initial = value;
        Ok(())
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, crate::print::number(self.initial))?;
        if self.granularity != Granularity::Shared {
            write!(f, " {}", self.granularity)?;
        }
        if !self.learnable {
            write!(f, " fixed")?;
        }
        if self.constraint != Constraint::Free {
            write!(f, ", {}", self.constraint)?;
        }
        Ok(())
    }
}

/// How many values a parameter has in a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// One value for all elements.
    #[default]
    Shared,
    /// One value for each channel.
    PerChannel,
    /// The channels split into this many equal groups of neighbours; one value for each group.
    InGroups(usize),
    /// One value for each element of a sample.
    PerElement,
}

impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Granularity::Shared => write!(f, "shared"),
            Granularity::PerChannel => write!(f, "per channel"),
            Granularity::InGroups(1) => write!(f, "in 1 group"),
            Granularity::InGroups(groups) => write!(f, "in {groups} groups"),
            Granularity::PerElement => write!(f, "per element"),
        }
    }
}

/// Where a parameter's values must lie; enforced by projection after the optimizer's step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Constraint {
    /// Anywhere.
    #[default]
    Free,
    /// Not below a floor.
    AtLeast(f64),
    /// Above zero; projection stops at the smallest normal f32.
    Positive,
    /// Between two bounds, both included.
    Between(f64, f64),
}

impl Constraint {
    /// Whether `value` satisfies it.
    pub fn allows(&self, value: f64) -> bool {
        self.project(value) == value
    }

    /// The nearest value that satisfies it; NaN stays NaN.
    pub fn project(&self, value: f64) -> f64 {
        let (low, high) = self.bounds();
        if value < low {
            low
        } else if value > high {
            high
        } else {
            value
        }
    }

    /// The lowest and the highest value, infinite where there is no bound.
    pub fn bounds(&self) -> (f64, f64) {
        match *self {
            Constraint::Free => (f64::NEG_INFINITY, f64::INFINITY),
            Constraint::AtLeast(floor) => (floor, f64::INFINITY),
            Constraint::Positive => (f64::from(f32::MIN_POSITIVE), f64::INFINITY),
            Constraint::Between(low, high) => (low, high),
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = crate::print::number;
        match *self {
            Constraint::Free => write!(f, "free"),
            Constraint::AtLeast(floor) => write!(f, ">= {}", number(floor)),
            Constraint::Positive => write!(f, "> 0"),
            Constraint::Between(low, high) => write!(f, "in [{}, {}]", number(low), number(high)),
        }
    }
}
