//! Replicas that share their statistics are one machine.

use std::sync::{Arc, Barrier, Mutex};

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use ogive::SampleMoments;
use ogive_burn::{Activation, ActivationConfig, Replicas};

use crate::support::{assert_near, flex, vector, wave};

/// Threads that wait for each other.
#[derive(Debug)]
struct Meeting {
    place: usize,
    table: Arc<Table>,
}

#[derive(Debug)]
struct Table {
    barrier: Barrier,
    moments: Mutex<Vec<Vec<SampleMoments>>>,
    sums: Mutex<Vec<Vec<f64>>>,
}

impl Table {
    fn met<T: Clone>(&self, place: usize, on: &Mutex<Vec<T>>, own: T) -> Vec<T> {
        on.lock().unwrap()[place] = own;
        self.barrier.wait();
        let all = on.lock().unwrap().clone();
        self.barrier.wait();
        all
    }
}

impl Replicas for Meeting {
    fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments> {
        let all = self.table.met(self.place, &self.table.moments, own);
        let channels = 0..all[0].len();
        channels
            .map(|c| {
                all.iter().map(|of| of[c]).fold(SampleMoments::default(), SampleMoments::merged)
            })
            .collect()
    }

    fn summed(&self, own: Vec<f64>) -> Vec<f64> {
        let all = self.table.met(self.place, &self.table.sums, own);
        (0..all[0].len()).map(|i| all.iter().map(|of| of[i]).sum()).collect()
    }
}

fn config() -> ActivationConfig {
    ActivationConfig::new("dice").with_channels(3).with_parameter("alpha", 0.25)
}

/// y, dx, dalpha and the running statistics.
type Found = (Vec<f64>, Vec<f64>, Vec<f64>, [Vec<f64>; 2]);

fn run(module: &Activation, x: Tensor<3>, dy: Tensor<3>) -> Found {
    let x = x.detach().require_grad();
    let y = module.forward(x.clone());
    // Two passes of the same network must not mix up their meetings.
    let gradients = (y.clone() * dy).sum().backward();
    let dalpha = module.parameter("alpha").unwrap().grad(&gradients).unwrap();
    let running = module.running_statistics().unwrap().map(vector);
    (vector(y), vector(x.grad(&gradients).unwrap()), vector(dalpha), running)
}

