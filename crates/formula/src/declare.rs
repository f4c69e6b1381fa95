//! What stands behind the bar: `beta = 1 per channel, >= 0.01, k = 4 fixed, a = [0, 1]`.

use std::collections::HashMap;
use std::ops::Range;

use crate::Error;
use crate::expr::Point;
use crate::parameter::{Constraint, Granularity, Parameter};
use crate::parse::Parser;
use crate::token::Token;

/// The longest family; a polynomial of more would have too many operations.
const MOST_COEFFICIENTS: usize = 500;

/// More groups than any layer has channels.
const MOST_GROUPS: f64 = 4_294_967_296.0;

/// Reads all declarations into the parser's parameters; returns where each name stands.
pub(crate) fn declarations(parser: &mut Parser) -> Result<HashMap<String, Range<usize>>, Error> {
    let mut places = HashMap::new();
    while *parser.peek() != Token::End {
        let span = parser.span();
        let Token::Name(name) = parser.next() else {
            parser.back();
            return Err(parser.unexpected("the name of a parameter"));
        };
        parser.free_name(&name, &span)?;
        if places.insert(name.clone(), span.clone()).is_some() {
            let message = format!("`{name}` is declared twice");
            return Err(Error::at(parser.text, span, message).help("keep one of the two"));
        }
        if !parser.accept("=") {
            return Err(without_value(parser, name, span));
        }
        let values = values(parser)?;
        let mut declared = Parameter { declared: true, ..Parameter::undeclared(name.clone()) };
        options(parser, &mut declared)?;
        let family = values.1;
        if family {
            parser.families.insert(name.clone(), values.0.len());
        }
        for (place, value) in values.0.into_iter().enumerate() {
            let mut parameter = declared.clone();
            if family {
                parameter.name = format!("{name}[{place}]");
                places.insert(parameter.name.clone(), span.clone());
            }
            // The call sets this one.
            if let Some(set) = parser.bindings.get(&name) {
                if let Some(value) = parser.graph.value(*set) {
                    parameter.set_initial(value)?;
                }
                continue;
            }
            parameter.set_initial(value).map_err(|error| {
                Error::at(parser.text, span.clone(), error.message())
                    .help(format!("it is declared `{}`", parameter.constraint))
            })?;
            parser.admit(parameter, &span)?;
        }
    }
    Ok(places)
}

/// What is said of a declaration without `=` and an initial value: the declaration with one that its
/// options allow.
pub(crate) fn without_value(parser: &mut Parser, name: String, span: Range<usize>) -> Error {
    let mut parameter = Parameter { declared: true, ..Parameter::undeclared(name) };
    let mut value = parameter.initial;
    if let Token::Number(given) = *parser.peek() {
        value = given;
        parser.next();
    }
    let read = options(parser, &mut parameter);
    parameter.initial = parameter.constraint.project(value);
    let message = format!("`{}` is declared without an initial value", parameter.name);
    let error = Error::at(parser.text, span, message);
    match read {
        Ok(()) => error.help(format!("write `{parameter}`")),
        Err(_) => error.help(format!(
            "write `{} = {}`, then `>= number`, `> 0` or `in [low, high]`",
            parameter.name,
            crate::print::number(value)
        )),
    }
}

/// One initial value, or the list of a family's.
fn values(parser: &mut Parser) -> Result<(Vec<f64>, bool), Error> {
    if !parser.accept("[") {
        return Ok((vec![constant(parser)?], false));
    }
    let mut values = vec![constant(parser)?];
    while parser.accept(",") {
        if values.len() == MOST_COEFFICIENTS {
            let message = format!("a family has at most {MOST_COEFFICIENTS} coefficients");
            return Err(Error::at(parser.text, parser.span(), message));
        }
        values.push(constant(parser)?);
    }
    if !parser.accept("]") {
        return Err(parser.unexpected("`,` or `]`"));
    }
    Ok((values, true))
}

/// An expression without x or parameters, such as `log(exp(0.8) - 1)`.
pub(crate) fn constant(parser: &mut Parser) -> Result<f64, Error> {
    let span = parser.span();
    let (known, undeclared) = (parser.parameters.len(), parser.undeclared.len());
    let id = parser.sum()?;
    let leaves = parser.graph.reachable(&[id]);
    let constant = leaves
        .iter()
        .all(|leaf| parser.graph.operation(*leaf).is_some() || parser.graph.value(*leaf).is_some());
    parser.parameters.truncate(known);
    parser.undeclared.truncate(undeclared);
    let value = if constant { parser.graph.evaluate(id, &Point::default()) } else { f64::NAN };
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::at(parser.text, span, "this is not a finite constant").help("give a number"))
}

