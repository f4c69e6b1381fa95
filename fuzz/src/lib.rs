//! What the fuzz targets share: bytes to formulas and points, and when two results agree.

pub mod agreement;
pub mod expression;
pub mod point;
