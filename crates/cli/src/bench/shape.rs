//! How the elements of a row divide into channels.

use std::fmt;
use std::str::FromStr;

use ogive::Layout;

use crate::printer::Error;

/// What `--layout` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One channel: parameters are shared.
    Flat,
    /// Rows of so many channels.
    Rows(usize),
    /// Images of so many channels and up to 32·32 pixels.
    Images(usize),
}

/// The longest side of an image; sides are powers of two.
const SIDE: usize = 32;

impl Shape {
    /// The layout of so many elements.
    pub(crate) fn layout(self, length: usize) -> Result<Layout, Error> {
        let (channels, unit) = match self {
            Shape::Flat => return Ok(Layout::flat(length)),
            Shape::Rows(channels) => (channels, "rows"),
            Shape::Images(channels) => (channels, "images"),
        };
        if !length.is_multiple_of(channels) {
            return Err(Error::new(format!(
                "--layout {self}: {length} elements are not a whole number of {unit} of {channels} \
                 channels\n  help: make the size a multiple of {channels}"
            )));
        }
        let places = length / channels;
        let pixels = |side: usize| side * side;
        let side = if self == Shape::Rows(channels) { 1 } else { SIDE };
        let sides = std::iter::successors(Some(side), |side| Some(side / 2));
        let inner = sides.map(pixels).find(|pixels| places.is_multiple_of(*pixels)).unwrap_or(1);
        Ok(Layout { outer: places / inner, channels, inner })
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Flat => f.write_str("flat"),
            Shape::Rows(channels) => write!(f, "nc:{channels}"),
            Shape::Images(channels) => write!(f, "nchw:{channels}"),
        }
    }
}

impl FromStr for Shape {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let channels = |text: &str| text.parse().ok().filter(|channels: &usize| *channels > 0);
        let (kind, count) = text.split_once(':').unwrap_or((text, ""));
        let found = match (kind, channels(count)) {
            ("flat", None) if text == "flat" => Some(Shape::Flat),
            ("nc", Some(channels)) => Some(Shape::Rows(channels)),
            ("nchw", Some(channels)) => Some(Shape::Images(channels)),
            _ => None,
        };
        found.ok_or_else(|| {
            Error::new(format!(
                "--layout {text}: expected flat, nc:CHANNELS or nchw:CHANNELS, such as nc:64"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts() {
        let layout = |text: &str, length| {
            let Layout { outer, channels, inner } =
                text.parse::<Shape>().unwrap().layout(length).unwrap();
            (outer, channels, inner)
        };
        assert_eq!(layout("flat", 1000), (1, 1, 1000));
        assert_eq!(layout("nc:10", 1000), (100, 10, 1));
        assert_eq!(layout("nchw:10", 1000), (25, 10, 4));
        assert_eq!(layout("nchw:64", 1 << 24), (256, 64, 1024));
        assert_eq!(layout("nchw:3", 3 * 49), (49, 3, 1));
        for text in ["nc:64", "nchw:3", "flat"] {
            assert_eq!(text.parse::<Shape>().unwrap().to_string(), text);
        }
        for text in ["", "nc", "nc:", "nc:0", "nc:-1", "flat:1", "flat:", "nhwc:3", "nc:1:2"] {
            assert!(text.parse::<Shape>().is_err(), "{text}");
        }
        assert!(Shape::Rows(64).layout(1000).is_err());
    }
}
