//! Data sets: reading, refusing, splitting, scaling.

use std::fs;
use std::path::PathBuf;

use ogive_lab::Error;
use ogive_lab::data::{Dataset, Split, Standardized, Target, Task, Values};

/// Reads text as if it were the file `name.csv`.
fn read(name: &str, bytes: &[u8], target: &str, task: Option<Task>) -> Result<Dataset, Error> {
    let folder: PathBuf =
        std::env::temp_dir().join(format!("ogive-lab-data-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join(format!("{name}.csv"));
    fs::write(&path, bytes).expect("a file for the test");
    let dataset = Dataset::from_csv(&path, target, task);
    fs::remove_file(&path).expect("the file of the test");
    dataset
}

/// A header and 40 rows; `target` makes the last cell from the row number.
fn table(header: &str, target: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> =
        (0..40).map(|row| format!("{row},{}.5,{}\n", row % 7, target(row))).collect();
    let rows = rows.concat();
    format!("{header}\n{rows}")
}

#[test]
fn the_digits_are_complete() {
    let digits = Dataset::digits().unwrap();
    assert_eq!((digits.rows, digits.columns(), digits.classes()), (1797, 64, Some(10)));
    assert_eq!(digits.features.len(), 1797 * 64);
    assert!(digits.features.iter().all(|pixel| (0.0..=16.0).contains(pixel)));
    assert!(digits.attribution.unwrap().contains("CC BY 4.0"));
    let Target::Classes { labels, names } = &digits.target else { panic!("digits are classes") };
    assert_eq!(names[..], ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    // `numpy.bincount(sklearn.datasets.load_digits().target)` and `.data.sum()`.
    let counts: Vec<usize> =
        (0..10).map(|class| labels.iter().filter(|label| **label == class).count()).collect();
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    assert_eq!(digits.features.iter().map(|pixel| f64::from(*pixel)).sum::<f64>(), 561_718.0);
}

#[test]
fn the_target_decides_the_task() {
    let task = |target: fn(usize) -> String, forced| {
        let dataset = read("task", table("a,b,y", target).as_bytes(), "y", forced);
        dataset.map(|dataset| (dataset.task(), dataset.classes()))
    };
    let classes = |n| (Task::Classification, Some(n));
    let numbers = (Task::Regression, None);
    assert_eq!(task(|row| (row % 3).to_string(), None).unwrap(), classes(3));
    assert_eq!(task(|row| format!("{}.5", row % 3), None).unwrap(), numbers);
    assert_eq!(task(|row| (row % 25).to_string(), None).unwrap(), numbers);
    assert_eq!(task(|row| ["no", "yes"][row % 2].to_owned(), None).unwrap(), classes(2));
    assert_eq!(task(|row| (row % 3).to_string(), Some(Task::Regression)).unwrap(), numbers);
    let forced = task(|row| format!("{}.5", row % 3), Some(Task::Classification));
    assert_eq!(forced.unwrap(), classes(3));
}

#[test]
fn class_names_are_sorted_as_what_they_are() {
    let names = |target: fn(usize) -> String| {
        let dataset = read("names", table("a,b,y", target).as_bytes(), "y", None).unwrap();
        match dataset.target {
            Target::Classes { labels, names } => (labels[0], names),
            Target::Numbers(_) => panic!("these are classes"),
        }
    };
    let (first, numbers) = names(|row| ["10", "9", "10.0", "-1"][row % 4].to_owned());
    assert_eq!((first, numbers), (2, vec!["-1".to_owned(), "9".to_owned(), "10".to_owned()]));
    let (first, words) = names(|row| ["pear", "apple"][row % 2].to_owned());
    assert_eq!((first, words), (1, vec!["apple".to_owned(), "pear".to_owned()]));
}

#[test]
fn marks_and_line_ends_do_not_matter() {
    let plain = table("a,b,y", |row| (row % 2).to_string());
    let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    let expected = read("ends", plain.as_bytes(), "y", None).unwrap();
    assert_eq!(read("ends", windows.as_bytes(), "y", None).unwrap(), expected);
    let spaced = plain.replace(',', " , ");
    assert_eq!(read("ends", spaced.as_bytes(), "y", None).unwrap(), expected);
}

#[test]
fn every_refusal_says_where_and_how_to_mend_it() {
    let good = || table("a,b,y", |row| (row % 2).to_string());
    let cell = |cell: &str| good().replacen("4,4.5,0", &format!("4,{cell},0"), 1);
    let target = |target: fn(usize) -> String| table("a,b,y", target);
    #[rustfmt::skip]
    let cases: Vec<(String, &str, &[&str])> = vec![
        (String::new(), "y", &["bad: the file is empty", "header"]),
        ("\n\n".into(), "y", &["empty"]),
        ("a,b,y\n".into(), "y", &["no row below it"]),
        ("a,b,y\n1,2,0\n3,4,1\n".into(), "y", &["found 2 rows", "at least 30"]),
        (good() + "1,2\n", "y", &["line 42", "found 2 cells, expected 3"]),
        (good(), "Y ", &["no column is called \"Y \"", "\"a\", \"b\", \"y\""]),
        (table("width,height,species", |row| (row % 2).to_string()), "specie", &["did you mean \"species\"?"]),
        ("1,2,3\n4,5,6\n".into(), "y", &["add a header"]),
        ("a;b;y\n1;2;3\n".into(), "y", &["separate the cells by commas"]),
        (cell(""), "y", &["line 6", "\"b\"", "blank", "fill it in"]),
        (cell("red"), "y", &["line 6", "\"b\"", "\"red\" is not a number", "encode"]),
        (cell("NaN"), "y", &["line 6", "\"NaN\" is not a finite number"]),
        (cell("-inf"), "y", &["line 6", "not a finite number"]),
        (cell("1e39"), "y", &["line 6", "larger than a 32-bit float"]),
        (target(|_| "1".into()), "y", &["same class, \"1\"", "two classes"]),
        (target(|_| "1.5".into()), "y", &["same value, 1.5", "varies"]),
        (target(|row| if row == 5 { "NaN".into() } else { row.to_string() }), "y", &["line 7", "not a finite number"]),
        (target(|row| if row < 2 { "rare".into() } else { format!("c{}", row % 2) }), "y", &["1 of 3 classes", "\"rare\"", "merge"]),
        (table("a,a,y", |row| (row % 2).to_string()), "y", &["two columns called \"a\""]),
        (table("a,,y", |row| (row % 2).to_string()), "y", &["column 2 has no name"]),
        ("y\n1\n2\n".into(), "y", &["the only column"]),
    ];
    for (text, target, expected) in cases {
        let message = read("bad", text.as_bytes(), target, None).expect_err(&text).to_string();
        for part in expected {
            assert!(message.contains(part), "{part:?} is missing in {message:?}");
        }
    }
    let mut latin = good().into_bytes();
    latin.extend(b"caf\xe9,1,0\n");
    let message = read("bad", &latin, "y", None).expect_err("not UTF-8").to_string();
    assert!(message.contains("line 42") && message.contains("UTF-8"), "{message}");
    let word = target(|row| if row == 3 { "x".into() } else { row.to_string() });
    let message = read("bad", word.as_bytes(), "y", Some(Task::Regression)).expect_err("a word");
    assert!(message.to_string().contains("line 5"), "{message}");
    let missing = Dataset::from_csv(std::path::Path::new("/no/such.csv"), "y", None);
    let message = missing.expect_err("there is no such file").to_string();
    assert!(message.contains("/no/such.csv") && message.contains("check the path"), "{message}");
}

#[test]
fn a_split_is_stratified_complete_and_made_by_its_seed_alone() {
    let digits = Dataset::digits().unwrap();
    let split = Split::new(&digits, 0);
    assert_eq!(split, Split::new(&digits, 0));
    assert_ne!(split, Split::new(&digits, 1));
    let mut all = [split.train.clone(), split.validation.clone(), split.test.clone()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..1797).collect::<Vec<_>>());
    assert_eq!(split.validation.len(), split.test.len());
    assert!(split.test.len().abs_diff(1797 / 5) <= 5, "{}", split.test.len());
    let Target::Classes { labels, .. } = &digits.target else { panic!("digits are classes") };
    for class in 0..10 {
        let count = |rows: &[usize]| rows.iter().filter(|row| labels[**row] == class).count();
        assert_eq!(count(&split.validation), count(&split.test));
        assert!((34..=37).contains(&count(&split.test)));
    }
}

#[test]
fn a_class_of_three_is_in_every_part() {
    let rare = |row: usize| if row < 3 { "rare".to_owned() } else { "common".to_owned() };
    let dataset = read("rare", table("a,b,y", rare).as_bytes(), "y", None).unwrap();
    let split = Split::new(&dataset, 4);
    for part in [&split.train, &split.validation, &split.test] {
        assert_eq!(part.iter().filter(|row| **row < 3).count(), 1);
    }
}

#[test]
fn scales_come_from_the_training_rows() {
    let rows: Vec<String> =
        (0..40).map(|row| format!("{row},3,{}\n", f64::from(row) * 2.5)).collect();
    let text = format!("a,constant,y\n{}", rows.concat());
    let dataset = read("scale", text.as_bytes(), "y", None).unwrap();
    let split = Split::new(&dataset, 0);
    let data = Standardized::new(&dataset, &split);
    assert_eq!((data.columns, data.classes), (2, None));
    assert_eq!((data.train.rows, data.validation.rows, data.test.rows), (24, 8, 8));
    let column: Vec<f64> = data.train.features.iter().step_by(2).map(|x| f64::from(*x)).collect();
    let mean = column.iter().sum::<f64>() / 24.0;
    let variance = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 24.0;
    assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-6);
    assert!(data.test.features.iter().skip(1).step_by(2).all(|x| *x == 0.0), "constant becomes 0");
    let scale = data.target_scale.unwrap();
    let Values::Numbers(targets) = &data.test.targets else { panic!("these are numbers") };
    let Target::Numbers(original) = &dataset.target else { panic!("these are numbers") };
    for (target, row) in targets.iter().zip(&split.test) {
        let back = f64::from(*target) * scale.deviation + scale.mean;
        assert!((back - f64::from(original[*row])).abs() < 1e-4);
    }
}
