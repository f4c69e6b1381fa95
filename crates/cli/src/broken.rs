//! Formulas in lines that fit a terminal.

/// Signs that stay with what is on either side of them.
const COMPARISONS: [&str; 7] = ["<", "<=", ">", ">=", "==", "=", "if"];
/// Signs that stay with what is before them: a line that ends in one is not at its end for the parser.
const OPERATORS: [&str; 7] = ["+", "-", "*", "/", "{", "|", "else"];

/// A place where a line may end.
struct Place {
    /// The byte where the next line would begin.
    at: usize,
    /// The characters before that, and whether the last of them is a blank.
    column: usize,
    blank: bool,
    /// How many brackets are open there.
    depth: usize,
}

/// A formula in lines of at most `width` characters, the first of which has `taken` before it; the
/// others begin two columns further in. Of the places where a line may end, all behind operators, the
/// one inside the fewest brackets is taken that fills half of the line.
pub(crate) fn broken(formula: &str, width: usize, taken: usize) -> String {
    let places = places(formula);
    let mut left = places.as_slice();
    let end = formula.chars().count();
    let (mut text, mut start, mut column, mut indent) = (String::new(), 0, 0, taken);
    while indent + end - column > width {
        let columns = |place: &Place| place.column - usize::from(place.blank) - column;
        let count = left.iter().take_while(|place| indent + columns(place) <= width).count();
        let half = width.saturating_sub(indent) / 2;
        let candidates = left[..count].iter().enumerate().rev();
        let filling = candidates.filter(|(_, place)| columns(place) >= half);
        let best = filling.min_by_key(|(_, place)| place.depth).map(|(index, _)| index);
        // What is longer than a line stays whole.
        let index = best.unwrap_or(count.saturating_sub(1));
        let Some(place) = left.get(index) else { break };
        text += formula[start..place.at].trim_end();
        indent = taken + 2;
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', indent));
        (start, column, left) = (place.at, place.column, &left[index + 1..]);
    }
    text + &formula[start..]
}

/// Where a formula may be broken; behind a bracket or a comma it is a last resort.
fn places(formula: &str) -> Vec<Place> {
    const LAST_RESORT: usize = 1000;
    let (mut found, mut open) = (Vec::new(), 0usize);
    for (column, (at, sign)) in formula.char_indices().enumerate() {
        match sign {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        let at = at + sign.len_utf8();
        let behind = &formula[at..];
        // The first of two stars is not the end of an operator.
        if behind.is_empty() || behind.starts_with([' ', '*']) {
            continue;
        }
        let depth = match sign {
            ' ' if stays_whole(formula[..at].trim_end(), behind) => continue,
            ' ' => open,
            '*' | '/' => open + 1,
            '(' | ',' => open + LAST_RESORT,
            _ => continue,
        };
        found.push(Place { at, column: column + 1, blank: sign == ' ', depth });
    }
    found
}

/// Whether a blank between these stays within its line.
fn stays_whole(before: &str, behind: &str) -> bool {
    let last = before.rsplit(' ').next().unwrap_or("");
    let first = behind.split(' ').next().unwrap_or("");
    OPERATORS.contains(&first) || COMPARISONS.contains(&first) || COMPARISONS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::broken;
    use ogive::formula::Formula;

    #[test]
    fn a_broken_formula_fits_and_is_the_same_formula() {
        let long = ["x*erf(a*exp(b*x))", "p = sigmoid(x) + tanh(beta*x); p*x + (1 - p)*alpha*p^2"];
        let deep = format!("{}x{}", "sigmoid(".repeat(20), ")".repeat(20));
        for formula in long.into_iter().chain([deep.as_str(), "xielu(x)*gelu(x)*mish(x)"]) {
            let formula = Formula::parse_with(formula, ogive::catalog::library()).unwrap();
            for id in [formula.typed(), formula.derivatives().x] {
                let whole = formula.print(id);
                for width in [36, 60, 80] {
                    let text = broken(&whole, width, 12);
                    assert!(text.lines().skip(1).all(|line| line.starts_with("              ")));
                    let mut columns = text.lines().map(|line| line.chars().count());
                    assert!(columns.next().unwrap() <= width - 12, "{text}");
                    assert!(columns.all(|columns| columns <= width), "{text}");
                    let read = Formula::parse(&text).unwrap_or_else(|error| panic!("{error}"));
                    assert_eq!(read.print(read.typed()), whole, "{text}");
                }
            }
        }
        assert_eq!(broken("x + 1", 80, 12), "x + 1");
        assert_eq!(broken("alpha**2 * beta > 0", 14, 0), "alpha**2 *\n  beta > 0");
    }
}
