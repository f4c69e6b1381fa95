//! The table for the terminal.

use crate::fixture;
use ogive_lab::table::terminal;

#[test]
fn the_table_of_the_fixture() {
    insta::assert_snapshot!(terminal(&fixture::results(), false));
}

#[test]
fn the_table_of_a_crowd() {
    insta::assert_snapshot!(terminal(&fixture::crowd(), false));
}

#[test]
fn no_line_is_wider_than_80_columns() {
    let mut results = fixture::results();
    results.verdict = format!("{} {}", "x".repeat(200), results.verdict);
    for arm in &mut results.arms {
        arm.mean *= 1e9;
    }
    let table = terminal(&results, false);
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{table}");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let results = fixture::results();
    let colored = terminal(&results, true);
    assert!(colored.contains("\u{1b}[31mworse\u{1b}[0m"));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').expect("a colour code ends in m").1;
    }
    assert_eq!(plain + rest, terminal(&results, false));
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let mut results = fixture::results();
    results.arms[1].name = "evil\u{1b}[2J".to_owned();
    assert!(!terminal(&results, false).contains('\u{1b}'));
}
