//! The one table of rewrite rules.
//!
//! Formulas are printed in papers in forms that overflow (`log(1+exp(x))`) or cancel
//! (`x/2*(1+erf(x/sqrt(2)))`). A rule for *recognition* puts a primitive that does neither in the place
//! of such a form; these go one way only, from the leaves up ([`crate::recognise`]). A rule for
//! *sharing* is one of many ways to write the same: [`crate::rewrite`] tries them all on a formula and
//! its derivatives together, and takes what loses least and costs least.

use crate::expr::{Graph, Id, Node};
use crate::parse::template;

/// Where a rule is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On the formula as typed and on each derivative; while sharing too.
    Recognise,
    /// On all of them together.
    Share,
}

/// One rewrite rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is called in tests.
    pub name: &'static str,
    /// What it applies to. `a` … `d` stand for any expression, `k` for a constant.
    pub left: &'static str,
    /// Where it holds: everywhere that its left side is defined, at infinity in the limit; or where a
    /// name is in the range given.
    pub domain: &'static str,
    /// What takes the place of it.
    pub right: &'static str,
    /// Where it is used.
    pub stage: Stage,
}

/// Every rule; an earlier rule for recognition is tried before a later one.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    //        name                     left                               domain    right
    // exponentials and logarithms
    recognise("log of exp",            "log(exp(a))",                     "",       "a"),
    recognise("exp over",              "1/exp(a)",                        "",       "exp(-a)"),
    recognise("exp less one",          "exp(a) - 1",                      "",       "expm1(a)"),
    recognise("one less exp",          "1 - exp(a)",                      "",       "-expm1(a)"),
    recognise("expm1 less argument",   "expm1(a) - a",                    "",       "expm1_rest(a)"),
    recognise("expm1 of the smaller",  "expm1(min(a, b)) - a",            "",       "expm1_rest(min(a, b)) + (min(a, b) - a)"),
    recognise("argument less tanh",    "a - tanh(a)",                     "",       "tanh_rest(a)"),
    recognise("tanh less argument",    "tanh(a) - a",                     "",       "-tanh_rest(a)"),
    recognise("scaled exp less",       "b*exp(a) - b",                    "",       "b*expm1(a)"),
    recognise("log two less exp",      "log(2 - exp(a))",                 "",       "log1p(-expm1(a))"),
    recognise("log of one and",        "log(1 + a)",                      "",       "log1p(a)"),
    recognise("log of k and exp",      "log(k + exp(a))",                 "k > 0",  "softplus(a - log(k)) + log(k)"),
    recognise("log of a sum of exps",  "log(exp(a) + exp(b))",            "",       "a + softplus(b - a)"),
    recognise("log of cosh",           "log(cosh(a))",                    "",       "if |a| < 1 { log1p(2*sinh(a/2)^2) } else { |a| + log1p(exp(-2*|a|)) - log(2) }"),
    recognise("log of one less",       "log(1 - a)",                      "",       "log1p(-a)"),
    recognise("log of sigmoid",        "log(sigmoid(a))",                 "",       "-softplus(-a)"),
    recognise("log1p of sigmoid",      "log1p(-sigmoid(a))",              "",       "-softplus(a)"),
    recognise("softplus",              "log1p(exp(a))",                   "",       "softplus(a)"),
    // sigmoid
    recognise("exp over one and exp",  "exp(a)/(1 + exp(a))",             "",       "sigmoid(a)"),
    recognise("gated by exp",          "b*exp(a)/(1 + exp(a))",           "",       "b*sigmoid(a)"),
    recognise("expm1 over",            "expm1(a)/(1 + exp(a))",           "",       "tanh(a/2)"),
    recognise("over one and exp",      "b/(1 + exp(a))",                  "",       "b*sigmoid(-a)"),
    recognise("share of two exps",     "exp(a)/(exp(a) + exp(b))",        "",       "sigmoid(a - b)"),
    recognise("slope of sigmoid",      "exp(a)/(1 + exp(a))^2",           "",       "sigmoid(a)*sigmoid(-a)"),
    recognise("slope of sigmoid below", "exp(-a)/(1 + exp(-a))^2",        "",       "sigmoid(a)*sigmoid(-a)"),
    recognise("log of a ratio",        "log((1 + exp(a))*sigmoid(b))",    "",       "softplus(a) - softplus(-b)"),
    recognise("sigmoid complement",    "1 - sigmoid(a)",                  "",       "sigmoid(-a)"),
    recognise("sigmoid less one",      "sigmoid(a) - 1",                  "",       "-sigmoid(-a)"),
    recognise("one and tanh",          "1 + tanh(a)",                     "",       "2*sigmoid(2*a)"),
    recognise("one less tanh",         "1 - tanh(a)",                     "",       "2*sigmoid(-2*a)"),
    recognise("tanh less one",         "tanh(a) - 1",                     "",       "-2*sigmoid(-2*a)"),
    recognise("one less tanh square",  "1 - tanh(a)^2",                   "",       "4*sigmoid(2*a)*sigmoid(-2*a)"),
    // hyperbolic
    recognise("tanh of sigmoid",       "2*sigmoid(a) - 1",                "",       "tanh(a/2)"),
    recognise("tanh of complement",    "1 - 2*sigmoid(a)",                "",       "-tanh(a/2)"),
    recognise("sinh",                  "exp(a) - exp(-a)",                "",       "2*sinh(a)"),
    recognise("cosh",                  "exp(a) + exp(-a)",                "",       "2*cosh(a)"),
    recognise("tanh",                  "sinh(a)/cosh(a)",                 "",       "tanh(a)"),
    recognise("tanh of softplus",      "tanh(softplus(a))",               "",       "tanh_softplus(a)"),
    recognise("exp over cosh",         "exp(a)/cosh(a)",                  "",       "2*sigmoid(2*a)"),
    recognise("exp below cosh",        "exp(-a)/cosh(a)",                 "",       "2*sigmoid(-2*a)"),
    recognise("gated by tanh",         "b*sinh(a)/cosh(a)",               "",       "b*tanh(a)"),
    recognise("inverse hyperbolic sine", "log(if a > 0 { |a| + sqrt(a^2 + 1) } else { 1/(|a| + sqrt(a^2 + 1)) })", "", "(if a < 0 { -1 } else { 1 })*log1p((if a < 0 { -1 } else { 1 })*a + a^2/(1 + sqrt(1 + a^2)))"),
    // the normal distribution
    recognise("Phi of erf",            "1 + erf(a)",                      "",       "2*Phi(sqrt(2)*a)"),
    recognise("Phi of minus erf",      "1 - erf(a)",                      "",       "2*Phi(-sqrt(2)*a)"),
    recognise("Phi of erfc",           "erfc(a)",                         "",       "2*Phi(-sqrt(2)*a)"),
    recognise("Phi complement",        "1 - Phi(a)",                      "",       "Phi(-a)"),
    // trigonometric
    recognise("one and sine",          "1 + sin(a)",                      "",       "(sin(a/2) + cos(a/2))^2"),
    recognise("one less sine",         "1 - sin(a)",                      "",       "(sin(a/2) - cos(a/2))^2"),
    recognise("one and cosine",        "1 + cos(a)",                      "",       "2*cos(a/2)^2"),
    recognise("one less cosine",       "1 - cos(a)",                      "",       "2*sin(a/2)^2"),
    // roots and quotients that cancel
    recognise("square root less",      "sqrt(1 + a^2) - 1",               "",       "a^2/(1 + sqrt(1 + a^2))"),
    recognise("root of square",        "sqrt(a^2)",                       "",       "|a|"),
    recognise("squareplus",            "a + sqrt(a^2 + b)",               "b > 0",  "if a > 0 { |a| + sqrt(a^2 + b) } else { b/(|a| + sqrt(a^2 + b)) }"),
    recognise("quotient derivative",   "1/(b + a) - a/(b + a)^2",         "",       "b/(b + a)^2"),
    // order, signs
    share(    "sums commute",          "a + b",                           "",       "b + a"),
    share(    "products commute",      "a*b",                             "",       "b*a"),
    share(    "sums associate",        "(a + b) + c",                     "",       "a + (b + c)"),
    share(    "products associate",    "(a*b)*c",                         "",       "a*(b*c)"),
    share(    "difference as sum",     "a - b",                           "",       "a + -b"),
    share(    "sum as difference",     "a + -b",                          "",       "a - b"),
    share(    "two signs",             "--a",                             "",       "a"),
    share(    "sign out of factor",    "(-a)*b",                          "",       "-(a*b)"),
    share(    "sign into factor",      "-(a*b)",                          "",       "(-a)*b"),
    share(    "sign out of quotient",  "(-a)/b",                          "",       "-(a/b)"),
    share(    "sign of a difference",  "-(a - b)",                        "",       "b - a"),
    share(    "difference turned",     "a - b",                           "",       "-(b - a)"),
    share(    "sign of a sum",         "-(a + b)",                        "",       "-a - b"),
    share(    "sign in a number",      "k*a",                             "k < 0",  "-((-k)*a)"),
    // terms that meet
    share(    "term less itself",      "a - a",                           "",       "0"),
    share(    "term taken back",       "(a + b) - a",                     "",       "b"),
    share(    "difference taken back", "a - (a - b)",                     "",       "b"),
    share(    "common factor",         "a*b + a*c",                       "",       "a*(b + c)"),
    share(    "common factor less",    "a*b - a*c",                       "",       "a*(b - c)"),
    share(    "factor and itself",     "a + a*b",                         "",       "a*(1 + b)"),
    share(    "factor less product",   "a - a*b",                         "",       "a*(1 - b)"),
    share(    "product less factor",   "a*b - a",                         "",       "a*(b - 1)"),
    share(    "common denominator",    "a/c + b/c",                       "",       "(a + b)/c"),
    share(    "denominators less",     "a/c - b/c",                       "",       "(a - b)/c"),
    share(    "square below",          "a/c - b/c^2",                     "",       "(a*c - b)/c^2"),
    share(    "cube below",            "a/c - b/c^3",                     "",       "(a*c^2 - b)/c^3"),
    share(    "factor of quotient",    "(a*b)/c",                         "",       "a*(b/c)"),
    share(    "factor into quotient",  "a*(b/c)",                         "",       "(a*b)/c"),
    share(    "quotient of quotient",  "(a/b)/c",                         "",       "a/(b*c)"),
    share(    "one and quotient",      "1 + a/b",                         "",       "(b + a)/b"),
    share(    "quotient by its top",   "(a/b)/a",                         "",       "1/b"),
    share(    "product by a factor",   "(a*b)/a",                         "",       "b"),
    share(    "product by a square",   "(a*b)/a^2",                       "",       "b/a"),
    // powers and roots
    share(    "square",                "a*a",                             "",       "a^2"),
    share(    "square apart",          "a^2",                             "",       "a*a"),
    share(    "cube",                  "a*a^2",                           "",       "a^3"),
    share(    "root squared",          "sqrt(a)^2",                       "a >= 0", "a"),
    // functions whose difference cancels
    share(    "sine and cosine",       "sin(a)*cos(a)",                   "",       "sin(2*a)/2"),
    share(    "sigmoid less mirror",   "sigmoid(a) - sigmoid(-a)",        "",       "tanh(a/2)"),
    share(    "mirror less sigmoid",   "sigmoid(-a) - sigmoid(a)",        "",       "-tanh(a/2)"),
    share(    "sigmoids",              "sigmoid(a) - sigmoid(b)",         "",       "-(sigmoid(a)*sigmoid(-b)*expm1(b - a))"),
    share(    "entropy of sigmoid",    "a*sigmoid(a) - softplus(a)",      "",       "-(|a|*sigmoid(-|a|) + softplus(-|a|))"),
    share(    "softplus pair",         "softplus(a) - softplus(b)",       "",       "log1p(sigmoid(b)*expm1(a - b))"),
    share(    "tanh squared",          "1 - 4*(sigmoid(2*a)*sigmoid(-2*a))", "",    "tanh(a)^2"),
    share(    "exp and its rise",      "a*exp(a) - expm1(a)",             "",       "exp(max(a, -700))*expm1_rest(-max(a, -700))"),
];

