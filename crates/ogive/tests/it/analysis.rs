//! Properties of activations, against published or independently computed numbers.

use ogive::formula::Symmetry;
use ogive::{Activation, Analysis, Evidence, Extreme, Hole, Monotone, Smoothness, Trend};

fn of(text: &str) -> Analysis {
    Analysis::of(&Activation::new(text).unwrap()).unwrap()
}

fn near(found: f64, wanted: f64) -> bool {
    found == wanted || (found - wanted).abs() <= 2e-5 * wanted.abs().max(1.0)
}

#[track_caller]
fn assert_extreme(what: &str, found: Extreme, (value, place): (f64, f64)) {
    assert!(near(found.value, value) && near(found.place, place), "{what}: {found:?}");
    assert_eq!(found.evidence, Evidence::Proven, "{what}");
}

const INF: f64 = f64::INFINITY;

/// Where it is, in which derivative, and how high.
type Break = (f64, usize, f64);

#[test]
fn rounding_is_no_jump() {
    for text in [
        "if x < 0 { x } else { x + 0.1 + 0.2 - 0.3 }",
        "if x < 0 { x } else { x + exp(log(3)) - 3 }",
    ] {
        let breaks = of(text).breaks;
        assert!(breaks.list.is_empty(), "{text}: {breaks:?}");
    }
    // Too small to be told from rounding at its place, but nothing is proven then.
    let breaks = of("if x > 1 { x + 1e-8 } else { x }").breaks;
    assert!(!breaks.list.is_empty() || breaks.evidence == Evidence::Search, "{breaks:?}");
}

#[test]
fn moments_of_what_is_steep_at_one_place_or_waves() {
    // E[tanh'(kz)²]/E[tanh(kz)²] is next to (4/3)·k/√2π, and half of the squares of a wave are its mean.
    for (text, wanted) in
        [("tanh(1e3*x)", 532.3), ("tanh(1e6*x)", 5.319e5), ("sin(100*x)", 1e4), ("sin(x)", 1.3130)]
    {
        let growth = of(text).moments.gradient_growth.unwrap();
        assert!((growth / wanted - 1.0).abs() < 1e-3, "{text}: {growth}");
    }
}

#[test]
fn small_jumps_and_kinks_are_found() {
    for (text, x, order, jump) in [
        ("if x > 1e-6 { x } else { 0 }", 1e-6, 0, 1e-6),
        ("if x > 1 { x + 1e-7 } else { x }", 1.0, 0, 1e-7),
        ("if x > 2 { x + 1e-8*(x - 2) } else { x }", 2.0, 1, 1e-8),
    ] {
        let found = of(text).breaks;
        let [first] = &found.list[..] else { panic!("{text}: {found:?}") };
        assert_eq!((first.x, first.order), (x, order), "{text}");
        assert!((first.jump() / jump - 1.0).abs() < 1e-6, "{text}: {first:?}");
    }
}

#[test]
fn beside_a_pole_and_where_it_is_undefined() {
    // Towards 0 from the left it comes to 0, below both limits.
    for text in ["exp(1/x)", "2^(1/x)", "exp(1/(x*|x|))"] {
        let lowest = of(text).lowest;
        assert!(
            lowest.value == 0.0 && lowest.place == 0.0 && !lowest.is_taken,
            "{text}: {lowest:?}"
        );
    }
    // The slope that the derivative has beyond 1 is none of the function.
    let found = of("atanh(x)");
    assert_eq!(found.monotone.found, Some(Monotone::Increasing));
    assert!(found.saturation.is_empty(), "{:?}", found.saturation);
}

#[test]
fn moments_of_steep_functions() {
    // E[f'²] by quadrature in 60 digits, between the places where f turns.
    for (text, growth) in [
        ("atan(1000*x)", 255.9),
        ("tanh(50*x)", 27.03),
        ("sigmoid(100*x)", 13.40),
        ("exp(-1000*(x - 2)^2)", 1000.7),
    ] {
        let found = of(text).moments.gradient_growth.unwrap();
        assert!((found - growth).abs() < 1e-3 * growth, "{text}: {found}");
    }
}

