//! Every operation of every instruction set, against the portable lanes.

use super::{
    Arithmetic, Block, LANES, Lanes, ROUND_DOUBLE, ROUND_SINGLE, SINGLES, Scalar, Singles,
};
use crate::Engine;

/// The numbers whose treatment differs between instruction sets: zeros, subnormals, what is a tie or
/// subnormal as f32, the ends, infinities, NaN of either sign.
const PLACES: [f64; 25] = [
    0.0,
    5e-324,
    1e-310,
    f64::MIN_POSITIVE,
    // Half of the smallest f32, a little more, and one and a half.
    7.006492321624085e-46,
    7.006492321624086e-46,
    2.1019476964872256e-45,
    1e-40,
    1.1754943508222875e-38,
    0.1,
    0.5,
    // Ties between two f32.
    1.0 + 1.0 / 16777216.0,
    1.0 + 3.0 / 16777216.0,
    1.0 + f64::EPSILON,
    1.0,
    1.5,
    3.0,
    6755399441055744.0,
    1e30,
    f32::MAX as f64,
    3.4028235677973366e38,
    1e300,
    f64::MAX,
    f64::INFINITY,
    f64::NAN,
];

fn doubles() -> Vec<f64> {
    PLACES.iter().flat_map(|place| [*place, -*place]).collect()
}

fn singles() -> Vec<f32> {
    let own = [f32::from_bits(1), f32::from_bits(0x4b40_0007), f32::EPSILON];
    doubles().into_iter().map(|value| value as f32).chain(own).collect()
}

/// Three blocks for each place: all pairs of numbers come together, and many triples.
fn blocks<T: Copy, const N: usize>(values: &[T]) -> Vec<[[T; N]; 3]> {
    let at = |place: usize| values[place % values.len()];
    let pairs = values.len().pow(2);
    (0..pairs.div_ceil(N))
        .map(|block| {
            let lane = |lane: usize| block * N + lane;
            [
                std::array::from_fn(|i| at(lane(i))),
                std::array::from_fn(|i| at(lane(i) / values.len())),
                std::array::from_fn(|i| at(lane(i) * 7 + lane(i) / 11)),
            ]
        })
        .collect()
}

/// What the operations that both kinds of lanes have give.
fn common<L: Arithmetic>(
    l: L,
    table: &[L::Number; 16],
    [a, b, c]: [L::Block; 3],
) -> Vec<(&'static str, L::Block)> {
    let [a, b, c] = [a, b, c].map(|block| l.load(&block));
    let test = l.less(a, b);
    let mut stored = l.store(b);
    l.store_to(a, &mut stored);
    let results = [
        ("splat", l.splat(table[3])),
        ("add", l.add(a, b)),
        ("sub", l.sub(a, b)),
        ("mul", l.mul(a, b)),
        ("div", l.div(a, b)),
        ("mul_add", l.mul_add(a, b, c)),
        ("mul_sub", l.mul_sub(a, b, c)),
        ("neg_mul_add", l.neg_mul_add(a, b, c)),
        ("sqrt", l.sqrt(a)),
        ("less", l.truth(test)),
        ("less_equal", l.truth(l.less_equal(a, b))),
        ("equal", l.truth(l.equal(a, b))),
        ("select", l.select(test, c, a)),
        ("both", l.truth(l.both(test, l.less(b, c)))),
        ("either", l.truth(l.either(test, l.less(b, c)))),
        ("and", l.and(a, b)),
        ("or", l.or(a, b)),
        ("xor", l.xor(a, b)),
        ("add_bits", l.add_bits(a, b)),
        ("shift_left::<1>", l.shift_left::<1>(a)),
        ("shift_left::<4>", l.shift_left::<4>(a)),
        ("shift_left::<19>", l.shift_left::<19>(a)),
        ("shift_right::<1>", l.shift_right::<1>(a)),
        ("shift_right::<21>", l.shift_right::<21>(a)),
        ("lookup", l.lookup(table, l.add_bits(a, b))),
        ("neg", l.neg(a)),
        ("abs", l.abs(a)),
        ("with_sign", l.with_sign(l.abs(a), b)),
        ("maximum", l.maximum(a, b)),
        ("minimum", l.minimum(a, b)),
        ("sign", l.sign(a)),
        ("mul_parts", l.mul_parts(a, b, c)),
    ];
    let mut found: Vec<_> = results.map(|(name, v)| (name, l.store(v))).into();
    found.push(("store_to", stored));
    found
}