const fn recognise(
    name: &'static str,
    left: &'static str,
    domain: &'static str,
    right: &'static str,
) -> Rule {
    Rule { name, left, domain, right, stage: Stage::Recognise }
}

const fn share(
    name: &'static str,
    left: &'static str,
    domain: &'static str,
    right: &'static str,
) -> Rule {
    Rule { name, left, domain, right, stage: Stage::Share }
}

/// Metavariables of a rule, by their place among the pattern graph's parameters.
pub(crate) const NAMES: [&str; 5] = ["a", "b", "c", "d", "k"];
/// The place of `k`, which matches constants only.
pub(crate) const CONSTANT: usize = 4;

/// Where a rule holds: the values that one metavariable may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// The place of the metavariable among `a`, `b`, `c`, `d`, `k`.
    pub place: usize,
    /// Whether it lies above zero; below zero otherwise.
    pub positive: bool,
    /// Whether zero is allowed.
    pub zero: bool,
}

impl Domain {
    /// Whether a value is allowed.
    pub fn allows(&self, value: f64) -> bool {
        (if self.positive { value > 0.0 } else { value < 0.0 }) || (self.zero && value == 0.0)
    }
}

impl Rule {
    /// The domain of the rule, if it does not hold everywhere.
    ///
    /// # Panics
    /// If the table has a domain in another form than `k > 0`.
    pub fn restricted_to(&self) -> Option<Domain> {
        if self.domain.is_empty() {
            return None;
        }
        let words: Vec<&str> = self.domain.split(' ').collect();
        let [name, sign, "0"] = words[..] else {
            panic!("rule `{}` has a domain like `k > 0`, not `{}`", self.name, self.domain)
        };
        let place = NAMES.iter().position(|known| *known == name);
        let place = place.unwrap_or_else(|| panic!("rule `{}` has no `{name}`", self.name));
        Some(Domain { place, positive: sign.starts_with('>'), zero: sign.ends_with('=') })
    }

    /// Both sides as nodes of `graph`, whose parameters are the metavariables. `simplify` puts them
    /// into canonical form.
    ///
    /// # Panics
    /// If the table has a text that is no formula.
    pub(crate) fn sides(&self, graph: &mut Graph, simplify: bool) -> [Id; 2] {
        let names: Vec<(&str, Id)> = NAMES
            .iter()
            .enumerate()
            .map(|(place, name)| (*name, graph.intern(Node::Parameter(place as u32))))
            .collect();
        [self.left, self.right].map(|text| {
            template(graph, text, &names, simplify)
                .unwrap_or_else(|error| panic!("rule `{}`: {error}", self.name))
        })
    }
}