#[test]
fn ranges_and_lipschitz_constants() {
    #[rustfmt::skip]
    let table = [
        // activation      lowest, at                highest, at      steepest, at
        ("relu",           (0.0, 0.0),               (INF, INF),      (1.0, 0.0)),
        ("relu6",          (0.0, 0.0),               (6.0, 6.0),      (1.0, 0.0)),
        ("hard_tanh",      (-1.0, -1.0),             (1.0, 1.0),      (1.0, 0.0)),
        ("hard_swish",     (-0.375, -1.5),           (INF, INF),      (1.5, 3.0)),
        ("sigmoid",        (0.0, -INF),              (1.0, INF),      (0.25, 0.0)),
        ("tanh",           (-1.0, -INF),             (1.0, INF),      (1.0, 0.0)),
        ("softsign",       (-1.0, -INF),             (1.0, INF),      (1.0, 0.0)),
        ("elu",            (-1.0, -INF),             (INF, INF),      (1.0, INF)),
        ("selu",           (-1.758_099, -INF),       (INF, INF),      (1.758_099, 0.0)),
        ("gelu",           (-0.169_971, -0.751_792), (INF, INF),      (1.128_904, 1.414_214)),
        ("gelu_tanh",      (-0.170_041, -0.752_461), (INF, INF),      (1.128_993, 1.418_504)),
        ("silu",           (-0.278_465, -1.278_465), (INF, INF),      (1.099_839, 2.399_357)),
        ("mish",           (-0.308_843, -1.192_431), (INF, INF),      (1.088_498, 1.490_571)),
        ("relu_squared",   (0.0, 0.0),               (INF, INF),      (INF, INF)),
        ("softplus",       (0.0, -INF),              (INF, INF),      (1.0, INF)),
        ("sin(x)",         (-1.0, -1.570_796),       (1.0, 1.570_796), (1.0, 0.0)),
        ("x^2 - 2*x",      (-1.0, 1.0),              (INF, -INF),     (INF, -INF)),
    ];
    for (text, lowest, highest, steepest) in table {
        let found = of(text);
        assert_extreme(&format!("lowest of {text}"), found.lowest, lowest);
        assert_eq!(found.highest.value, highest.0, "{text}");
        assert!(found.highest.value == INF || near(found.highest.place, highest.1), "{text}");
        let slope = found.lipschitz;
        assert!(near(slope.value, steepest.0), "slope of {text}: {slope:?}");
        assert!(slope.value == INF || near(slope.place, steepest.1), "slope of {text}: {slope:?}");
        assert_eq!(found.is_bounded(), highest.0 < INF, "{text}");
    }
}

#[test]
fn breaks_are_found_wherever_they_are() {
    use Smoothness::{C0, C1, Discontinuous, Smooth};
    #[rustfmt::skip]
    let table: [(&str, Smoothness, &[Break]); 16] = [
        ("relu",                       C0,            &[(0.0, 1, 1.0)]),
        ("hard_tanh",                  C0,            &[(-1.0, 1, 1.0), (1.0, 1, -1.0)]),
        ("relu_squared",               C1,            &[(0.0, 2, 2.0)]),
        ("elu",                        C1,            &[(0.0, 2, -1.0)]),
        ("selu",                       C0,            &[(0.0, 1, 1.050_701 - 1.758_099)]),
        ("prelu",                      C0,            &[(0.0, 1, 0.75)]),
        ("gelu",                       Smooth,        &[]),
        ("mish",                       Smooth,        &[]),
        ("dice",                       Smooth,        &[]),
        ("where(x > 0, 1, 0) + 0*x",   Discontinuous, &[(0.0, 0, 1.0)]),
        ("where(x > 77.25, 1, 0) + x", Discontinuous, &[(77.25, 0, 1.0)]),
        ("sign(x)",                    Discontinuous, &[(0.0, 0, 2.0)]),
        ("max(x, 1e-3) + |x - 1e6|",   C0,            &[(1e-3, 1, 1.0), (1e6, 1, 2.0)]),
        ("if x > 2 { x^2 } else { 4*x - 4 }", C1,     &[(2.0, 2, 2.0)]),
        ("|x|*x^2",                    Smoothness::C2, &[(0.0, 3, 12.0)]),
        ("log(cosh(x))",               Smooth,        &[]),
    ];
    for (text, class, wanted) in table {
        let found = of(text);
        let list: Vec<_> = found.breaks.list.iter().map(|b| (b.x, b.order, b.jump())).collect();
        assert_eq!(list.len(), wanted.len(), "{text}: {list:?}");
        for (found, wanted) in list.iter().zip(wanted) {
            let same = found.1 == wanted.1 && near(found.0, wanted.0) && near(found.2, wanted.2);
            assert!(same, "{text}: {found:?}, not {wanted:?}");
        }
        assert_eq!(found.smoothness(), Some(class), "{text}");
        assert_eq!(found.breaks.evidence, Evidence::Proven, "{text}");
    }
    // An endless row of kinks: those near 0 are found, and that there are more is said.
    let endless = of("|sin(x)|").breaks;
    assert_eq!(endless.evidence, Evidence::Search);
    for k in -3..=3 {
        let place = f64::from(k) * std::f64::consts::PI;
        assert!(endless.kinks().any(|kink| near(kink.x, place)), "{place}");
    }
}

