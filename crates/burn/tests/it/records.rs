//! Saving and loading.

use burn::module::Module;
use burn::store::{ModuleRecord, RecordError};
use ogive_burn::{Activation, ActivationConfig};

use crate::support::{flex, vector, wave, with_values};

#[test]
fn a_loaded_module_computes_the_same_bits() {
    let device = flex().autodiff();
    for name in ["prelu", "dice", "mish"] {
        let mut trained = Activation::parse(name, 3, &device).unwrap();
        if !trained.parameters().is_empty() {
            trained = with_values(trained, &[0.1, -0.7, 1.3]);
        }
        trained.forward(wave([5, 3], 0.1, &device) * 4.0);
        let bytes = trained.clone().into_record().into_bytes().unwrap();
        let record = ModuleRecord::from_bytes(bytes).unwrap();
        let loaded = Activation::parse(name, 3, &device).unwrap().load_record(record);
        let x = wave([7, 3], 0.5, &flex());
        let outputs = [trained, loaded].map(|module| vector(module.valid().forward(x.clone())));
        assert_eq!(outputs[0], outputs[1], "{name}");
    }
}

#[test]
fn a_file_is_read_back() {
    let path = std::env::temp_dir().join(format!("ogive-burn-{}.bpk", std::process::id()));
    let module = with_values(Activation::parse("prelu", 2, &flex()).unwrap(), &[0.5, 0.75]);
    module.save_file(&path).unwrap();
    let record = ModuleRecord::load(&path).unwrap();
    let loaded = Activation::parse("prelu", 2, &flex()).unwrap().load_record(record);
    assert_eq!(vector(loaded.parameter("alpha").unwrap()), [0.5, 0.75]);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_record_of_another_shape_is_refused_with_both() {
    let record = Activation::parse("prelu", 4, &flex()).unwrap().into_record();
    let refused = Activation::parse("prelu", 8, &flex()).unwrap().try_load_record(record);
    let Err(RecordError::Validation(message)) = refused else { panic!("it was loaded") };
    assert!(message.contains("parameters.alpha: shape mismatch"), "{message}");
    assert!(
        message.contains("expected Shape { dims: [8] } but record has Shape { dims: [4] }"),
        "{message}"
    );

    let grouped = ActivationConfig::new("prelu").with_channels(8).in_groups(2).init(&flex());
    let record = Activation::parse("prelu", 8, &flex()).unwrap().into_record();
    let refused = grouped.unwrap().try_load_record(record);
    let Err(RecordError::Validation(message)) = refused else { panic!("it was loaded") };
    assert!(message.contains("parameters.alpha"), "{message}");
    assert!(
        message.contains("expected Shape { dims: [2] } but record has Shape { dims: [8] }"),
        "{message}"
    );
}

#[test]
fn a_record_of_another_activation_is_refused() {
    let parse = |text: &str| Activation::parse(text, 4, &flex()).unwrap();
    for (of, into, missing) in [
        ("relu", "gelu", "parameters.gelu"),
        ("prelu", "swish", "parameters.swish"),
        ("prelu", "max(0, x) + 2*alpha*x | alpha = 1 per channel", "2*alpha*x"),
        ("dice", "prelu", "parameters.prelu"),
    ] {
        let refused = parse(into).try_load_record(parse(of).into_record());
        let Err(RecordError::Validation(message)) = refused else { panic!("{of} into {into}") };
        assert!(message.contains(missing), "{of} into {into}: {message}");
    }
    // The same formula in other words is the same.
    let record = parse("a*x + b | a = 1, b = 2").into_record();
    assert!(parse("b+x*a|a=3,b=4").try_load_record(record.clone()).is_err());
    assert!(parse("a*x+b|a=3,b=4").try_load_record(record).is_ok());
    let long: Vec<String> = (1..40).map(|place| format!("max(x, {place})")).collect();
    let long = long.join(" + ");
    assert!(parse(&long).try_load_record(parse(&long).into_record()).is_ok());
    let other = format!("{long} + 1");
    let refused = parse(&other).try_load_record(parse(&long).into_record());
    let Err(RecordError::Validation(message)) = refused else { panic!("it was loaded") };
    // Its start can be read.
    assert!(message.contains("max(x, 1) + max(x, 2) + "), "{message}");
}

#[test]
fn marks_are_no_parameters() {
    assert_eq!(Activation::parse("relu", 1, &flex()).unwrap().num_params(), 0);
    assert_eq!(Activation::parse("prelu", 5, &flex()).unwrap().num_params(), 5);
}
