//! What the compiler accepts, says, derives and survives.

mod hostile;
mod intervals;
mod mathml;
mod messages;
mod round_trip;
mod spellings;
mod stages;