#[test]
fn where_it_is_undefined() {
    for (text, wanted) in [("log(x)", [-INF, 0.0]), ("sqrt(x)", [-INF, 0.0])] {
        assert_eq!(of(text).breaks.undefined, [wanted], "{text}");
    }
    let found = of("sqrt(x^2 - 4)").breaks.undefined;
    assert!(found.len() == 1 && near(found[0][0], -2.0) && near(found[0][1], 2.0), "{found:?}");
    let pole = of("1/x").breaks;
    assert!(
        pole.undefined.is_empty() && pole.list.len() == 1 && pole.list[0].is_pole(),
        "{pole:?}"
    );
    assert_eq!(pole.list[0].sides, [-INF, INF]);
    assert_eq!(of("log(x)").moments.gain, None);
}

#[test]
fn shapes() {
    use Monotone::{Constant, Decreasing, Increasing};
    use Symmetry::{Even, Odd};
    #[rustfmt::skip]
    let table = [
        ("relu",                     Some(Increasing), None),
        ("tanh",                     Some(Increasing), Some(Odd)),
        ("softsign",                 Some(Increasing), Some(Odd)),
        ("parametric_tanh",          Some(Increasing), Some(Odd)),
        ("softplus",                 Some(Increasing), None),
        ("-sigmoid(x)",              Some(Decreasing), None),
        ("where(x > 0, 1, 0) + 0*x", Some(Increasing), None),
        ("log(x)",                   Some(Increasing), None),
        ("0*x + 3",                  Some(Constant),   Some(Even)),
        ("gelu",                     None,             None),
        ("sin(x)",                   None,             Some(Odd)),
        ("x*sin(x)",                 None,             Some(Even)),
        ("x^3 - x",                  None,             Some(Odd)),
        ("x*tanh(x)",                None,             Some(Even)),
        ("exp(-x^2)",                None,             Some(Even)),
    ];
    for (text, monotone, symmetry) in table {
        let found = of(text);
        assert_eq!((found.monotone.found, found.symmetry.found), (monotone, symmetry), "{text}");
        assert_eq!(found.monotone.evidence, Evidence::Proven, "{text}");
        assert_eq!(found.symmetry.evidence, Evidence::Proven, "{text}");
    }
    // What symbols do not show is found by samples, and said to be.
    let by_samples = of("hard_tanh").symmetry;
    assert_eq!((by_samples.found, by_samples.evidence), (Some(Odd), Evidence::Search));
}

#[test]
fn saturation() {
    // σ(x)·σ(-x) = 1e-6 at x = ±13.815509.
    #[rustfmt::skip]
    let table: [(&str, &[[f64; 2]]); 7] = [
        ("relu",       &[[-INF, 0.0]]),
        ("hard_tanh",  &[[-INF, -1.0], [1.0, INF]]),
        ("sigmoid",    &[[-INF, -13.815_509], [13.815_509, INF]]),
        ("elu",        &[[-INF, -13.815_511]]),
        ("leaky_relu", &[]),
        ("x^2",        &[]),
        ("clamp(x, -1, 1) + clamp(x, 2, 3)", &[[-INF, -1.0], [1.0, 2.0], [3.0, INF]]),
    ];
    for (text, wanted) in table {
        let found = of(text).saturation;
        assert_eq!(found.intervals.len(), wanted.len(), "{text}: {found:?}");
        for (found, wanted) in found.intervals.iter().flatten().zip(wanted.iter().flatten()) {
            assert!(near(*found, *wanted), "{text}: {found}, not {wanted}");
        }
        assert_eq!(found.evidence, Evidence::Proven, "{text}");
    }
}

