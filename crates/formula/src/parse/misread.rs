//! What would be read otherwise than it was meant, or not at all for a reason that can be named.

use std::ops::Range;

use super::Parser;
use super::arguments::Argument;
use super::functions::{COMPOSED, LIBRARIES};
use crate::characters::is_greek;
use crate::expr::{Id, Node};
use crate::op::Op;
use crate::token::Token;
use crate::{Error, declare, print};

/// Letters that papers set high for the right and the left side of a function.
const SIDES: [&str; 2] = ["l", "r"];
/// The same for the positive and the negative side, where they are set as such: `αᵖ`.
const SIGNS: [&str; 2] = ["p", "n"];

impl Parser<'_> {
    /// What is said of a bar that no declaration follows.
    pub(super) fn no_declaration(&mut self) -> Error {
        let error = self.unexpected("a declaration such as `alpha = 0.25`");
        self.at += 1;
        let span = self.span();
        let Token::Name(name) = self.next() else { return error };
        if self.free_name(&name, &span).is_err() {
            return error;
        }
        self.declaring = true;
        declare::without_value(self, name, span)
    }

    /// Refuses `|x| x.exp()`, which may be a closure of Rust or a product with an absolute value.
    pub(super) fn no_closure(&self) -> Result<(), Error> {
        use Token::{Name, Sign};
        let [(Sign("|"), _), (Name(name), first), (Sign("|"), bar), body @ ..] =
            &self.tokens[self.at..]
        else {
            return Ok(());
        };
        // What is Rust's calls methods.
        let calls = body.iter().any(|(token, _)| *token == Sign("."));
        let begins =
            matches!(body.first(), Some((Name(_) | Token::Number(_) | Sign("(" | "-"), _)));
        if self.latex || !calls || !begins {
            return Ok(());
        }
        let place = self.span().start..bar.end;
        let closure = &self.text[place.clone()];
        let message = format!("`{closure}` may begin a closure or be an absolute value");
        Err(Error::at(self.text, place, message).help(if name == "x" {
            "give what the closure computes alone; a product is written `|x|*…`".to_owned()
        } else {
            format!("write `{} => …`, or the product `{closure}*…`", &self.text[first.clone()])
        }))
    }

    /// Refuses `e-x` and `e-2x`, of which a copy has lost that the exponent was raised; `(e-1)` is a number.
    pub(super) fn no_lost_exponent(&self, span: &Range<usize>) -> Result<(), Error> {
        let behind = &self.text[span.end..];
        let Some(power) = behind.strip_prefix(['-', '−']) else { return Ok(()) };
        let digits = power.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let is_name = digits.starts_with(|c: char| c.is_alphabetic());
        if self.is_template() || &self.text[span.clone()] != "e" || !is_name {
            return Ok(());
        }
        let length = power.len()
            - digits.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let power = &power[..length];
        let place = span.start..span.end + behind.find(power).unwrap_or(0) + length;
        Err(Error::at(self.text, place, "an exponent may have lost its place here")
            .help(format!("write `e^(-{power})`, or with blanks the difference: `e - {power}`")))
    }

    /// Refuses a number in brackets behind a blank at the end, which is that of an equation or a factor.
    pub(super) fn no_equation_number(&self) -> Result<(), Error> {
        let [
            (Token::Sign("("), open),
            (Token::Number(_), _),
            (Token::Sign(")"), close),
            (end, _),
            ..,
        ] = &self.tokens[self.at..]
        else {
            return Ok(());
        };
        let is_apart = self.text[..open.start].ends_with(char::is_whitespace);
        let is_last = *end == Token::End || *end == Token::Sign("|");
        if self.is_template() || !is_apart || !is_last {
            return Ok(());
        }
        let place = open.start..close.end;
        let number = &self.text[place.clone()];
        let message = format!("`{number}` may be the number of an equation or a factor");
        Err(Error::at(self.text, place, message)
            .help(format!("leave it out, or write the product: `…*{number}`")))
    }

    /// Refuses NumPy's and PyTorch's `max(x, 0)`, which is the largest along axis 0.
    pub(super) fn along_no_axis(
        &self,
        name: &str,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<(), Error> {
        let is_of_library = self.is_of(span, &["np.", "numpy.", "jnp.", "jax.numpy.", "torch."]);
        let [of, axis] = arguments else { return Ok(()) };
        let digits = self.text[axis.span.clone()].trim_start_matches('-');
        let is_axis = axis.key().is_none() && digits.parse::<u8>().is_ok();
        let last = self.text[span.clone()].rsplit('.').next();
        let is_meant = matches!(name, "max" | "min") && last == Some(name) && is_of_library;
        if !is_meant || !is_axis || !self.is_input(of) {
            return Ok(());
        }
        let (number, of) =
            (&self.text[axis.span.clone()], self.text[of.span.clone()].trim_end_matches('.'));
        let message = format!("`{name}({of}, {number})` of a library is taken along axis {number}");
        Err(Error::at(self.text, span.clone(), message)
            .help(format!("of two numbers it is `{name}imum({of}, {number})`")))
    }

    /// Refuses a function whose argument follows without brackets: `ln x`. LaTeX has it so.
    pub(super) fn without_brackets(&self, name: &str, span: &Range<usize>) -> Result<(), Error> {
        let follows = matches!(self.peek(), Token::Name(_) | Token::Number(_)) && self.at_value();
        if self.latex || !follows || self.at_new_line() || self.function(name).is_none() {
            return Ok(());
        }
        let behind = self.peek_second();
        let is_whole = matches!(behind, Token::End | Token::Sign(")" | "," | "|" | ";"));
        let argument = if is_whole { &self.text[self.span()] } else { "…" };
        let typed = &self.text[span.clone()];
        let message = format!("`{typed}` is a function, it needs its argument in brackets");
        Err(Error::at(self.text, span.clone(), message)
            .help(format!("write `{typed}({argument})`")))
    }

    /// Refuses `tl.maximum(x, 0)`, where nobody says that `tl` is a number; its place begins at `start`.
    pub(super) fn no_module(&self, start: usize) -> Result<(), Error> {
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at]);
        let Some((Token::Name(name), span)) = before else { return Ok(()) };
        let letter = name.split('_').next().unwrap_or(name);
        let is_number = name.len() < 2
            || is_greek(letter)
            || self.text[span.clone()] != *name
            || !self.undeclared.iter().any(|known| known.0 == *name);
        if is_number || span.start != start || self.is_template() {
            return Ok(());
        }
        let message = format!("`{name}` is no module that is known here, and no declared number");
        Err(Error::at(self.text, span.clone(), message).help(format!(
            "leave out the prefix `{name}.`, or declare the parameter: `| {name} = 1`"
        )))
    }

    /// Refuses a name that nobody declares where it is a function with its argument run together,
    /// `sqrt2` or `tanhx`, or a name that a module has: `nn.GELU`.
    pub(super) fn undeclared_name(&self, name: &str, span: &Range<usize>) -> Result<(), Error> {
        if self.is_template() || self.parameters.iter().any(|known| known.name == name) {
            return Ok(());
        }
        let typed = &self.text[span.clone()];
        if ["static_cast", "reinterpret_cast", "True", "False"].contains(&name) {
            let message = format!("`{name}` is no number");
            return Err(Error::at(self.text, span.clone(), message)
                .help("give the formula without casts and flags; a test counts 1 or 0"));
        }
        // An operator's name is no number; nor is that of a function where more follows than a power.
        let is_operator = typed.starts_with("\\operatorname");
        let is_function =
            typed.starts_with('\\') && !is_greek(name) && self.function(name).is_some();
        if is_operator || (is_function && self.is_raised_and_applied()) {
            let (message, help) = match self.function(name) {
                Some(_) => (
                    format!("`{name}` is a function, it needs its argument in brackets"),
                    format!("a power of a function is `{name}(x)^2`"),
                ),
                None => (
                    format!("there is no function `{name}`"),
                    format!("a parameter of that name is `\\mathrm{{{name}}}`"),
                ),
            };
            return Err(Error::at(self.text, span.clone(), message).help(help));
        }
        // Papers and people write the sigmoid with brackets and without.
        let is_followed =
            matches!(self.peek(), Token::Name(next) if next == "x") && self.at_factor();
        if name == "sigma" && is_followed {
            let message = format!("`{typed}` may be a number or the sigmoid here");
            return Err(Error::at(self.text, span.clone(), message)
                .help("write `σ(x)`, or declare the number: `| sigma = 1`"));
        }
        if let Some(argument) = self.run_together(name) {
            let function = &name[..name.len() - argument.len()];
            let digits = argument.trim_end_matches(|c: char| !c.is_ascii_digit());
            let factors = [digits, &argument[digits.len()..]];
            let factors: Vec<&str> = factors.into_iter().filter(|part| !part.is_empty()).collect();
            let message = format!("`{typed}` is one name, not the function `{function}`");
            return Err(Error::at(self.text, span.clone(), message).help(format!(
                "write `{function}({})`; a parameter of that name is declared: `| {name} = 1`",
                factors.join("*")
            )));
        }
        if let Some(factors) = product_of(name, &self.arguments).filter(|_| !is_greek(name)) {
            let message = format!("`{typed}` is one name, and none of the arguments");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("the product of arguments is written `{}`", factors.join("*"))));
        }
        let module = typed.strip_suffix(name).filter(|path| path.ends_with(['.', ':']));
        if module.is_some_and(|path| !["self.", "cls."].contains(&path)) {
            let message = format!("`{typed}` is not a number of a formula");
            let class = name.starts_with(|c: char| c.is_ascii_uppercase());
            let known = self.function(name).is_some();
            return Err(Error::at(self.text, span.clone(), message).help(match (known, class) {
                (true, true) => format!("apply the module to the input: `{typed}()(x)`"),
                (true, false) => format!("write `{typed}(x)`"),
                (false, _) if name == "tau" => {
                    "it is `2*pi`; a parameter stands alone: `tau`".into()
                }
                (false, _) => format!("a parameter stands alone: `{name}`"),
            }));
        }
        Ok(())
    }

    /// Whether a number as exponent comes next, and a value behind it.
    fn is_raised_and_applied(&self) -> bool {
        use Token::{Name, Number, Sign};
        let tokens = &self.tokens[self.at..];
        let ([(Sign("^"), _), (Number(_), _), behind @ ..]
        | [(Sign("^"), _), (Sign("("), _), (Number(_), _), (Sign(")"), _), behind @ ..]) = tokens
        else {
            return false;
        };
        matches!(behind, [(Name(_) | Number(_) | Sign("("), _), ..])
    }

    /// The argument that touches the name of a function of one number: `2`, `x`, `2x`, `2pi`.
    fn run_together<'n>(&self, name: &'n str) -> Option<&'n str> {
        let rest = name.strip_suffix("pi").or_else(|| name.strip_suffix('x')).unwrap_or(name);
        let function = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        let touches = function.len() < name.len() && !is_greek(function);
        let known = self.function(function).filter(|known| *known == function || function == "ln");
        // A family of rectifiers has numbers in its names: `relu6`.
        let numbered = |known| Op::function(known).is_none() && function.len() < rest.len();
        let argument = touches && known.is_some_and(|known| takes_one(known) && !numbered(known));
        argument.then(|| &name[function.len()..])
    }

    /// Refuses `t^r`, where papers name a parameter of the right side, unless `r` is declared.
    pub(super) fn superscript(
        &self,
        base: Id,
        exponent: Id,
        place: Range<usize>,
    ) -> Result<(), Error> {
        let parameter = |id: Id| match self.graph.node(id) {
            Node::Parameter(place) => self.parameters.get(place as usize),
            _ => None,
        };
        let side = parameter(exponent).filter(|side| !side.declared);
        let raised = !self.text[place.clone()].contains(['^', '*']);
        let is_side = |name: &str| SIDES.contains(&name) || raised && SIGNS.contains(&name);
        let side = side.filter(|side| is_side(&side.name));
        let (Some(base), Some(side)) = (parameter(base), side) else { return Ok(()) };
        if self.is_template() {
            return Ok(());
        }
        let side = &side.name;
        let index = match (self.latex, base.name.split_once('_')) {
            (true, Some((letter, index))) => format!("{letter}_{{{index}{side}}}"),
            _ => format!("{}_{side}", base.name),
        };
        let typed = &self.text[place.clone()];
        let message = format!("`{typed}` is a power, and nothing says what `{side}` is");
        Err(Error::at(self.text, place, message).help(format!(
            "the parameter of one side is written `{index}`; an exponent is declared: `| {side} = 1`"
        )))
    }

    /// Refuses constant bounds of which the lower is above the upper; PyTorch gives the upper
    /// everywhere then.
    pub(super) fn bounds(
        &self,
        called: &str,
        bounds: [Option<Id>; 2],
        span: &Range<usize>,
    ) -> Result<(), Error> {
        let [Some(low), Some(high)] = bounds.map(|id| self.number(id?)) else { return Ok(()) };
        if low <= high || self.is_template() {
            return Ok(());
        }
        let [low, high] = [low, high].map(print::number);
        let message = format!("the lower bound {low} is above the upper bound {high}");
        Err(Error::at(self.text, span.clone(), message)
            .help(format!("the lower one comes first: `{called}(x, {high}, {low})`")))
    }

    /// The value of an expression of numbers alone.
    fn number(&self, id: Id) -> Option<f64> {
        let enclosed = self.constants.get(&id);
        self.graph.value(id).or_else(|| Some(f64::midpoint(enclosed?.low, enclosed?.high)))
    }
}

