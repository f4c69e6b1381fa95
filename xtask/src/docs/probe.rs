//! Probes in a copy of the pages: each says how wide it is and what it lacks.

use std::fs;
use std::path::Path;

use super::browser::Seen;

/// Widths in CSS pixels: a phone, a screen.
const WIDTHS: [u32; 2] = [390, 1200];

/// Reports to the harness: what is wider than the window, what failed, which links lead nowhere known.
const PROBE: &str = r#"<script>
const failures = [];
addEventListener("error", event => failures.push(event.message || event.target.outerHTML), true);
addEventListener("load", () => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) failures.push("wider than the window by " + wide);
  if (![...document.styleSheets].some(sheet => sheet.href)) failures.push("no style sheet");
  if (!document.querySelector("h1")) failures.push("no heading");
  for (const drawn of document.querySelectorAll("svg[role], math"))
    if (drawn.getBoundingClientRect().width < 8) failures.push("an empty picture or formula");
  for (const cases of document.querySelectorAll("mtable.cases")) {
    const height = of => of.getBoundingClientRect().height;
    if (height(cases.previousElementSibling) < .8 * height(cases)) failures.push("a brace that does not grow");
  }
  const links = [...document.querySelectorAll("a[href]")].map(link => link.getAttribute("href"));
  parent.postMessage(JSON.stringify({ page: location.href.split("/").pop(), width: innerWidth, failures, links }), "*");
});
</script>
"#;

fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "html")
}

/// Copies the gallery with a probe in each page and a harness around all; the names of its files.
pub(super) fn prepare(gallery: &Path, copy: &Path) -> Result<Vec<String>, String> {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    fs::create_dir_all(copy).map_err(|error| failed(copy, error))?;
    let mut files = Vec::new();
    for entry in fs::read_dir(gallery).map_err(|error| failed(gallery, error))?.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let to = copy.join(&name);
        if is_page(&name) {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            let text = text.replacen("<head>", &format!("<head>{PROBE}"), 1);
            fs::write(&to, text).map_err(|error| failed(&to, error))?;
        } else {
            fs::copy(&path, &to).map_err(|error| failed(&path, error))?;
        }
        files.push(name);
    }
    let pages = files.iter().filter(|name| is_page(name));
    let frames: String = pages
        .flat_map(|page| WIDTHS.map(|width| {
            format!("<iframe src=\"{page}\" style=\"width:{width}px;height:844px;border:0\"></iframe>\n")
        }))
        .collect();
    let harness = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><script>\n\
         addEventListener(\"message\", event => {{ const line = document.createElement(\"p\");\n\
         line.textContent = \"seen \" + event.data; document.body.prepend(line); }});\n</script><body>{frames}"
    );
    let to = copy.join("harness.html");
    fs::write(&to, harness).map_err(|error| failed(&to, error))?;
    Ok(files)
}

/// Whether each page was seen at each width without a failure; how many there are.
pub(super) fn judge(files: &[String], seen: &Seen) -> Result<usize, String> {
    let mut wrong: Vec<String> = seen.complaints.clone();
    let mut seen_pages = 0;
    for line in seen.document.split("seen {").skip(1) {
        let line = line.split("</p>").next().unwrap_or(line);
        let text = line.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
        let text = format!("{{{}", text.replace("&amp;", "&"));
        let told: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| format!("a probe says {text}: {error}"))?;
        seen_pages += 1;
        let page = told["page"].as_str().unwrap_or("?");
        for failure in told["failures"].as_array().into_iter().flatten() {
            wrong.push(format!("{page} at {} pixels: {failure}", told["width"]));
        }
        for target in told["links"].as_array().into_iter().flatten() {
            let target = target.as_str().unwrap_or("?");
            if !files.iter().any(|file| file == target) {
                wrong.push(format!("{page} leads to {target}, which is not there"));
            }
        }
    }
    let pages = files.iter().filter(|name| is_page(name)).count();
    let wanted = pages * WIDTHS.len();
    if seen_pages != wanted {
        wrong.push(format!("{seen_pages} of {wanted} pages were seen"));
    }
    if wrong.is_empty() { Ok(pages) } else { Err(wrong.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(document: &str, complaints: &[&str]) -> Result<usize, String> {
        let complaints = complaints.iter().map(|text| (*text).to_owned()).collect();
        judge(&["a.html".into()], &Seen { document: document.to_owned(), complaints })
    }

    #[test]
    fn what_is_wrong_is_told() {
        let report = |width: u32, rest: &str| {
            format!("<p>seen {{\"page\":\"a.html\",\"width\":{width},{rest}}}</p>")
        };
        let fine = "\"failures\":[],\"links\":[\"a.html\"]";
        let both = report(390, fine) + &report(1200, fine);
        assert_eq!(judged(&both, &[]), Ok(1));
        for (document, complaints, wanted) in [
            (report(390, fine), vec![], "1 of 2"),
            (both.clone(), vec!["0:CONSOLE: oh"], "oh"),
            (both.replacen("[]", "[\"wider than the window by 4\"]", 1), vec![], "wider"),
            (both.replacen("[\"a.html\"]", "[\"b.html\"]", 1), vec![], "b.html"),
        ] {
            let told = judged(&document, &complaints).unwrap_err();
            assert!(told.contains(wanted), "{told}");
        }
    }
}