#[test]
fn signals_through_layers() {
    // Klambauer et al. 2017, arXiv:1706.02515, eq. 11 and theorem 1: the map of selu has a stable fixed point at
    // mean 0 and variance 1; slope and gradient by independent quadrature.
    let selu = of("selu").moments;
    assert!(selu.mean.abs() < 1e-12, "{selu:?}");
    assert!((selu.second - 1.0).abs() < 1e-12, "{selu:?}");
    assert!(near(selu.second_moment_slope.unwrap(), 0.782_648), "{selu:?}");
    assert!(near(selu.gradient_growth.unwrap(), 1.071_575), "{selu:?}");
    // A rectifier scales every second moment alike, and with its gain keeps gradients.
    let relu = of("relu").moments;
    let wanted =
        [relu.second_moment_slope, relu.gradient_growth].map(|found| near(found.unwrap(), 1.0));
    assert_eq!(wanted, [true; 2]);
    assert!(near(relu.mean, 0.398_942), "{relu:?}");
    // A step passes no gradient on.
    assert_eq!(of("sign(x)").moments.gradient_growth, Some(0.0));
    assert!(near(of("sigmoid").moments.mean, 0.5));
}

#[test]
fn slopes_that_overflow_on_the_way_are_known() {
    // The steepest slope at the root of f'' and the ends at |f'| = 1e-6, in 40 digits.
    #[rustfmt::skip]
    let table = [
        // formula                          steepest, at             flat below, flat above
        ("x*tanh(exp(x))",                  (1.061_975,  0.696_564),  -16.560_2,    None),
        ("x*exp(-exp(-x))",                 (1.113_397,  2.238_646),  -2.875_08,    None),
        ("x*erf(0.75*exp(0.75*x))",         (1.091_599,  0.861_427),  -21.842_4,    None),
        ("1 - exp(-exp(x))",                (0.367_879_4, 0.0),       -13.815_509,  Some(2.811)),
        ("x/(1 + exp(-x))^2",               (1.178_201,  2.553_13),   -8.279_7,     None),
        ("x*(1 + e^(-beta*x))^(-alpha)",    (1.099_839,  2.399_357),  -16.560_2,    None),
        ("exp(-exp(-x))",                   (0.367_879_4, 0.0),       -2.811,       Some(13.815_509)),
    ];
    for (text, steepest, below, above) in table {
        let found = of(text);
        assert_extreme(text, found.lipschitz, steepest);
        let wanted = [Some([-INF, below]), above.map(|above| [above, INF])];
        let wanted: Vec<[f64; 2]> = wanted.into_iter().flatten().collect();
        let flat = &found.saturation.intervals;
        assert_eq!(flat.len(), wanted.len(), "{text}: {flat:?}");
        for (found, wanted) in flat.iter().flatten().zip(wanted.iter().flatten()) {
            assert!(near(*found, *wanted), "{text}: {found}, not {wanted}");
        }
        assert_eq!(found.saturation.evidence, Evidence::Proven, "{text}");
    }
}

/// What decays like a power is flat far out, where a search that begins near 0 does not come.
#[test]
fn flat_ends_of_algebraic_functions_are_found() {
    #[rustfmt::skip]
    let table: [(&str, &[[f64; 2]]); 8] = [
        ("x/sqrt(1 + x^2)",             &[[-INF, -99.995],   [99.995, INF]]),
        ("x/sqrt(1 + alpha*x^2)",       &[[-INF, -99.995],   [99.995, INF]]),
        ("(x + sqrt(x^2 + b))/2",       &[[-INF, -499.999]]),
        ("x/(1 + |x|^p)^(1/p) | p = 3", &[[-INF, -31.622_4], [31.622_4, INF]]),
        ("tanh(x)/x",                   &[[-INF, -1000.0],   [1000.0, INF]]),
        ("x/(exp(x) - 1)",              &[[16.560_2, INF]]),
        ("exp(-1/x^2)",                 &[[-INF, -125.989],  [-0.229_907, 0.229_907], [125.989, INF]]),
        ("x + sin(x)/2",                &[]),
    ];
    for (text, wanted) in table {
        let found = of(text).saturation;
        assert_eq!(found.intervals.len(), wanted.len(), "{text}: {found:?}");
        for (found, wanted) in found.intervals.iter().flatten().zip(wanted.iter().flatten()) {
            assert!(near(*found, *wanted), "{text}: {found}, not {wanted}");
        }
    }
    // The envelope of cos(x)/x passes 1e-6 at 1e6, between whose waves f' is small again and again.
    let sinc = of("sin(x)/x").saturation;
    let ends: Vec<f64> = sinc.intervals.iter().flatten().copied().collect();
    assert!(ends.len() == 4 && ends[1] < -1e6 && ends[2] > 1e6, "{sinc:?}");
}