/// Bounds are numbers, so these need blocks of their own.
fn bounded<L: Arithmetic>(l: L, bound: L::Block, a: L::Block) -> [(&'static str, L::Block); 2] {
    let (bound, a) = (l.load(&bound), l.load(&a));
    [("at_least", l.store(l.at_least(bound, a))), ("at_most", l.store(l.at_most(bound, a)))]
}

/// Whole numbers that reach `end` on either side.
fn steps(place: usize, end: i32) -> f64 {
    f64::from((place as i32 * 1237) % (2 * end + 1) - end)
}

/// `a · 2^floor(n/16)`, rounded once.
fn scaled_by(a: f32, n: f32) -> f32 {
    (f64::from(a) * f64::from(n / 16.0).floor().exp2()) as f32
}

/// The same for NaN, whose payload is of no account.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn check_doubles<L: Lanes>(name: Engine, l: L) {
    let reference = Scalar::<f64>::new();
    let table: [f64; 16] = std::array::from_fn(|i| i as f64 * 1.25 - 3.0);
    for (block, [a, b, c]) in blocks::<f64, LANES>(&doubles()).into_iter().enumerate() {
        let all = [a, b, c].map(Block);
        let mut rows = common(l, &table, all);
        let mut wanted = common(reference, &table, all);
        let bound = Block(b.map(|bound| if bound.is_nan() { 1.5 } else { bound }));
        rows.extend(bounded(l, bound, all[0]));
        wanted.extend(bounded(reference, bound, all[0]));
        let fraction = a.map(|a| 1.0 + a.abs().min(1.9));
        let steps = std::array::from_fn(|i| ROUND_DOUBLE + steps(block * LANES + i, 20000));
        let scaled = [Block(fraction), Block(steps)];
        rows.push(("scale", l.store(l.scale(l.load(&scaled[0]), l.load(&scaled[1])))));
        wanted.push(("scale", reference.store(reference.scale(fraction, steps))));
        let near = steps.map(|n| ROUND_DOUBLE + (n - ROUND_DOUBLE) % 17360.0);
        rows.push(("scale_near", l.store(l.scale_near(l.load(&scaled[0]), l.load(&Block(near))))));
        wanted.push(("scale_near", reference.store(reference.scale(fraction, near))));
        let down = near.map(|n| n.min(13510798882111488.0 - n));
        rows.push(("scale_down", l.store(l.scale_down(l.load(&scaled[0]), l.load(&Block(down))))));
        wanted.push(("scale_down", reference.store(reference.scale(fraction, down))));
        let single = a.map(|a| a as f32);
        rows.push(("load_f32", l.store(l.load_f32(&single))));
        wanted.push(("load_f32", Block(single.map(f64::from))));
        rows.push(("store_f32", Block(l.store_f32(l.load(&all[0])).map(f64::from))));
        wanted.push(("store_f32", Block(single.map(f64::from))));
        for ((what, got), (_, wanted)) in rows.iter().zip(&wanted) {
            for lane in 0..LANES {
                assert!(
                    same(got.0[lane], wanted.0[lane]),
                    "{what} on {name}, f64: of {:e}, {:e}, {:e} it gives {:e} and not {:e}",
                    a[lane],
                    b[lane],
                    c[lane],
                    got.0[lane],
                    wanted.0[lane]
                );
            }
        }
    }
    each_lane_counts(name, l, |lane| {
        Block(std::array::from_fn(|i| if i == lane { f64::NAN } else { 1.0 }))
    });
}

