//! Pictures of curves: points in, text out.
//!
//! A [`Figure`] is a row or more of panels, each with a few curves. It becomes an SVG file that prints
//! in grey, a piece of SVG for a page with a style of its own, or characters for a terminal. [`Svg`] and
//! [`Scale`] are the pencil and the ruler beneath, for drawings of another kind.
//!
//! ```
//! use ogive_picture::{Curve, Figure, Panel};
//!
//! let points = (-50..=50).map(|k| f64::from(k) / 10.0).map(|x| (x, x.max(0.0))).collect();
//! let curve = Curve { label: "f(x)".into(), points };
//! let panel = Panel { title: "relu".into(), curves: vec![curve] };
//! let figure = Figure { title: "relu".into(), panels: vec![panel] };
//! assert!(figure.svg().starts_with("<svg xmlns"));
//! assert!(figure.terminal(false).iter().all(|line| line.chars().count() <= 80));
//! ```

mod braille;
mod figure;
mod scale;
mod svg;
mod text;

pub use figure::{Curve, Figure, Panel};
pub use scale::{Scale, range};
pub use svg::{Anchor, Svg};
pub use text::{escape, fixed, minus};