/// Whether a function of the language takes one number, so that what touches its name may be that.
fn takes_one(name: &str) -> bool {
    let composed = COMPOSED.iter().chain(&LIBRARIES).find(|row| row.0 == name);
    match (Op::function(name), composed) {
        (Some(op), _) => op.info().arity == 1,
        (None, Some((_, slots, ..))) => slots.len() == 1 && name != "std",
        (None, None) => false,
    }
}

/// The names, two at least, of which a longer one is made.
fn product_of<'n>(name: &'n str, names: &[String]) -> Option<Vec<&'n str>> {
    if names.iter().any(|known| known == name) {
        return None;
    }
    // Where the last of the names begins that together end here.
    let mut begins: Vec<Option<usize>> = vec![None; name.len() + 1];
    for end in 1..=name.len() {
        let Some(part) = name.get(..end) else { continue };
        let last = names.iter().filter_map(|last| part.strip_suffix(last.as_str()));
        begins[end] = last
            .map(str::len)
            .find(|begin| *begin < end && (*begin == 0 || begins[*begin].is_some()));
    }
    let mut factors = Vec::new();
    let mut end = name.len();
    while end > 0 {
        let begin = begins[end]?;
        factors.push(&name[begin..end]);
        end = begin;
    }
    factors.reverse();
    Some(factors)
}
