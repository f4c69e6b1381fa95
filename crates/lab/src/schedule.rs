//! Runs tasks side by side, one per core, each on one thread.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::Error;
use crate::data::Standardized;
use crate::record::{Record, Store, Task};
use crate::results::Measure;
use crate::train::train;

/// Told of what happens while a comparison runs; called from several threads.
pub trait Progress: Sync {
    /// A phase begins, of so many runs.
    fn phase(&self, name: &str, runs: usize);
    /// One run of the phase is finished.
    fn finished(&self);
}

/// What all runs of a comparison share.
pub(crate) struct Bench<'a> {
    pub(crate) data: &'a Standardized,
    pub(crate) measure: &'a Measure,
    pub(crate) store: &'a Store,
    pub(crate) jobs: usize,
    /// Whether finished runs of an earlier call are taken as they are.
    pub(crate) resume: bool,
    /// Set from outside to end early: runs under way finish, no other begins.
    pub(crate) stop: &'a AtomicBool,
    pub(crate) progress: &'a dyn Progress,
}

impl Bench<'_> {
    /// The records of the tasks, in their order; `None` for those that were not begun.
    pub(crate) fn run(&self, tasks: &[Task], name: &str) -> Result<Vec<Option<Record>>, Error> {
        self.progress.phase(name, tasks.len());
        let next = AtomicUsize::new(0);
        let failed = AtomicBool::new(false);
        let done = Mutex::new((vec![None; tasks.len()], None));
        let work = || {
            while !self.stop.load(Ordering::Relaxed) && !failed.load(Ordering::Relaxed) {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(task) = tasks.get(place) else { break };
                let outcome = self.one(task);
                // A panicking worker ends the program; the lock cannot be poisoned before that.
                let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                match outcome {
                    Ok(record) => {
                        self.progress.finished();
                        done.0[place] = Some(record);
                    }
                    Err(error) => {
                        failed.store(true, Ordering::Relaxed);
                        done.1.get_or_insert(error);
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            // This thread works too, so that there is one even if no other can be had.
            for _ in 1..side_by_side(self.jobs).min(tasks.len()) {
                let thread = std::thread::Builder::new();
                if thread.spawn_scoped(scope, || on_one_thread(work)).is_err() {
                    break;
                }
            }
            on_one_thread(work);
        });
        let (records, error) = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        error.map_or(Ok(records), Err)
    }

    fn one(&self, task: &Task) -> Result<Record, Error> {
        if self.resume
            && let Some(record) = self.store.load(task, self.data)?
        {
            return Ok(record);
        }
        let record = train(task, self.data, self.measure)?;
        self.store.save(&record)?;
        Ok(record)
    }
}

/// How many runs go side by side when so many are asked for: more than four per core only wait for
/// each other.
pub(crate) fn side_by_side(jobs: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    jobs.clamp(1, 4 * cores)
}

/// Runs `work` in a thread pool of one thread, so that no library below uses more: results then do
/// not depend on how many runs go side by side.
pub(crate) fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        // No thread to be had: the caller's is as good.
        Err(_) => work(),
    }
}
