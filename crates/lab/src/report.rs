//! The report: everything in the results as one HTML page that needs nothing else.
//!
//! No script, no font, image or style from elsewhere: the page can be mailed, archived and printed,
//! and says the same in ten years. The parts in the order they appear on the page:
//!
//! - `page`: the frame, the verdict, settings and caveats;
//! - `forest`, `dots`, `curves`, `shapes`, `cost`: the figures and their tables;
//! - `markup`: tables and sections; the figures are drawn with the pencil of `ogive-picture`.

mod cost;
mod curves;
mod dots;
mod forest;
mod markup;
mod page;
mod shapes;
mod tuning;
mod units;

use crate::results::Results;

/// The report as one self-contained HTML page.
pub fn html(results: &Results) -> String {
    page::page(results)
}
