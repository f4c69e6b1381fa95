//! Replicas that share their statistics are one machine.

use std::sync::{Arc, Barrier, Mutex};

use candle_core::{DType, ModuleT, Tensor, Var};
use ogive::SampleMoments;
use ogive_candle::{ActivationConfig, Replicas};

use crate::support::{assert_all_near, built_in, vector, wave};

/// Two threads that wait for each other.
#[derive(Debug)]
struct Meeting {
    place: usize,
    table: Arc<Table>,
}

#[derive(Debug)]
struct Table {
    barrier: Barrier,
    moments: Mutex<[Vec<SampleMoments>; 2]>,
    sums: Mutex<[Vec<f64>; 2]>,
}

impl Meeting {
    fn met<T: Clone>(&self, on: &Mutex<[Vec<T>; 2]>, own: Vec<T>) -> [Vec<T>; 2] {
        on.lock().unwrap()[self.place] = own;
        self.table.barrier.wait();
        let all = on.lock().unwrap().clone();
        self.table.barrier.wait();
        all
    }
}

impl Replicas for Meeting {
    fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments> {
        let [first, second] = self.met(&self.table.moments, own);
        first.into_iter().zip(second).map(|(a, b)| a.merged(b)).collect()
    }

    fn summed(&self, own: Vec<f64>) -> Vec<f64> {
        let [first, second] = self.met(&self.table.sums, own);
        first.into_iter().zip(second).map(|(a, b)| a + b).collect()
    }
}

#[test]
fn two_replicas_are_one_machine() {
    let config = ActivationConfig::new("dice").with_channels(3).with_parameter("alpha", 0.25);
    let run = |replicas: Option<Arc<dyn Replicas>>, x: &Tensor, dy: &Tensor| {
        let (mut module, _) = built_in(&config, DType::F64);
        if let Some(replicas) = replicas {
            module = module.with_replicas(replicas);
        }
        let x = Var::from_tensor(&x.detach().copy().unwrap()).unwrap();
        let y = module.forward_t(&x, true).unwrap();
        let loss = (&y * dy).unwrap().sum_all().unwrap();
        let dx = vector(loss.backward().unwrap().get(&x).unwrap());
        (vector(&y), dx, module.running_statistics().unwrap().map(vector).concat())
    };
    let (x, dy) = (wave(&[10, 3, 4], 0.4), wave(&[10, 3, 4], 1.3));
    let (y, dx, running) = run(None, &x, &dy);
    let table = Arc::new(Table {
        barrier: Barrier::new(2),
        moments: Mutex::default(),
        sums: Mutex::default(),
    });
    let parts: Vec<_> = std::thread::scope(|scope| {
        let threads = [(0, 0, 3), (1, 3, 7)].map(|(place, start, length)| {
            let replicas = Arc::new(Meeting { place, table: Arc::clone(&table) });
            let [x, dy] = [&x, &dy].map(|all| all.narrow(0, start, length).unwrap());
            let run = &run;
            scope.spawn(move || run(Some(replicas), &x, &dy))
        });
        threads.map(|thread| thread.join().unwrap()).into_iter().collect()
    });
    assert_all_near(&[&parts[0].0[..], &parts[1].0].concat(), &y, 1e-13, "y");
    assert_all_near(&[&parts[0].1[..], &parts[1].1].concat(), &dx, 1e-13, "dx");
    assert_all_near(&parts[0].2, &running, 1e-13, "running");
    assert_all_near(&parts[1].2, &running, 1e-13, "running");
}
