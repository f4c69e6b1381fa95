//! What the compiler accepts, says, derives and survives.

mod formulas;
mod hostile;
mod messages;
mod printed;
mod round_trip;
mod spellings;
mod stages;
