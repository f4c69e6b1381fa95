//! What the compiler accepts, says, derives and survives.

mod formulas;
mod hostile;
mod intervals;
mod latex;
mod mathml;
mod messages;
mod printed;
mod python;
mod round_trip;
mod spellings;
mod stages;
