//! Expressions as MathML, for pages.
//!
//! Presentation elements of MathML Core, which browsers draw without help: fractions, powers, roots,
//! cases. What a paper would not write is written as a paper would: `log1p(a)` as ln(1 + a).

mod names;
mod notation;

use std::collections::HashMap;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::print::{Tightness, bindings};
use notation::{Notation, notation};

/// The expression at `root`, then an equation for each part that occurs again and again and so has a
/// name, in order of evaluation; `parameters` are the formula's names.
pub(crate) fn mathml(graph: &Graph, root: Id, parameters: &[String]) -> Vec<String> {
    let mut writer = Writer { graph, parameters, bound: HashMap::new() };
    let mut lines = Vec::new();
    for (name, id) in bindings(graph, root, parameters, notation::repeats) {
        let (name, body) = (names::name(&name), writer.write(id).0);
        lines.push(format!("<mrow>{name}<mo>=</mo>{body}</mrow>"));
        writer.bound.insert(id, name);
    }
    lines.insert(0, format!("<mrow>{}</mrow>", writer.write(root).0));
    lines
}

/// The name of a parameter as MathML: Greek letters by their signs, indices below the line.
///
/// ```
/// assert_eq!(ogive_formula::mathml_name("alpha_p"), "<msub><mi>α</mi><mi>p</mi></msub>");
/// ```
pub fn mathml_name(parameter: &str) -> String {
    names::name(parameter)
}

/// The sign of what follows, close to it.
const MINUS: &str = "<mo form=\"prefix\" lspace=\"0\" rspace=\"0\">&#x2212;</mo>";

/// Brackets grow around what is higher than a line; browsers leave room beside those that might.
fn bracketed(content: &str) -> String {
    let high = ["<mfrac", "<mtable", "<msqrt"].into_iter().any(|tall| content.contains(tall));
    let grow = if high || content.matches("<msup").count() > 1 { "" } else { PLAIN };
    format!("<mrow><mo{grow}>(</mo>{content}<mo{grow}>)</mo></mrow>")
}

/// Of a bracket that does not grow.
const PLAIN: &str = " stretchy=\"false\"";

struct Writer<'a> {
    graph: &'a Graph,
    parameters: &'a [String],
    /// Names in MathML.
    bound: HashMap<Id, String>,
}

/// Elements, and how tightly they hold together.
type Piece = (String, Tightness);

fn atom(text: impl Into<String>) -> Piece {
    (text.into(), Tightness::Atom)
}

