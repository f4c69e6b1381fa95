//! The engines against the judge, against each other and against plain loops.

mod bits;
mod errors;
mod gains;
mod judge;
mod layouts;
mod softmax;
mod statistics;
