//! Saving and loading.

use burn::module::Module;
use burn::store::{ModuleRecord, RecordError};
use ogive_burn::Activation;

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
    assert!(message.contains("parameters.0") && message.contains("[8]"), "{message}");
    assert!(message.contains("[4]"), "{message}");

    let record = Activation::parse("dice", 4, &flex()).unwrap().into_record();
    let refused = Activation::parse("prelu", 4, &flex()).unwrap().try_load_record(record);
    let Err(RecordError::Validation(message)) = refused else { panic!("it was loaded") };
    assert!(message.contains("running_mean"), "{message}");
}