fn check_singles<L: Singles>(name: Engine, l: L) {
    let (reference, d) = (Scalar::<f32>::new(), l.doubles());
    let table: [f32; 16] = std::array::from_fn(|i| i as f32 * 1.25 - 3.0);
    let long: [f32; 32] = std::array::from_fn(|i| 7.0 - i as f32 * 1.375);
    let halves_of = |values: [f32; SINGLES]| values.as_chunks::<LANES>().0.to_vec();
    for (block, all) in blocks::<f32, SINGLES>(&singles()).into_iter().enumerate() {
        let [a, b, c] = all;
        let mut rows = common(l, &table, all);
        let mut wanted = common(reference, &table, all);
        let bound = b.map(|bound| if bound.is_nan() { 1.5 } else { bound });
        rows.extend(bounded(l, bound, a));
        wanted.extend(bounded(reference, bound, a));
        rows.push(("lookup_long", l.store(l.lookup_long(&long, l.load(&c)))));
        wanted.push(("lookup_long", c.map(|c| long[(c.to_bits() & 31) as usize])));
        let fraction = a.map(|a| if a.is_nan() { 1.0 } else { a.abs().clamp(1e-6, 1e6) });
        let steps = |i| ROUND_SINGLE + steps(block * SINGLES + i, 2200) as f32;
        let steps = std::array::from_fn(steps);
        let near = steps.map(|n: f32| n.clamp(ROUND_SINGLE - 2720.0, ROUND_SINGLE + 2063.0));
        // Of any size and sign where the power is not above 1.
        let any = std::array::from_fn(|i| {
            if near[i] > ROUND_SINGLE { fraction[i] } else { a[i].clamp(-1e18, 1e18) }
        });
        rows.push(("scale_near", l.store(l.scale_near(l.load(&any), l.load(&near)))));
        wanted.push((
            "scale_near",
            std::array::from_fn(|i| scaled_by(any[i], near[i] - ROUND_SINGLE)),
        ));
        let widened = l.widen(l.load(&a)).map(|half| d.store(half).0);
        for (half, single) in widened.iter().zip(halves_of(a)) {
            let exact = single.map(f64::from);
            assert!(half.iter().zip(exact).all(|(a, b)| same(*a, b)), "widen on {name}: {half:?}");
        }
        // Numbers between two f32, so that narrowing rounds.
        let between = halves_of(a).into_iter().zip(halves_of(b));
        let between: Vec<[f64; LANES]> = between
            .map(|(a, b)| std::array::from_fn(|i| f64::from(a[i]) * (1.0 + f64::from(b[i]))))
            .collect();
        let narrow = l.narrow([d.load(&Block(between[0])), d.load(&Block(between[1]))]);
        rows.push(("narrow", l.store(narrow)));
        let exact: Vec<f32> = between.concat().into_iter().map(|value| value as f32).collect();
        wanted.push(("narrow", std::array::from_fn(|lane| exact[lane])));
        for ((what, got), (_, wanted)) in rows.iter().zip(&wanted) {
            for lane in 0..SINGLES {
                assert!(
                    same(f64::from(got[lane]), f64::from(wanted[lane])),
                    "{what} on {name}, f32: of {:e}, {:e}, {:e} it gives {:e} and not {:e}",
                    a[lane],
                    b[lane],
                    c[lane],
                    got[lane],
                    wanted[lane]
                );
            }
        }
    }
    each_lane_counts(name, l, |lane| {
        std::array::from_fn(|i| if i == lane { f32::NAN } else { 1.0 })
    });
}

/// A test that fails in one lane fails, whichever it is; one that fails in none does not.
fn each_lane_counts<L: Arithmetic>(name: Engine, l: L, with_nan: impl Fn(usize) -> L::Block) {
    let lanes = size_of::<L::Block>() / size_of::<L::Number>();
    for lane in 0..=lanes {
        let v = l.load(&with_nan(lane));
        assert_eq!(l.some_fails(l.equal(v, v)), lane < lanes, "some_fails on {name}: {lane}");
    }
}

#[test]
fn every_operation_gives_the_bits_of_the_portable_lanes() {
    // The portable lanes too: `narrow` and its like have answers of their own here.
    check_doubles(Engine::Scalar, Scalar::new());
    check_singles(Engine::Scalar, Scalar::new());
    on_this_machine();
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "lanes are made where the processor has them")]
fn on_this_machine() {
    use super::{Avx2, Avx512};
    if Engine::Avx2.is_available() {
        // SAFETY: the processor has been asked.
        check_doubles(Engine::Avx2, unsafe { Avx2::<f64>::assume() });
        // SAFETY: the processor has been asked.
        check_singles(Engine::Avx2, unsafe { Avx2::<f32>::assume() });
    }
    if Engine::Avx512.is_available() {
        // SAFETY: the processor has been asked.
        check_doubles(Engine::Avx512, unsafe { Avx512::<f64>::assume() });
        // SAFETY: the processor has been asked.
        check_singles(Engine::Avx512, unsafe { Avx512::<f32>::assume() });
    }
}

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
#[allow(unsafe_code, reason = "lanes are made where the processor has them")]
fn on_this_machine() {
    use super::Neon;
    assert!(Engine::Neon.is_available(), "every 64-bit ARM processor has NEON");
    // SAFETY: the processor has been asked.
    check_doubles(Engine::Neon, unsafe { Neon::<f64>::assume() });
    // SAFETY: the processor has been asked.
    check_singles(Engine::Neon, unsafe { Neon::<f32>::assume() });
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little"))))]
fn on_this_machine() {}
