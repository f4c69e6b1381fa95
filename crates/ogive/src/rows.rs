//! Sums over elements whose neighbours are of neighbouring channels, for kernels that add a block at once.

use std::ops::Range;

use crate::drive::Pass;
use crate::fused::Row;
use crate::reduce::Sums;
use crate::segment::rows_of;
use crate::tiles::{SINGLE_TILE, TILE};

/// After how many elements channels come again, uniforms and sums alike: some whole rows in whole blocks of
/// `block` elements. `None` where a tile holds no such rows, or one sum is of all channels.
pub(crate) fn period(pass: &Pass, shared: &[bool], block: usize) -> Option<usize> {
    let layout = pass.layout;
    let has_rows = pass.cut(shared).has_whole_rows(layout, TILE) && !shared.contains(&true);
    has_rows.then(|| rows_of(layout, TILE)).filter(|period| period.is_multiple_of(block))
}

/// The most elements up to `longest` that are pairs of periods, so that they are whole blocks of any lanes.
pub(crate) fn whole_periods(period: usize, longest: usize) -> usize {
    let length = longest / (2 * period) * (2 * period);
    debug_assert!(length > 0, "two periods of {period} are longer than {longest}");
    length
}

/// What a kernel adds the values of a tile to: copies of the sums, because it may find NaN on its way and
/// leave the tile to others; or zeros, one for each element, where channels do not come again.
pub(crate) struct RowSums {
    rows: Vec<Row>,
    period: Option<usize>,
}

impl RowSums {
    /// For so many sums.
    pub(crate) fn new(count: usize, period: Option<usize>) -> RowSums {
        RowSums { rows: vec![[0.0; SINGLE_TILE]; count], period }
    }

    /// What the values of a tile of so many elements are added to.
    pub(crate) fn begin(&mut self, sums: &[Sums], length: usize) -> &mut [Row] {
        for (row, sums) in self.rows.iter_mut().zip(sums) {
            match self.period {
                Some(period) => row[..period].copy_from_slice(sums.places()),
                None => row[..length].fill(0.0),
            }
        }
        &mut self.rows
    }

    /// The values of the elements, for who does not add but set them.
    pub(crate) fn values(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// Adds what was set.
    pub(crate) fn add_values(
        &self,
        pass: &Pass,
        shared: &[bool],
        range: &Range<usize>,
        sums: &mut [Sums],
    ) {
        for ((row, shared), sums) in self.rows.iter().zip(shared).zip(sums) {
            sums.add(pass.kernels, pass.layout, *shared, range.start, &row[..range.len()]);
        }
    }

    /// Hands over what a tile has been added to.
    pub(crate) fn end(
        &self,
        pass: &Pass,
        shared: &[bool],
        range: &Range<usize>,
        sums: &mut [Sums],
    ) {
        let Some(period) = self.period else {
            return self.add_values(pass, shared, range, sums);
        };
        for (row, sums) in self.rows.iter().zip(sums) {
            sums.places_mut().copy_from_slice(&row[..period]);
        }
    }
}
