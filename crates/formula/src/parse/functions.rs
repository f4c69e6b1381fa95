//! Which functions can be called, under which names, with which arguments.

use super::Parser;
use crate::characters::REMAINDER;
use crate::error::{alternatives, nearest};
use crate::op::{Op, TABLE};
use crate::{Error, characters};

/// Other spellings of functions.
#[rustfmt::skip]
const SPELLINGS: [(&str, &str); 34] = [
    ("ln", "log"), ("ln_1p", "log1p"), ("exp_m1", "expm1"), ("arctan", "atan"), ("fabs", "abs"),
    ("absolute", "abs"), ("sgn", "sign"), ("signum", "sign"), ("maximum", "max"), ("minimum", "min"),
    ("fmax", "max"), ("fmin", "min"), ("power", "pow"), ("powi", "pow"), ("powf", "pow"),
    ("clip", "clamp"), ("clip_by_value", "clamp"), ("sigma", "sigmoid"), ("expit", "sigmoid"),
    ("ndtr", "Phi"), ("cdf", "Phi"), ("normcdf", "Phi"), ("pdf", "phi"), ("multiply", "mul"),
    ("subtract", "sub"), ("divide", "div"), ("true_divide", "div"), ("negative", "neg"),
    ("arcsinh", "asinh"), ("arccosh", "acosh"), ("arctanh", "atanh"), ("select", "where"), ("clamp_min", "clamp_below"), ("clamp_max", "clamp_above"),
];