/// Parts of a batch of ten, seen by as many threads, against one machine that sees all.
fn check(device: &Device, config: &ActivationConfig, cuts: &[usize], tolerance: f64) {
    let whole = |phase: f64| wave([10, 3, 4], phase, device).cast(DType::F64);
    let (x, dy) = (whole(0.4), whole(1.3));
    let one = config.init(device).unwrap();
    let wanted = run(&one, x.clone(), dy.clone());
    let count = cuts.len() - 1;
    let table = Arc::new(Table {
        barrier: Barrier::new(count),
        moments: Mutex::new(vec![Vec::new(); count]),
        sums: Mutex::new(vec![Vec::new(); count]),
    });
    let found: Vec<Found> = std::thread::scope(|scope| {
        let threads: Vec<_> = cuts
            .windows(2)
            .enumerate()
            .map(|(place, cut)| {
                let rows = cut[0]..cut[1];
                let [x, dy] = [&x, &dy].map(|all| all.clone().slice([rows.clone(), 0..3, 0..4]));
                let replicas = Arc::new(Meeting { place, table: Arc::clone(&table) });
                let module = config.init(device).unwrap().with_replicas(replicas);
                scope.spawn(move || run(&module, x, dy))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let joined =
        |of: fn(&Found) -> &Vec<f64>| found.iter().flat_map(of).copied().collect::<Vec<_>>();
    for (found, wanted) in joined(|found| &found.0).iter().zip(&wanted.0) {
        assert_near(*found, *wanted, tolerance, 1.0, "y");
    }
    for (found, wanted) in joined(|found| &found.1).iter().zip(&wanted.1) {
        assert_near(*found, *wanted, tolerance, 1.0, "dx");
    }
    assert_eq!(joined(|found| &found.1).len(), wanted.1.len());
    for (place, wanted_sum) in wanted.2.iter().enumerate() {
        let sum = found.iter().map(|of| of.2[place % of.2.len()]).sum();
        assert_near(sum, *wanted_sum, 1e-6, 1.0, "dalpha");
    }
    for of in &found {
        for (found, wanted) in of.3.iter().flatten().zip(wanted.3.iter().flatten()) {
            assert_near(*found, *wanted, 1e-6, 1.0, "running");
        }
    }
}

#[test]
fn together_they_are_one_machine() {
    let device = flex().autodiff();
    for cuts in [&[0, 5, 10][..], &[0, 1, 10], &[0, 3, 4, 10], &[0, 0, 10]] {
        check(&device, &config(), cuts, 1e-13);
    }
}

#[test]
fn with_values_per_element_too() {
    let config = config().per_element().with_sample([3, 4]);
    check(&flex().autodiff(), &config, &[0, 4, 10], 1e-13);
}

#[test]
#[cfg(feature = "ndarray")]
#[allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")]
fn on_another_backend_too() {
    check(&Device::ndarray().autodiff(), &config(), &[0, 4, 10], 1e-12);
}

/// Counts how often it is asked, there and on the way back.
#[derive(Debug)]
struct Counting(Mutex<[usize; 2]>);
impl Replicas for Counting {
    fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments> {
        self.0.lock().unwrap()[0] += 1;
        own
    }

    fn summed(&self, own: Vec<f64>) -> Vec<f64> {
        self.0.lock().unwrap()[1] += 1;
        own
    }
}

#[test]
fn padding_of_a_whole_part_keeps_the_others_going() {
    let device = flex().autodiff();
    let counting = Arc::new(Counting(Mutex::new([0; 2])));
    let module = config().init(&device).unwrap().with_replicas(counting.clone());
    let x = wave([4, 3], 0.1, &device).require_grad();
    let padding = Tensor::<1, burn::tensor::Bool>::full([4], true, &device);
    let y = module.forward_padded(x, padding);
    y.sum().backward();
    assert_eq!(*counting.0.lock().unwrap(), [1, 1]);
    // In evaluation nobody is asked.
    module.valid().forward(wave([4, 3], 0.1, &flex()));
    assert_eq!(*counting.0.lock().unwrap(), [1, 1]);
}

#[test]
fn moments_of_other_channels_are_refused() {
    #[derive(Debug)]
    struct Wrong;
    impl Replicas for Wrong {
        fn merged(&self, _: Vec<SampleMoments>) -> Vec<SampleMoments> {
            vec![SampleMoments::default(); 2]
        }
        fn summed(&self, own: Vec<f64>) -> Vec<f64> {
            own
        }
    }
    let device = flex().autodiff();
    let module = config().init(&device).unwrap().with_replicas(Arc::new(Wrong));
    let error = module.try_forward(wave([4, 3], 0.1, &device)).unwrap_err().to_string();
    assert!(error.contains("2 channels") && error.contains("there are 3"), "{error}");
}

#[test]
fn moments_of_different_counts_are_refused() {
    #[derive(Debug)]
    struct Uneven;
    impl Replicas for Uneven {
        fn merged(&self, mut own: Vec<SampleMoments>) -> Vec<SampleMoments> {
            own[2].count += 1.0;
            own
        }
        fn summed(&self, own: Vec<f64>) -> Vec<f64> {
            own
        }
    }
    let device = flex().autodiff();
    let module = config().init(&device).unwrap().with_replicas(Arc::new(Uneven));
    let error = module.try_forward(wave([4, 3], 0.1, &device)).unwrap_err().to_string();
    assert!(error.contains("4 elements") && error.contains("of 5 for another"), "{error}");
}

#[test]
fn constant_statistics_are_not_summed() {
    let device = flex().autodiff();
    let counting = Arc::new(Counting(Mutex::new([0; 2])));
    let module = config().with_constant_statistics().init(&device).unwrap();
    let module = module.with_replicas(counting.clone());
    module.forward(wave([4, 3], 0.1, &device).require_grad()).sum().backward();
    assert_eq!(*counting.0.lock().unwrap(), [1, 0]);
}