fn options(parser: &mut Parser, parameter: &mut Parameter) -> Result<(), Error> {
    let mut is_placed = false;
    loop {
        let span = parser.span();
        if let Some(granularity) = granularity(parser)? {
            if is_placed {
                let message = "how many values there are has been said already";
                return Err(Error::at(parser.text, span, message)
                    .help("take one of `shared`, `per channel`, `in 4 groups` and `per element`"));
            }
            is_placed = true;
            parameter.granularity = granularity;
        } else if parser.accept("fixed") {
            parameter.learnable = false;
        } else if parser.accept("free") {
            parameter.constraint = Constraint::Free;
        } else if parser.accept(">=") {
            parameter.constraint = Constraint::AtLeast(constant(parser)?);
        } else if parser.accept(">") {
            let span = parser.span();
            if constant(parser)? != 0.0 {
                return Err(Error::at(parser.text, span, "a strict bound is known at 0 only")
                    .help("write `> 0`, or `>=` and the floor"));
            }
            parameter.constraint = Constraint::Positive;
        } else if parser.accept("in") {
            parameter.constraint = interval(parser)?;
        } else if parser.accept(",") || parser.accept(";") {
            // Either another option or the next declaration follows; both loops know their own.
            let more = matches!(parser.peek(), Token::Sign(">=" | ">"))
                || matches!(parser.peek(), Token::Name(word)
                    if ["per", "shared", "fixed", "free", "in"].contains(&word.as_str()));
            if matches!(parser.peek(), Token::Sign("<=" | "<")) {
                let error = parser.unexpected("a declaration");
                return Err(error.help("an upper bound is one end of an interval: `in [0, 1]`"));
            }
            if !more {
                return Ok(());
            }
        } else if *parser.peek() == Token::End {
            return Ok(());
        } else {
            return Err(parser.unexpected(
                "`per channel`, `per element`, `in 4 groups`, `fixed`, `>= number`, `> 0`, \
                 `in [low, high]`, `,` or the end",
            ));
        }
    }
}

/// How many values a parameter has, if that is what is in front of the parser.
fn granularity(parser: &mut Parser) -> Result<Option<Granularity>, Error> {
    if parser.accept("per") {
        return if parser.accept("channel") {
            Ok(Some(Granularity::PerChannel))
        } else if parser.accept("element") {
            Ok(Some(Granularity::PerElement))
        } else {
            Err(parser.unexpected("`channel` or `element`"))
        };
    }
    if parser.accept("shared") {
        return Ok(Some(Granularity::Shared));
    }
    if let (Token::Name(word), Token::Number(groups)) = (parser.peek(), parser.peek_second())
        && word == "in"
    {
        parser.next();
        return in_groups(parser, groups).map(Some);
    }
    Ok(None)
}

/// `4 groups`, in front of the parser.
fn in_groups(parser: &mut Parser, groups: f64) -> Result<Granularity, Error> {
    let span = parser.span();
    parser.next();
    if !(1.0..=MOST_GROUPS).contains(&groups) || groups.fract() != 0.0 {
        let message = "channels are split into a whole number of groups";
        return Err(Error::at(parser.text, span, message).help("write `in 4 groups`"));
    }
    if !parser.accept("groups") && !parser.accept("group") {
        return Err(parser.unexpected("`groups`"));
    }
    Ok(Granularity::InGroups(groups as usize))
}

fn interval(parser: &mut Parser) -> Result<Constraint, Error> {
    let span = parser.span();
    if !parser.accept("[") {
        return Err(parser.unexpected("`[low, high]`"));
    }
    let low = constant(parser)?;
    if !parser.accept(",") {
        return Err(parser.unexpected("`,` and the upper bound"));
    }
    let high = constant(parser)?;
    if !parser.accept("]") {
        return Err(parser.unexpected("`]`"));
    }
    if low >= high {
        return Err(Error::at(parser.text, span, "the interval is empty")
            .help("the lower bound comes first"));
    }
    Ok(Constraint::Between(low, high))
}
