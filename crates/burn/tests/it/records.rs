//! Saving and loading.

use std::path::PathBuf;
use std::process::Command;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::{Device, Tensor};
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

/// Linear layers between an activation with slopes, one with running statistics and one whose constraint
/// holds by the way its parameter is computed.
#[derive(Module, Debug)]
struct Network {
    linears: Vec<Linear>,
    prelu: Activation,
    dice: Activation,
    bounded: Activation,
}

impl Network {
    fn new(device: &Device) -> Self {
        let config = |text: &str| ActivationConfig::new(text).with_channels(6);
        let swish = "x*sigmoid(beta*x) | beta = 1 per channel, >= 0.5";
        Network {
            linears: [[4, 6], [6, 6], [6, 6], [6, 1]]
                .map(|[from, to]| LinearConfig::new(from, to).init(device))
                .to_vec(),
            prelu: config("prelu").init(device).unwrap(),
            dice: config("dice").init(device).unwrap(),
            bounded: config(swish).reparametrised().init(device).unwrap(),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let activations = [&self.prelu, &self.dice, &self.bounded];
        let (last, linears) = self.linears.split_last().unwrap();
        let layers = linears.iter().zip(activations);
        last.forward(
            layers.fold(x, |x, (linear, activation)| activation.forward(linear.forward(x))),
        )
    }

    /// Bits of the outputs in evaluation, as text.
    fn evaluated(&self) -> String {
        let y = self.valid().forward(wave([33, 4], 0.7, &flex()));
        let y: Vec<f32> = y.into_data().try_into_vec().unwrap();
        format!("{:x?}", y.into_iter().map(f32::to_bits).collect::<Vec<_>>())
    }
}

/// Set in the process that loads: the record's path.
const RECORD: &str = "OGIVE_BURN_TESTS_RECORD";

#[test]
fn a_trained_network_gives_the_same_bits_in_a_fresh_process() {
    let device = flex().autodiff();
    let mut network = Network::new(&device);
    if let Some(path) = std::env::var_os(RECORD) {
        let path = PathBuf::from(path);
        let network = network.load_record(ModuleRecord::load(&path).unwrap());
        std::fs::write(path.with_extension("bits"), network.evaluated()).unwrap();
        return;
    }
    let untrained = network.evaluated();
    let x = wave([64, 4], 0.2, &device);
    let target = x.clone().sin().sum_dim(1);
    let mut optimizer = AdamConfig::new().init();
    for _ in 0..20 {
        let loss = (network.forward(x.clone()) - target.clone()).square().mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(0.01, network, gradients);
    }
    // Everything that a record has to keep has moved.
    let values = |module: &Activation| -> Vec<f64> {
        module.parameters().into_iter().flat_map(|(_, value)| vector(value)).collect()
    };
    assert!(values(&network.prelu).iter().all(|alpha| *alpha != 0.25));
    assert!(values(&network.dice).iter().all(|alpha| *alpha != 0.0));
    assert!(values(&network.bounded).iter().all(|beta| *beta != 1.0));
    let [mean, variance] = network.dice.running_statistics().unwrap().map(vector);
    assert!(mean.iter().all(|mean| *mean != 0.0) && variance.iter().all(|v| *v != 1.0));

    let path = std::env::temp_dir().join(format!("ogive-burn-fresh-{}.bpk", std::process::id()));
    network.clone().save_file(&path).unwrap();
    let name = "records::a_trained_network_gives_the_same_bits_in_a_fresh_process";
    let fresh = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact"])
        .env(RECORD, &path)
        .output()
        .unwrap();
    assert!(fresh.status.success(), "{}", String::from_utf8_lossy(&fresh.stdout));
    let bits = std::fs::read_to_string(path.with_extension("bits")).unwrap();
    assert_eq!(bits, network.evaluated());
    assert_ne!(bits, untrained);
    std::fs::remove_file(path.with_extension("bits")).unwrap();
    std::fs::remove_file(path).unwrap();
}