/// A limit is no pole.
#[test]
fn holes_are_no_poles() {
    #[rustfmt::skip]
    let table = [
        // formula             hole        lowest           highest           steepest
        ("sin(x)/x",           (0.0, 1.0), (-0.217_234),    (1.0, 0.0),       0.436_182),
        ("tanh(x)/x",          (0.0, 1.0), (0.0),           (1.0, 0.0),       0.343_42),
        ("(exp(x) - 1)/x",     (0.0, 1.0), (0.0),           (INF, INF),       INF),
        ("x/(exp(x) - 1)",     (0.0, 1.0), (0.0),           (INF, -INF),      1.0),
        ("(1 - cos(x))/x^2",   (0.0, 0.5), (0.0),           (0.5, 0.0),       0.135_041),
        ("sin(x - 1)/(x - 1)", (1.0, 1.0), (-0.217_234),    (1.0, 1.0),       0.436_182),
        ("(x^2 - 1)/(x - 1)",  (1.0, 2.0), (-INF),          (INF, INF),       1.0),
        ("x*log(|x|)",         (0.0, 0.0), (-INF),          (INF, INF),       INF),
    ];
    for (text, (x, limit), lowest, highest, steepest) in table {
        let found = of(text);
        let holes = &found.breaks.holes;
        assert!(
            holes.len() == 1 && holes[0].x == x && near(holes[0].limit, limit),
            "{text}: {holes:?}"
        );
        assert!(found.breaks.jumps().next().is_none(), "{text}: {:?}", found.breaks);
        assert_eq!(found.breaks.evidence, Evidence::Search, "{text}");
        assert!(near(found.lowest.value, lowest), "{text}: {:?}", found.lowest);
        let found_highest = found.highest;
        let same = near(found_highest.value, highest.0) && near(found_highest.place, highest.1);
        assert!(same && !found_highest.is_taken, "{text}: {found_highest:?}");
        assert!(near(found.lipschitz.value, steepest), "{text}: {:?}", found.lipschitz);
        assert!(found.moments.gain.is_some(), "{text}");
    }
    // Where the hole is filled there is none; filled otherwise, the value stands alone.
    let filled = of("where(x == 0, 1, sin(x)/x)");
    assert_eq!((&filled.breaks.list[..], &filled.breaks.holes[..]), (&[][..], &[][..] as &[Hole]));
    assert!(filled.highest.is_taken && near(filled.highest.value, 1.0), "{:?}", filled.highest);
    assert!(near(filled.lipschitz.value, 0.436_182), "{:?}", filled.lipschitz);
    let alone = of("where(x == 0, 5, sin(x)/x)").breaks;
    assert_eq!((alone.list[0].order, alone.list[0].point), (0, Some(5.0)), "{alone:?}");
}

