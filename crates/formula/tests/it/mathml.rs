//! Expressions as MathML: what is grouped, and that every element is closed.

use ogive_formula::Formula;
use proptest::prelude::*;

/// The characters alone, with brackets around what elements group: fractions, powers, roots.
fn plain(mathml: &str) -> String {
    let mut text = mathml.to_owned();
    for (from, to) in [
        ("<mfrac>", "⟨"),
        ("</mfrac>", "⟩"),
        ("<msup>", "⟪"),
        ("</msup>", "⟫"),
        ("<msqrt>", "√["),
        ("</msqrt>", "]"),
        ("<mtr>", "¶"),
        ("&lt;", "‹"),
        ("&gt;", "›"),
        ("</mrow><mrow>", "¦"),
        ("&#x2062;", ""),
        ("&#x2061;", ""),
        ("&#x22c5;", "·"),
        ("&#x3c3;", "σ"),
        ("&#x3a6;", "Φ"),
        ("&#x2264;", "≤"),
        ("&#x2212;", "-"),
        ("&#xa0;", " "),
        ("&#x2026;", "…"),
    ] {
        text = text.replace(from, to);
    }
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            '‹' => out.push('<'),
            '›' => out.push('>'),
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn is_written_as_in_papers() {
    #[rustfmt::skip]
    let table = [
        ("x*sigmoid(beta*x)",          "xσ(βx)"),
        ("(x + 1)*(x - 2)",            "(x+1)(x-2)"),
        ("x - (1 - x)",                "x-(1-x)"),
        ("-(x + 1)",                   "-(x+1)"),
        ("(x + 1)/(2*x)",              "⟨x+1¦2x⟩"),
        ("(x/2)^2",                    "⟪(⟨x¦2⟩)¦2⟫"),
        ("x*sigmoid(-(beta*x))*3",     "xσ(-βx)·3"),
        ("x*(-sin(x))",                "x(-sin(x))"),
        ("x - (-2)*x",                 "x-(-2x)"),
        ("(-x)^3",                     "⟪(-x)¦3⟫"),
        ("exp(x)^2",                   "⟪(⟪e¦x⟫)¦2⟫"),
        ("x*2^x",                      "x·⟪2¦x⟫"),
        ("2*expm1(x)",                 "2(⟪e¦x⟫-1)"),
        ("expm1_rest(x + 1)",          "⟪e¦x+1⟫-1-(x+1)"),
        ("tanh_rest(x + 1)",           "x+1-tanh(x+1)"),
        ("2*tanh_rest(x)",             "2(x-tanh(x))"),
        ("log1p(x - 1)",               "ln(1+(x-1))"),
        ("sqrt(x^2 + 1)",              "√[⟪x¦2⟫+1]"),
        ("|x|*1e-8",                   "|x|·⟪10-8⟫"),
        ("max(x, -1e-6)",              "max(x,-⟪10-6⟫)"),
        ("x*0.7978845608028654",       "x·0.797885…"),
        ("sqrt(2/pi)*x",               "√[⟨2¦π⟩]x"),
        ("a_p*x + c[2]",               "apx+c2"),
        ("where(x > 0, x, alpha*x)",   "{¶x¦if x>0¶αx¦otherwise"),
    ];
    for (text, wanted) in table {
        let formula = Formula::parse(text).unwrap();
        let found = formula.mathml(formula.typed()).join(" where ");
        // Cells of a case are joined by more elements than the mark for groups.
        let found = plain(&found.replace("</mrow></mtd><mtd><mrow>", "</mrow><mrow>"));
        assert_eq!(found, wanted, "{text}");
    }
}

/// Whether every element is closed by its own name.
fn is_closed(text: &str) -> bool {
    let mut open = Vec::new();
    for part in text.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or("");
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return false,
            Some(_) => {}
            None => open.push(tag.split(' ').next().unwrap_or("")),
        }
    }
    open.is_empty()
}

/// Each operation writes its arguments a bounded number of times, however deep it stands.
#[test]
fn deep_expressions_are_written_at_once() {
    let factors: Vec<String> = (0..100).map(|n| format!("(x + {n}.5)")).collect();
    let rest = "expm1_rest(tanh_rest(".repeat(50) + "x" + &"))".repeat(50);
    let signs = "-(x*".repeat(50) + "x" + &")".repeat(50);
    for (what, text) in [("factors", factors.join("*")), ("rest", rest), ("signs", signs)] {
        let formula = Formula::parse(&text).unwrap();
        let found = formula.mathml(formula.typed()).concat();
        assert!(is_closed(&found));
        assert!(found.len() < 40_000, "{what} are {} bytes", found.len());
    }
}

#[test]
fn brackets_grow_around_what_is_high() {
    for (text, grow) in [("tanh(x + 1)", false), ("tanh(x^2)", false), ("tanh(1/x)", true)] {
        let formula = Formula::parse(text).unwrap();
        let html = formula.mathml(formula.typed()).concat();
        assert_eq!(html.contains("<mo>(</mo>"), grow, "{html}");
        assert_eq!(html.contains("<mo stretchy=\"false\">(</mo>"), !grow, "{html}");
    }
}

proptest! {
    #[test]
    fn every_element_is_closed(
        parts in prop::collection::vec(prop::sample::select(&[
            "x", "if x > 1 { x } else { if x < 0 { 2 } else { 3 } }", "sin(x)^3", "1/(x + a)",
            "tanh(softplus(x))", "|x - mean(x)|", "max(x, 1e-300)", "exp(-x^2)", "lambda_1*gate",
        ][..]), 1..9),
        sign in prop::sample::select(&["+", "-", "*", "/", "^"][..]),
    ) {
        let text = parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(sign);
        let formula = Formula::parse(&format!("x + ({text})")).unwrap();
        for id in [formula.typed(), formula.stable(), formula.derivatives().x] {
            let found = formula.mathml(id).concat();
            prop_assert!(is_closed(&found), "{}", found);
        }
    }
}
