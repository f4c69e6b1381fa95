//! What the commands of LaTeX mean in a formula.

use crate::characters::{INFINITY, SUM};

/// What a command stands for.
#[derive(Clone, Copy)]
pub(super) enum Command {
    /// A name of the language.
    Name(&'static str),
    /// A sign of the language.
    Sign(&'static str),
    /// The beginning of an absolute value, and its end.
    AbsoluteBegin,
    AbsoluteEnd,
    /// `\left`, `\right` and the sizes: the bracket behind it.
    Left,
    Right,
    Size,
    /// Sets its argument in another type: a name or a word.
    Text,
    Fraction,
    Root,
    /// An environment: `\begin{cases}`.
    Begin,
    End,
    /// Space and layout.
    Nothing,
    /// The 1 or I of a function that is 1 where a test holds.
    Indicator,
    /// Layout with an argument, which goes with it.
    Note,
    /// Known, and no part of the language: the message and the help.
    Refused(&'static str, &'static str),
}

/// The command `\name`.
pub(super) fn command(name: &str) -> Option<Command> {
    COMMANDS.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// All names of commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|row| row.0)
}

use Command::{
    AbsoluteBegin, AbsoluteEnd, Begin, End, Fraction, Indicator, Left, Name, Note, Nothing,
    Refused, Right, Root, Sign, Size, Text,
};

const ACCENT: Command =
    Refused("an accent is not part of a name", "write another letter, or `x_1`");
const MANY: Command = Refused("sums, products and integrals are not part of the language", SUM);

#[rustfmt::skip]
const COMMANDS: &[(&str, Command)] = &[
    // Greek letters
    ("alpha", Name("alpha")), ("beta", Name("beta")), ("gamma", Name("gamma")), ("delta", Name("delta")),
    ("epsilon", Name("epsilon")), ("varepsilon", Name("epsilon")), ("zeta", Name("zeta")), ("eta", Name("eta")),
    ("theta", Name("theta")), ("vartheta", Name("theta")), ("iota", Name("iota")), ("kappa", Name("kappa")),
    ("lambda", Name("lambda")), ("mu", Name("mu")), ("nu", Name("nu")), ("xi", Name("xi")), ("pi", Name("pi")),
    ("rho", Name("rho")), ("varrho", Name("rho")), ("sigma", Name("sigma")), ("tau", Name("tau")),
    ("upsilon", Name("upsilon")), ("phi", Name("phi")), ("varphi", Name("phi")), ("chi", Name("chi")),
    ("psi", Name("psi")), ("omega", Name("omega")), ("Phi", Name("Phi")), ("Sigma", Name("Sigma")),
    // functions
    ("exp", Name("exp")), ("ln", Name("log")), ("log", Name("log")), ("max", Name("max")), ("min", Name("min")),
    ("sin", Name("sin")), ("cos", Name("cos")), ("tan", Name("tan")), ("arctan", Name("atan")),
    ("sinh", Name("sinh")), ("cosh", Name("cosh")), ("tanh", Name("tanh")), ("coth", Name("coth")), ("erf", Name("erf")),
    ("sgn", Name("sign")), ("sign", Name("sign")), ("abs", Name("abs")),
    ("land", Name("and")), ("wedge", Name("and")), ("lor", Name("or")), ("vee", Name("or")), ("neg", Name("not")),
    // signs
    ("cdot", Sign("*")), ("times", Sign("*")), ("ast", Sign("*")), ("odot", Sign("*")), ("otimes", Sign("*")),
    ("div", Sign("/")), ("le", Sign("<=")), ("leq", Sign("<=")), ("leqslant", Sign("<=")), ("ge", Sign(">=")),
    ("geq", Sign(">=")), ("geqslant", Sign(">=")), ("lt", Sign("<")), ("gt", Sign(">")), ("ne", Sign("!=")),
    ("neq", Sign("!=")), ("coloneqq", Sign("=")), ("triangleq", Sign("=")), ("equiv", Sign("=")), ("colon", Sign(":")),
    // brackets
    ("lvert", AbsoluteBegin), ("rvert", AbsoluteEnd), ("vert", Sign("|")), ("mid", Sign("|")),
    ("left", Left), ("right", Right), ("big", Size), ("Big", Size), ("bigg", Size), ("Bigg", Size),
    ("bigl", Size), ("bigr", Size), ("Bigl", Size), ("Bigr", Size), ("biggl", Size), ("biggr", Size),
    ("Biggl", Size), ("Biggr", Size),
    // what has arguments
    ("frac", Fraction), ("tfrac", Fraction), ("dfrac", Fraction), ("cfrac", Fraction), ("sqrt", Root),
    ("mathrm", Text), ("operatorname", Text), ("text", Text), ("textrm", Text), ("textit", Text), ("textbf", Text),
    ("texttt", Text), ("textsc", Text), ("textnormal", Text), ("mathit", Text), ("mathsf", Text), ("mathtt", Text), ("mathbf", Text),
    ("mathcal", Text), ("boldsymbol", Text), ("bm", Text), ("mathop", Text), ("mbox", Text), ("hbox", Text), ("begin", Begin), ("end", End),
    ("mathbb", Indicator), ("mathds", Indicator), ("mathbbm", Indicator),
    // layout
    (",", Nothing), (";", Nothing), (":", Nothing), ("!", Nothing), (" ", Nothing), ("quad", Nothing), ("qquad", Nothing),
    ("displaystyle", Nothing), ("textstyle", Nothing), ("scriptstyle", Nothing), ("limits", Nothing), ("nolimits", Nothing),
    ("nonumber", Nothing), ("notag", Nothing), ("[", Nothing), ("]", Nothing), ("(", Nothing), (")", Nothing), ("\n", Nothing),
    ("label", Note), ("tag", Note), ("hspace", Note), ("vspace", Note), ("phantom", Note),
    // known, and refused
    ("infty", Refused("infinity is not a number of a formula", INFINITY)),
    ("sum", MANY), ("prod", MANY), ("int", MANY),
    ("hat", ACCENT), ("tilde", ACCENT), ("bar", ACCENT), ("vec", ACCENT), ("dot", ACCENT), ("widehat", ACCENT),
    ("overline", ACCENT), ("prime", Refused("a derivative is not part of the language", "Ogive derives it; another name is written `x_1`")),
    ("partial", Refused("a derivative is not part of the language", "Ogive derives it: give the function alone")),
    ("pm", Refused("`\\pm` stands for two formulas", "write the one that is meant")),
    ("mp", Refused("`\\mp` stands for two formulas", "write the one that is meant")),
    ("|", Refused("a norm is not part of the language", "an absolute value is written `|x|` or `\\lvert x \\rvert`")),
    ("lfloor", Refused("rounding is not part of the language", "a step is written `x > 0 ? 1 : 0`")),
    ("lceil", Refused("rounding is not part of the language", "a step is written `x > 0 ? 1 : 0`")),
    ("in", Refused("`\\in` is not part of the language", "write the bounds as comparisons: `0 < x < 1`")),
    ("sim", Refused("a random number is not part of the language", "write its mean, or a parameter")),
    ("approx", Refused("`\\approx` is not part of the language", "give one of the two sides")),
];
