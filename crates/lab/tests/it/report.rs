//! The HTML report.

use crate::fixture;
use ogive_lab::report::html;

#[test]
fn the_page_fetches_nothing() {
    let page = html(&fixture::results());
    for forbidden in ["src=", "href=", "@import", "url(", "http:", "https:", "<script", "<iframe"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

/// Reads the tags of a page and fails on one that is not closed in order.
fn assert_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = page.strip_prefix("<!DOCTYPE html>").expect("a doctype");
    for (index, _) in body.match_indices('<') {
        let tag = body[index + 1..].split_once('>').expect("a tag is closed").0;
        assert!(!tag.contains('<'), "{tag}");
        let name = tag.split_whitespace().next().expect("a tag has a name");
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in {tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    for (index, _) in body.match_indices('&') {
        let entity = body[index..].split_once(';').expect("an entity ends").0;
        assert!(["&amp", "&lt", "&gt", "&quot", "&#39"].contains(&entity), "{entity}");
    }
}

#[test]
fn the_page_is_well_formed() {
    let page = html(&fixture::results());
    if let Some(path) = std::env::var_os("OGIVE_LAB_REPORT") {
        std::fs::write(path, &page).expect("the report can be written");
    }
    assert_well_formed(&page);
    assert!(!page.contains("NaN") && !page.contains("inf\""));
}

#[test]
fn a_crowd_fits_too() {
    let page = html(&fixture::crowd());
    if let Some(path) = std::env::var_os("OGIVE_LAB_CROWD") {
        std::fs::write(path, &page).expect("the report can be written");
    }
    assert_well_formed(&page);
}

#[test]
fn a_hostile_name_is_text() {
    let mut results = fixture::results();
    results.arms[1].name = "</text><script>alert('&')</script>".to_owned();
    results.settings.data.name = "<b>\"data\"</b>".to_owned();
    let page = html(&results);
    assert_well_formed(&page);
    assert!(!page.contains("<script") && !page.contains("<b>"));
}

#[test]
fn every_section_is_there_in_order() {
    let page = html(&fixture::results());
    let headings = [
        "class=\"verdict\"",
        "Differences",
        "Every run",
        "Learning curves",
        "Shapes",
        "Dead and saturated units",
        "Cost",
        "Learning rates",
        "Settings and environment",
        "What these numbers cover",
    ];
    let places: Vec<usize> = headings
        .iter()
        .map(|heading| page.find(&format!("<h2>{heading}</h2>")).or(page.find(heading)))
        .map(|place| place.expect("a section is missing"))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn sparse_results_give_a_page_too() {
    let mut results = fixture::results();
    results.timings.arms.clear();
    for arm in &mut results.arms {
        arm.grid.clear();
        arm.curves.clear();
        arm.shapes.clear();
        arm.units.clear();
        arm.difference = None;
        for run in &mut arm.runs {
            run.failed = true;
        }
    }
    let page = html(&results);
    assert_well_formed(&page);
    assert!(!page.contains("Learning curves") && !page.contains("NaN"));
}