/// A function that is written with other primitives: its name, its arguments, the values of the
/// last of them where they are left out, and what it means.
pub(super) type Composed = (&'static str, &'static [&'static str], &'static [f64], &'static str);

/// Functions of the language; their names mean nothing else.
#[rustfmt::skip]
pub(super) const COMPOSED: [Composed; 5] = [
    ("relu",   &["x"],                &[], "if x > 0 { x } else { 0 }"),
    ("clamp",  &["x", "min", "max"],   &[], "if x > min { if x < max { x } else { max } } else { min }"),
    ("pow",    &["x", "y"],           &[], "x^y"),
    ("square", &["x"],                &[], "x^2"),
    ("std",    &["x"],                &[], "sqrt(var(x))"),
];

/// What libraries have besides; the names are free for parameters.
#[rustfmt::skip]
pub(super) const LIBRARIES: [Composed; 32] = [
    ("clamp_below", &["x", "min"],        &[],        "if x > min { x } else { min }"),
    ("clamp_above", &["x", "max"],        &[],        "if x < max { x } else { max }"),
    ("hardtanh",    &["x", "min", "max"], &[-1., 1.], "clamp(x, min, max)"),
    ("softshrink",  &["x", "lambda"],     &[0.5],     "if x > lambda { x - lambda } else { if x < -lambda { x + lambda } else { 0 } }"),
    ("hardshrink",  &["x", "lambda"],     &[0.5],     "if |x| > lambda { x } else { 0 }"),
    ("tanhshrink",  &["x"],                &[],        "x - tanh(x)"),
    ("threshold",   &["x", "threshold", "value"], &[], "if x > threshold { x } else { value }"),
    ("heaviside",   &["x", "y"],           &[],        "if x > 0 { 1 } else { if x == 0 { y } else { 0 } }"),
    ("logaddexp",   &["x", "y"],           &[],        "log(exp(x) + exp(y))"),
    ("asinh",       &["x"],                &[],        "if x > 0 { log1p(x + x^2/(1 + sqrt(x^2 + 1))) } else { -log1p(x^2/(1 + sqrt(x^2 + 1)) - x) }"),
    ("acosh",       &["x"],                &[],        "log1p(x - 1 + sqrt(x - 1)*sqrt(x + 1))"),
    ("atanh",       &["x"],                &[],        "if x > 0 { 0.5*log1p(2*x/(1 - x)) } else { -0.5*log1p(-2*x/(1 + x)) }"),
    ("sech",        &["x"],                &[],        "1/cosh(x)"),
    ("csch",        &["x"],                &[],        "1/sinh(x)"),
    ("coth",        &["x"],                &[],        "1/tanh(x)"),
    ("cbrt",        &["x"],                &[],        "sign(x)*|x|^(1/3)"),
    ("sinc",        &["x"],                &[],        "if x == 0 { 1 } else { sin(pi*x)/(pi*x) }"),
    ("exp2",        &["x"],                &[],        "2^x"),
    ("log2",        &["x"],                &[],        "log(x)/log(2)"),
    ("log10",       &["x"],                &[],        "log(x)/log(10)"),
    ("rsqrt",       &["x"],                &[],        "1/sqrt(x)"),
    ("reciprocal",  &["x"],                &[],        "1/x"),
    ("neg",         &["x"],                &[],        "-x"),
    ("float",       &["x"],                &[],        "x"),
    ("clone",       &["x"],                &[],        "x"),
    ("tensor",      &["x"],                &[],        "x"),
    ("zeros_like",  &["x"],                &[],        "0"),
    ("ones_like",   &["x"],                &[],        "1"),
    ("add",         &["x", "y"],           &[],        "x + y"),
    ("sub",         &["x", "y"],           &[],        "x - y"),
    ("mul",         &["x", "y"],           &[],        "x*y"),
    ("div",         &["x", "y"],           &[],        "x/y"),
];

/// What the keywords of Python mean, where the function has no parameter of that very name.
#[rustfmt::skip]
pub(super) const KEYWORDS: [(&str, &str); 18] = [
    ("min_val", "min"), ("max_val", "max"), ("a_min", "min"), ("a_max", "max"),
    ("clip_value_min", "min"), ("clip_value_max", "max"), ("low", "min"), ("high", "max"), ("input", "x"),
    ("features", "x"), ("other", "y"), ("exponent", "y"), ("values", "y"), ("negative_slope", "alpha"),
    ("slope", "alpha"), ("lambd", "lambda"), ("threshold", "lambda"), ("default_value", "value"),
];

/// Keywords that change no value.
#[rustfmt::skip]
pub(super) const IGNORED: [&str; 11] = [
    "inplace", "out", "name", "dtype", "training", "dim", "axis", "keepdim", "keepdims", "unbiased",
    "correction",
];

/// From here on log(1 + e^x) and x are one in f32, and so are their slopes: e^-x is half a unit of 1 at
/// 17.33.
pub(super) const ASYMPTOTIC: f64 = 17.5;

/// An option in words: the function, the keyword, its value, and the function that is meant.
pub(super) type Worded = (&'static str, &'static str, &'static str, &'static str);

/// All of them. Words in quotes may stand without the keyword.
#[rustfmt::skip]
pub(super) const OPTIONS: [Worded; 4] = [
    ("gelu", "approximate", "'tanh'", "gelu_tanh"),
    ("gelu", "approximate", "'none'", "gelu"),
    ("gelu", "approximate", "True",   "gelu_tanh"),
    ("gelu", "approximate", "False",  "gelu"),
];

/// Libraries that mean another function by a name: the module, the name, what they mean.
#[rustfmt::skip]
pub(super) const MEANINGS: [(&str, &str, &str); 21] = [
    ("layers.",          "leaky_relu", "leaky_relu(x, 0.3)"),
    ("keras.layers.",    "leaky_relu", "leaky_relu(x, 0.3)"),
    ("tf.keras.layers.", "leaky_relu", "leaky_relu(x, 0.3)"),
    ("layers.",          "prelu",      "if x > 0 { x } else { alpha*x } | alpha = 0 per element"),
    ("keras.layers.",    "prelu",      "if x > 0 { x } else { alpha*x } | alpha = 0 per element"),
    ("tf.keras.layers.", "prelu",      "if x > 0 { x } else { alpha*x } | alpha = 0 per element"),
    ("K.",                "hard_sigmoid", "clamp(0.2*x + 0.5, 0, 1)"),
    ("keras.backend.",    "hard_sigmoid", "clamp(0.2*x + 0.5, 0, 1)"),
    ("tf.keras.backend.", "hard_sigmoid", "clamp(0.2*x + 0.5, 0, 1)"),
    // In these letters it is Flax's.
    ("nn.gelu", "gelu",      "gelu_tanh(x)"),
    ("linen.", "gelu",       "gelu_tanh(x)"),
    ("jax.",   "gelu",       "gelu_tanh(x)"),
    ("flax.",  "gelu",       "gelu_tanh(x)"),
    ("tf.",    "leaky_relu", "leaky_relu(x, 0.2)"),
    ("keras.", "leaky_relu", "leaky_relu(x, 0.2)"),
    ("jax.",   "swish",      "x*sigmoid(x)"),
    ("flax.",  "swish",      "x*sigmoid(x)"),
    ("tf.",    "swish",      "x*sigmoid(x)"),
    ("keras.", "swish",      "x*sigmoid(x)"),
    ("torch.", "var",        ""),
    ("torch.", "std",        ""),
];

/// Functions of libraries that the language has not, and what is said of them.
#[rustfmt::skip]
const REFUSED: [(&str, &str); 42] = [
    ("softmax",      AXIS),   ("log_softmax", AXIS), ("softmin",    AXIS), ("cumsum", AXIS), ("sum",    AXIS),
    ("matmul",       AXIS),   ("layer_norm",  AXIS), ("batch_norm", AXIS), ("linear", AXIS), ("conv2d", AXIS),
    ("dropout",      RANDOM), ("bernoulli",   RANDOM),
    ("piecewise",    CHOICE), ("fmod", REMAINDER), ("mod",    REMAINDER), ("remainder", REMAINDER),
    ("floor",        STEPS),  ("ceil", STEPS), ("round", STEPS), ("trunc", STEPS),
    ("sec",          "it is `1/cos(x)`"), ("csc", "it is `1/sin(x)`"), ("cot", "it is `1/tan(x)`"),
    ("asin",         ASIN),   ("arcsin", ASIN), ("acos", ACOS), ("arccos", ACOS),
    ("hypot",        "it is `sqrt(x^2 + y^2)`"),
    ("gamma",        OTHER),  ("lgamma", OTHER), ("digamma", OTHER), ("erfinv", OTHER), ("erfcinv", OTHER), ("ndtri", OTHER),
    ("rrelu",        "its slopes are random in training; in evaluation it is `max(0, x) + 11/48*min(0, x)`"),
    ("glu",          "of two inputs, `x` and `gate`, it is `x*sigmoid(gate)`"),
    ("swiglu",       "of two inputs, `x` and `gate`, it is `x*gate*sigmoid(gate)`"),
    ("silu_and_mul", "of two inputs, `x` and `gate`, it is `x*gate*sigmoid(gate)`"),
    ("geglu",        "of two inputs, `x` and `gate`, it is `x*gate*Phi(gate)`"),
    ("gelu_and_mul", "of two inputs, `x` and `gate`, it is `x*gate*Phi(gate)`"),
    ("reglu",        "of two inputs, `x` and `gate`, it is `x*relu(gate)`"),
    ("bilinear",     "of two inputs, `x` and `gate`, it is `x*gate`"),
];
const AXIS: &str =
    "a formula computes each element by itself; of a channel it knows `mean(x)` and `var(x)`";
const STEPS: &str = "rounding is not part of the language: between its jumps nothing is learned";
const CHOICE: &str = "write the choice out: `where(x < 0, 0, x)`, or `if x < 0 { 0 } else { x }`";
const ASIN: &str = "it is `atan(x/sqrt(1 - x^2))`";
const ACOS: &str = "it is `2*atan(sqrt((1 - x)/(1 + x)))`";
const OTHER: &str = "it is not part of the language";
const RANDOM: &str = "a formula has no random numbers; write the mean, or a parameter";

/// Primitives of stable forms, which nobody needs to type.
const INTERNAL: [&str; 4] = ["tanh_softplus", "tanh_softplus_slope", "expm1_rest", "tanh_rest"];

/// What to write in place of a function that other libraries have and the language has not; case and
/// `_` are of no account.
///
/// ```
/// use ogive_formula::refused;
///
/// let help = "of two inputs, `x` and `gate`, it is `x*gate*sigmoid(gate)`";
/// assert_eq!(refused("SwiGLU"), Some(help));
/// assert_eq!(refused("tanh"), None);
/// ```
pub fn refused(name: &str) -> Option<&'static str> {
    REFUSED.iter().find(|row| bare(row.0) == bare(name)).map(|row| row.1)
}

/// A name without what libraries write differently.
fn bare(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

impl<'a> Parser<'a> {
    /// The name under which the language knows the function `typed`: as it stands, by another
    /// spelling (`ln`, `expf`, `clamp_`), or in other letters (`LeakyReLU`).
    pub(super) fn function(&self, typed: &str) -> Option<&'a str> {
        let exact = |name: &str| {
            let spelled = SPELLINGS.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
            self.callable().find(|known| *known == spelled)
        };
        exact(typed)
            .or_else(|| exact(typed.strip_suffix('_')?))
            .or_else(|| {
                // Of a Greek letter the other case is another letter: Σ is no sigmoid.
                if characters::is_greek(typed) {
                    return None;
                }
                let wanted = bare(typed);
                let spelled = SPELLINGS.iter().find(|row| bare(row.0) == wanted).map(|row| row.1);
                let same = |known: &&str| Some(*known) == spelled || bare(known) == wanted;
                // The catalogue's `soft_shrink` is not nearer to `Softshrink` than what libraries have.
                let libraries = LIBRARIES.iter().map(|row| row.0);
                let mut known = libraries.chain(self.callable());
                known.find(same).filter(|known| bare(known) != "phi")
            })
            .or_else(|| exact(typed.strip_suffix('f').filter(|name| name.len() > 2)?))
    }

    /// Whether `name` is a function of the language itself, so that nothing else may have the name.
    pub(super) fn is_function(&self, name: &str) -> bool {
        // `sigma` and the like are functions only where they are called.
        self.functions().any(|known| known == name)
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &'a str> {
        let primitives = TABLE.iter().filter(|row| row.op.is_function()).map(|row| row.name);
        let composed = COMPOSED.iter().map(|row| row.0);
        let own = primitives.chain(composed).chain(["where", "poly", "mean", "var"]);
        // What libraries have stays free for parameters, though the catalogue has it too.
        let is_free = |name: &str| LIBRARIES.iter().any(|row| row.0 == name);
        own.chain(self.library.iter().map(|entry| entry.0).filter(move |name| !is_free(name)))
    }

    /// The functions of one number and what takes more of them, in lines of a terminal.
    fn list(&self) -> String {
        const WIDTH: usize = 72;
        let mut lines = vec![String::new()];
        let listed = |name: &&str| self.formula_of(name).is_none() && !INTERNAL.contains(name);
        for name in self.functions().filter(listed) {
            let last = lines.last().map_or(0, String::len);
            if last + name.len() > WIDTH {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(name);
                line.push(' ');
            }
        }
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        format!("\n    {}", lines.join("\n    "))
    }

    fn callable(&self) -> impl Iterator<Item = &'a str> {
        self.functions().chain(LIBRARIES.iter().map(|row| row.0))
    }

    /// What is said of a function that nobody knows.
    pub(super) fn no_function(&self, name: &str, span: std::ops::Range<usize>) -> Error {
        let path = self.text[..span.end].trim_end_matches(name).ends_with('.');
        let error = Error::at(self.text, span, format!("there is no function `{name}`"));
        if let Some(help) = refused(name) {
            return error.help(help);
        }
        let near = nearest(name, self.callable());
        if near.is_empty() || characters::is_greek(name) || name.len() < 3 {
            return error.help(if path {
                format!("these are functions, and so is each activation by name:{}", self.list())
            } else {
                format!("a product is written with `*`: `{name}*(…)`")
            });
        }
        error.help(format!("did you mean {}?", alternatives(&near)))
    }
}

/// The composed function of that name.
pub(super) fn composed(name: &str) -> Option<&'static Composed> {
    COMPOSED.iter().chain(&LIBRARIES).find(|row| row.0 == name)
}

/// Whether LaTeX takes a word as one name: functions, and what they are spelled as.
pub(super) fn is_word(name: &str, library: &super::Library) -> bool {
    Op::function(name).is_some()
        || composed(name).is_some()
        || ["where", "poly", "mean", "var", "pi", "gate"].contains(&name)
        || SPELLINGS.iter().any(|row| row.0 == name)
        || library.iter().any(|entry| entry.0 == name)
}

/// What the composed function of that name means.
pub(super) fn body(name: &str) -> &'static str {
    composed(name).map_or("x", |row| row.3)
}
