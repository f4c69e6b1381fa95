//! How a flat slice divides into channels.

use crate::Error;

/// The channels of a contiguous slice: element `i` belongs to channel `(i / inner) % channels`.
///
/// `[N, C]` is `{ outer: N, channels: C, inner: 1 }`; `[N, C, H, W]` has `inner: H*W`;
/// `[N, H, W, C]` has `outer: N*H*W`, `inner: 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How often the channels repeat.
    pub outer: usize,
    /// How many channels there are.
    pub channels: usize,
    /// How many neighbouring elements share a channel.
    pub inner: usize,
}

impl Layout {
    /// One channel of `length` elements: for shared parameters.
    pub fn flat(length: usize) -> Self {
        Layout { outer: 1, channels: 1, inner: length }
    }

    /// The layout of a contiguous tensor of this shape with the channels along `axis`.
    ///
    /// # Errors
    /// If the shape has no such axis.
    pub fn of_shape(shape: &[usize], axis: usize) -> Result<Self, Error> {
        let Some(&channels) = shape.get(axis) else {
            return Err(Error::new(format!(
                "the channel axis is {axis}, but the shape {shape:?} has {} axes",
                shape.len()
            )));
        };
        let (outer, inner) = (shape[..axis].iter().product(), shape[axis + 1..].iter().product());
        Ok(Layout { outer, channels, inner })
    }

    /// How many elements it has.
    ///
    /// # Errors
    /// If that is more than the machine can count.
    pub fn length(&self) -> Result<usize, Error> {
        self.outer
            .checked_mul(self.channels)
            .and_then(|product| product.checked_mul(self.inner))
            .ok_or_else(|| Error::new(format!("{self:?} has more elements than memory can hold")))
    }

    /// Calls `each(slot, range)` for each stretch of one channel in the elements
    /// `start..start+length`. Ranges count from 0; slots count the stretches' channels from the
    /// first stretch of `origin`, modulo the number of channels.
    pub(crate) fn stretches(
        &self,
        origin: usize,
        start: usize,
        length: usize,
        mut each: impl FnMut(usize, std::ops::Range<usize>),
    ) {
        let first = origin / self.inner;
        let mut at = 0;
        while at < length {
            let stretch = (start + at) / self.inner;
            let end = ((stretch + 1) * self.inner - start).min(length);
            each((stretch - first) % self.channels, at..end);
            at = end;
        }
    }
}