/// Limits from both sides, where intervals have no bound.
#[test]
fn singular_places_are_judged_by_their_limits() {
    use Smoothness::{C0, C1, Discontinuous};
    const NONE: f64 = f64::NAN;
    #[rustfmt::skip]
    let table = [
        ("x*sqrt(abs(x))",  C1,            2, [-INF, INF]),
        ("x^2*sin(1/x)",    C0,            1, [NONE, NONE]),
        ("sin(1/x)",        Discontinuous, 0, [NONE, NONE]),
        ("sqrt(|x|)",       C0,            1, [-INF, INF]),
        ("|x|^0.1",         C0,            1, [-INF, INF]),
        ("x*log(|x|)",      C0,            1, [-INF, -INF]),
        ("log(|x|)",        Discontinuous, 0, [-INF, -INF]),
        ("1/(x - 1)",       Discontinuous, 0, [-INF, INF]),
        ("atan(1/x)",       Discontinuous, 0, [-1.570_796, 1.570_796]),
        ("x == 0",          Discontinuous, 0, [0.0, 0.0]),
    ];
    for (text, class, order, sides) in table {
        let found = of(text).breaks;
        assert_eq!(found.smoothness(), Some(class), "{text}: {found:?}");
        assert_eq!(found.list.len(), 1, "{text}: {found:?}");
        let same = |a: f64, b: f64| near(a, b) || (a.is_nan() && b.is_nan());
        let broken = found.list[0];
        let are_same = broken.sides.into_iter().zip(sides).all(|(a, b)| same(a, b));
        assert!(broken.order == order && are_same, "{text}: {broken:?}");
        assert_eq!(found.evidence, Evidence::Search, "{text}");
    }
    let point = of("x == 0");
    assert_eq!(point.breaks.list[0].point, Some(1.0));
    assert_eq!((point.lowest.value, point.lowest.is_taken), (0.0, false));
    assert_eq!((point.highest.value, point.highest.place), (1.0, 0.0));
    assert_eq!((point.lipschitz.value, point.monotone.found), (INF, None));
    assert_eq!(of("x^2*sin(1/x)").monotone.found, None);
    // What is 0 but for rounding is 0: f'' of x(1 + 2x)/(1 + 2x + x³) right of 0.
    let pade = of("(x + 2*x^2)/(1 + |2*x + x^3|)").breaks;
    assert_eq!((pade.list[0].order, pade.list[0].sides[1]), (2, 0.0), "{pade:?}");
}

#[test]
fn second_moments_far_from_one() {
    let signals = |text: &str| of(text).moments.signals.unwrap();
    for text in ["relu", "leaky_relu", "prelu", "x", "|x|"] {
        let found = signals(text);
        assert_eq!((found.kept, found.beyond), ([1e-4, 1e4], [None; 2]), "{text}");
    }
    // A gain of √2 keeps what stays below 6; of 100 there remains 24.9 after one layer.
    let relu6 = signals("relu6");
    assert_eq!(relu6.beyond, [None, Some(Trend::Shrinks)], "{relu6:?}");
    assert!(relu6.kept[0] == 1e-4 && (1.0..=2.0).contains(&relu6.kept[1]), "{relu6:?}");
    // 1 + t³φ(t)/(2(tφ(t) + Φ(-t))) at t = 1/2: a jump counts with what it does.
    let hardshrink = of("where(abs(x) > 0.5, x, 0)").moments;
    assert!(near(hardshrink.second_moment_slope.unwrap(), 1.045_409), "{hardshrink:?}");
    assert_eq!(hardshrink.signals.unwrap().kept, [1.0, 1.0]);
    // tanh leads every size to 1; of exp large ones leave all bounds.
    assert_eq!(signals("tanh").returning, [1e-4, 1e4]);
    assert_eq!(signals("exp(x) - 1").returning[1], 1.0);
}

#[test]
fn moments_that_are_infinite_are_not_given() {
    for text in ["1/x", "tan(x)", "log(x)", "exp(x^2/3)", "|x|^(-1/2)"] {
        assert_eq!(of(text).moments.gain, None, "{text}");
    }
    for text in ["sqrt(|x|)", "log(|x|)", "x*sin(1/x)"] {
        let found = of(text).moments;
        assert!(found.gain.is_some() && found.gradient_growth == Some(INF), "{text}: {found:?}");
    }
    // E ln|z| = -(γ + ln 2)/2, and E ln²|z| = its square + π²/8.
    let found = of("log(|x|)").moments;
    assert!(near(found.mean, -0.635_181) && near(found.second, 1.637_156), "{found:?}");
}

#[test]
fn costs() {
    let relu = of("relu").cost;
    assert_eq!((relu.operations, relu.memory_share), (2, 1.0));
    let mish = of("mish").cost;
    assert!(mish.operations == 2 && mish.memory_share < 1.0 && mish.cycles > relu.cycles);
    // What depends on parameters alone is computed once.
    assert_eq!(of("exp(alpha)*x | alpha = 1").cost.operations, 1);
}

#[test]
fn formulas_that_are_long_or_hostile_come_to_an_end() {
    let sum: Vec<String> = (1..60).map(|k| format!("sin({k}*x)*tanh(x/{k})")).collect();
    let nested = "tanh(".repeat(40) + "x" + &")".repeat(40);
    for text in
        [sum.join(" + "), nested, "sin(exp(x))/x".into(), "x^x^x".into(), "tan(tan(x))".into()]
    {
        assert!(of(&text).cost.operations > 1, "{text}");
    }
}