impl Writer<'_> {
    fn write(&self, id: Id) -> Piece {
        if let Some(name) = self.bound.get(&id) {
            return atom(name.clone());
        }
        match self.graph.node(id) {
            Node::X => atom("<mi>x</mi>"),
            Node::Gate => atom("<mi>gate</mi>"),
            Node::Mean => atom(called("<mi>mean</mi>", "<mi>x</mi>")),
            Node::Variance => atom(called("<mi>var</mi>", "<mi>x</mi>")),
            Node::Parameter(place) => atom(names::name(&self.parameters[place as usize])),
            Node::Constant(bits) => {
                let value = f64::from_bits(bits);
                let tight = if value < 0.0 { Tightness::Sign } else { Tightness::Atom };
                (names::constant(value), tight)
            }
            Node::Apply(op, args) => self.operation(op, args),
        }
    }

    fn operation(&self, op: Op, [a, b, c]: [Id; 3]) -> Piece {
        use Tightness::{Atom, Choice, Power, Product, Sign, Sum};
        let plain = |id| self.write(id).0;
        match notation(op) {
            Notation::Sum(sign) => {
                (format!("{}{sign}{}", self.at_least(a, Sum), self.unsigned(b)), Sum)
            }
            Notation::Product => {
                let left = self.write(a);
                // A product that begins with a sign is bracketed where a sign would be.
                let own = if left.1 == Sign { Sign } else { Product };
                let (left, right) = (at_least(left, Product), self.unsigned(b));
                (format!("{left}{}{right}", self.times(b)), own)
            }
            Notation::Comparison(_, turned) if self.graph.value(a).is_some() => {
                let (left, right) = (self.at_least(b, Sum), self.at_least(a, Sum));
                (format!("{left}{turned}{right}"), Choice)
            }
            Notation::Comparison(sign, _) => {
                (format!("{}{sign}{}", self.at_least(a, Sum), self.at_least(b, Sum)), Choice)
            }
            Notation::Fraction => {
                let (top, bottom) = (plain(a), plain(b));
                (format!("<mfrac><mrow>{top}</mrow><mrow>{bottom}</mrow></mfrac>"), Product)
            }
            Notation::Power => (superscript(&self.at_least(a, Atom), &plain(b)), Power),
            Notation::Negative => (format!("{MINUS}{}", self.unsigned(a)), Sign),
            Notation::Root => atom(format!("<msqrt>{}</msqrt>", plain(a))),
            Notation::Bars => atom(format!("<mrow><mo>|</mo>{}<mo>|</mo></mrow>", plain(a))),
            Notation::Cases => (self.cases(a, b, c), Choice),
            Notation::Exponential => (superscript("<mi>e</mi>", &plain(a)), Power),
            Notation::ExponentialLess => (
                format!("{}<mo>&#x2212;</mo><mn>1</mn>", superscript("<mi>e</mi>", &plain(a))),
                Sum,
            ),
            Notation::ExponentialRest => {
                let argument = self.write(a);
                let power = superscript("<mi>e</mi>", &argument.0);
                let rest = unsigned(argument);
                (format!("{power}<mo>&#x2212;</mo><mn>1</mn><mo>&#x2212;</mo>{rest}"), Sum)
            }
            Notation::TangentRest => {
                let argument = self.write(a);
                let tangent = called("<mi>tanh</mi>", &argument.0);
                (format!("{}<mo>&#x2212;</mo>{tangent}", at_least(argument, Sum)), Sum)
            }
            Notation::LogarithmOfMore => {
                let inner = format!("<mn>1</mn><mo>+</mo>{}", self.unsigned(a));
                atom(called("<mi>ln</mi>", &inner))
            }
            Notation::Inner(outer, inner) => {
                let inner = called(&format!("<mi>{inner}</mi>"), &plain(a));
                atom(called(outer, &inner))
            }
            Notation::Function(name) => {
                let args: Vec<String> =
                    [a, b, c][..op.info().arity].iter().map(|arg| plain(*arg)).collect();
                atom(called(name, &args.join("<mo>,</mo>")))
            }
        }
    }

    /// What stands between two factors: nothing, a little room before the name of a function, or a dot
    /// before a number.
    fn times(&self, right: Id) -> &'static str {
        let mut first = right;
        while let Some((Op::Mul | Op::Pow, args)) = self.graph.operation(first) {
            first = args[0];
        }
        let named = matches!(
            self.graph.operation(first).map(|(op, _)| notation(op)),
            Some(Notation::Function(_) | Notation::Inner(..) | Notation::LogarithmOfMore)
        );
        match self.graph.value(first) {
            Some(_) => "<mo>&#x22c5;</mo>",
            None if named => "<mo lspace=\"0\" rspace=\"0.17em\">&#x2062;</mo>",
            None => "<mo>&#x2062;</mo>",
        }
    }

    /// A brace with a line for each case; choices in the last case are more lines.
    fn cases(&self, test: Id, then: Id, otherwise: Id) -> String {
        let mut lines = String::new();
        let line = |value: &str, when: &str| {
            format!("<mtr><mtd><mrow>{value}</mrow></mtd><mtd><mrow>{when}</mrow></mtd></mtr>")
        };
        let (mut test, mut then, mut otherwise) = (test, then, otherwise);
        loop {
            let when = format!("<mtext>if&#xa0;</mtext>{}", self.write(test).0);
            lines += &line(&self.write(then).0, &when);
            let more = self.graph.matches(otherwise, Op::Select);
            match more.filter(|_| !self.bound.contains_key(&otherwise)) {
                Some(next) => [test, then, otherwise] = next,
                None => break,
            }
        }
        lines += &line(&self.write(otherwise).0, "<mtext>otherwise</mtext>");
        format!(
            "<mrow><mo>{{</mo><mtable class=\"cases\" columnalign=\"left\">{lines}</mtable></mrow>"
        )
    }

    /// A factor or a term to the right of its sign: a sign of its own is bracketed.
    fn unsigned(&self, id: Id) -> String {
        unsigned(self.write(id))
    }

    fn at_least(&self, id: Id, wanted: Tightness) -> String {
        at_least(self.write(id), wanted)
    }
}

fn unsigned((text, tightness): Piece) -> String {
    let loose = tightness < Tightness::Product || tightness == Tightness::Sign;
    if loose { bracketed(&text) } else { text }
}

fn at_least((text, tightness): Piece, wanted: Tightness) -> String {
    if tightness < wanted { bracketed(&text) } else { text }
}

fn superscript(base: &str, exponent: &str) -> String {
    format!("<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>")
}

fn called(name: &str, args: &str) -> String {
    format!("<mrow>{name}<mo>&#x2061;</mo>{}</mrow>", bracketed(args))
}
