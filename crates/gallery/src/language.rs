//! The language of formulas as a page.

use ogive::formula::language::TEXT;
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};

use crate::site::frame;

/// The page; its text is the documentation of the compiler.
pub(crate) fn page() -> String {
    let mut code = false;
    let events = Parser::new(TEXT).map(|event| match event {
        Event::Start(Tag::CodeBlock(_)) => {
            code = true;
            event
        }
        Event::End(TagEnd::CodeBlock) => {
            code = false;
            event
        }
        Event::Text(text) if code => Event::Text(shown(&text)),
        _ => event,
    });
    let mut body = String::from("<nav><a href=\"index.html\">All activations</a></nav>\n<main>\n");
    html::push_html(&mut body, events);
    let body = body.replace("<pre>", "<pre tabindex=\"0\">");
    frame("The language of formulas", &format!("{body}</main>\n"))
}

/// An example without the lines that only its test needs.
fn shown(code: &str) -> CowStr<'static> {
    let lines = code.lines().filter(|line| !line.starts_with("# "));
    lines.flat_map(|line| [line, "\n"]).collect::<String>().into()
}
