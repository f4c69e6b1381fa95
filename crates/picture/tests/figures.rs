//! Pictures of any curves can be drawn, and stay within their bounds.

use ogive_picture::{Curve, Figure, Panel};
use proptest::prelude::*;

fn figure(panels: Vec<Vec<Vec<(f64, f64)>>>) -> Figure {
    let panels = panels
        .into_iter()
        .enumerate()
        .map(|(number, curves)| Panel {
            title: format!("panel <{number}> & \"more\""),
            curves: curves
                .into_iter()
                .enumerate()
                .map(|(place, points)| Curve { label: format!("beta = {place}"), points })
                .collect(),
        })
        .collect();
    Figure { title: "a & b".into(), panels }
}

fn line(slope: f64) -> Vec<(f64, f64)> {
    (-50..=50).map(|k| f64::from(k) / 10.0).map(|x| (x, slope * x)).collect()
}

#[test]
fn a_family_in_the_terminal() {
    let drawn =
        figure(vec![vec![line(1.0)], vec![line(0.0), line(0.5), line(1.0)]]).terminal(false);
    insta::assert_snapshot!(drawn.join("\n"));
    let colored = figure(vec![vec![line(1.0)]]).terminal(true).join("");
    assert!(colored.contains("\x1b[34m") && colored.contains("\x1b[0m"));
}

#[test]
fn a_figure_for_a_paper() {
    let svg = figure(vec![vec![vec![(-1.0, 0.0), (0.0, f64::NAN), (1.0, 1.0)]]]).svg();
    insta::assert_snapshot!(svg);
}

proptest! {
    #[test]
    fn any_curves_can_be_drawn(
        panels in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(any::<f64>(), 1..40), 1..6),
            0..5,
        ),
    ) {
        let panels = panels
            .into_iter()
            .map(|curves| {
                let points = |ys: Vec<f64>| {
                    ys.into_iter().enumerate().map(|(x, y)| (x as f64, y)).collect()
                };
                curves.into_iter().map(points).collect()
            })
            .collect();
        let figure = figure(panels);
        for text in [figure.svg(), figure.inline()] {
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
            prop_assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
        }
        for line in figure.terminal(false) {
            prop_assert!(line.chars().count() <= 80, "{}", line);
            prop_assert_eq!(line.trim_end(), &line);
        }
    }
}
