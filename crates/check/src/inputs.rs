//! Where kernels go wrong: named sets of inputs.
//!
//! ```
//! use ogive_check::inputs;
//!
//! let edges: Vec<f32> = inputs::edges();
//! assert!(edges.contains(&-0.0) && edges.contains(&f32::MAX));
//! ```

use ogive_formula::{Formula, Node, Op};

use crate::Element;

/// Everything below: about 3000 inputs of f32 and 10000 of f64.
pub fn all<T: Element>(formula: &Formula) -> Vec<T> {
    let kinks = kinks(&kink_places(formula), 3);
    let sets = [edges(), kinks, exponents(), bits(800), uniform(400), normal(400)];
    sets.into_iter().flatten().collect()
}

/// `count` inputs: the critical ones above, more neighbours of
/// every place where the formula may bend, bell-shaped samples of several widths, and random bits.
/// Types of 16 bits have 65536 numbers: for
/// that many or more they get each once.
pub fn sample<T: Element>(formula: &Formula, count: usize) -> Vec<T> {
    if T::BITS == 16 && count >= 1 << 16 {
        return (0..1 << 16).map(T::from_bits).collect();
    }
    let mut found = all(formula);
    found.extend(kinks::<T>(&kink_places(formula), 100));
    if found.len() > count {
        // Some of every kind.
        return (0..count).map(|place| found[place * found.len() / count]).collect();
    }
    let mut random = Random::new(8);
    while found.len() < count {
        // Long stretches of one kind: where kernels take several numbers at once, some must be common
        // ones throughout.
        let width = WIDTHS[found.len() / STRETCH % WIDTHS.len()];
        found.push(match width {
            0.0 => T::from_bits(random.next()),
            // The sum of three uniform numbers is bell-shaped enough; its variance is 1/4.
            width => {
                let sum = random.unit() + random.unit() + random.unit();
                T::narrow(2.0 * width * (sum - 1.5))
            }
        });
    }
    found
}

/// How many samples of one kind follow each other.
const STRETCH: usize = 512;

/// Standard deviations of samples; 0 stands for random bits.
const WIDTHS: [f64; 8] = [1.0, 0.0, 3.0, 0.1, 1.0, 0.0, 10.0, 40.0];

/// Zeros, subnormals, the places where exponentials overflow and underflow, the largest numbers,
/// infinities and NaN.
pub fn edges<T: Element>() -> Vec<T> {
    let common = [
        0.0, 1e-45, 1e-39, 1e-20, 1e-8, 0.5, 1.0, 5.0, 8.3, 9.01, 13.2, 14.5, 16.6, 17.4, 36.7,
        44.0, 87.3, 88.7, 88.73, 89.0, 90.4553, 103.9, 104.0, 177.4, 354.9, 1e4, 1e10, 1.7e38,
        3.4e38,
    ];
    let wide = [1e-310, 1e-160, 26.5, 27.3, 37.5, 38.6, 708.3, 709.7, 709.79, 745.1, 745.2, 1e160];
    let wide = wide.into_iter().filter(|_| T::OVERFLOW > 128);
    let own = [T::from_bits(1), T::narrow(f64::INFINITY).down(), T::narrow(f64::INFINITY)];
    let positive = common.into_iter().chain(wide).map(T::narrow).chain(own);
    let both = positive.flat_map(|value| [value, T::narrow(-value.widen())]);
    both.chain([T::narrow(f64::NAN)]).collect()
}

/// Each place with `steps` neighbours on either side.
pub fn kinks<T: Element>(places: &[f64], steps: usize) -> Vec<T> {
    let mut found = Vec::new();
    for place in places {
        let place = T::narrow(*place);
        let (mut above, mut below) = (place, place);
        found.push(place);
        for _ in 0..steps {
            (above, below) = (above.up(), below.down());
            found.extend([above, below]);
        }
    }
    found
}

/// Where a formula may bend: the usual places, the constants that it compares with, and the initial
/// values of its parameters.
pub fn kink_places(formula: &Formula) -> Vec<f64> {
    let mut places = vec![0.0, 1.0, -1.0, 3.0, -3.0, 6.0];
    let graph = formula.graph();
    for id in graph.reachable(&[formula.typed()]) {
        if let Some((Op::Less | Op::LessEqual | Op::Equal | Op::Min | Op::Max, args)) =
            graph.operation(id)
        {
            places.extend(args.iter().filter_map(|arg| graph.value(*arg)));
        }
        if let Node::Parameter(place) = graph.node(id) {
            let initial = formula.parameters()[place as usize].initial;
            places.extend([initial, -initial]);
        }
    }
    places.sort_by(f64::total_cmp);
    places.dedup();
    places
}

/// Every exponent, subnormal ones included, with both signs and two significands.
pub fn exponents<T: Element>() -> Vec<T> {
    let mut random = Random::new(1);
    let mut found = Vec::new();
    for exponent in T::LOWEST..T::OVERFLOW {
        let power = f64::exp2(f64::from(exponent));
        for sign in [1.0, -1.0] {
            let significand = 1.0 + random.unit();
            found.extend([T::narrow(sign * power), T::narrow(sign * significand * power)]);
        }
    }
    found
}

/// Random bit patterns: all magnitudes alike.
pub fn bits<T: Element>(count: usize) -> Vec<T> {
    let mut random = Random::new(2);
    (0..count).map(|_| T::from_bits(random.next())).collect()
}

/// Uniform on [-20, 20].
pub fn uniform<T: Element>(count: usize) -> Vec<T> {
    let mut random = Random::new(3);
    (0..count).map(|_| T::narrow(40.0 * random.unit() - 20.0)).collect()
}

/// Bell-shaped around 0 with standard deviation 1, as activations see them.
pub fn normal<T: Element>(count: usize) -> Vec<T> {
    let mut random = Random::new(4);
    // The sum of twelve uniform numbers has variance 1.
    let mut sample = || (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
    (0..count).map(|_| T::narrow(sample())).collect()
}

/// `splitmix64`: the same inputs on every machine, for ever.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform on [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / f64::exp2(53.0)
    }
}
