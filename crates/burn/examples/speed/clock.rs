//! The processor's time, which other programs on the machine do not lengthen by taking turns with this one.

use std::fs;
use std::sync::OnceLock;
use std::thread;
use std::time::Instant;

/// Milliseconds that all threads of this process have computed so far; where the system does not tell
/// (Linux does), those of a clock on the wall.
pub(crate) fn now() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    // The account of a running thread is brought up to date when it offers its turn to others.
    thread::yield_now();
    computed().unwrap_or_else(|| start.elapsed().as_secs_f64() * 1e3)
}

/// The sum over the threads of the first number of `schedstat`, nanoseconds on a processor.
fn computed() -> Option<f64> {
    let mut sum = 0.0;
    for thread in fs::read_dir("/proc/self/task").ok()? {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        sum += text.split_whitespace().next()?.parse::<f64>().ok()?;
    }
    Some(sum / 1e6)
}
