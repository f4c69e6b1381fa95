//! Progress on the standard error: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use ogive_lab::Progress;

use crate::printer::tell;

/// Shows one phase after the other.
pub(crate) struct Bars {
    bar: Mutex<ProgressBar>,
    terminal: bool,
    total: AtomicUsize,
    done: AtomicUsize,
}

impl Bars {
    pub(crate) fn new() -> Self {
        Bars {
            bar: Mutex::new(ProgressBar::hidden()),
            terminal: std::io::stderr().is_terminal(),
            total: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        }
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        self.with_bar(|bar| bar.finish_and_clear());
    }

    fn with_bar(&self, act: impl FnOnce(&mut ProgressBar)) {
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        act(&mut bar);
    }
}

impl Progress for Bars {
    fn phase(&self, name: &str, runs: usize) {
        self.total.store(runs, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        if !self.terminal {
            let word = if runs == 1 { "run" } else { "runs" };
            tell(format_args!("{name}: {runs} {word}"));
            return;
        }
        let style = "{prefix} [{bar:24}] {pos}/{len}, {eta} left";
        let style = ProgressStyle::with_template(style)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        self.with_bar(|bar| {
            bar.finish_and_clear();
            *bar = ProgressBar::new(runs as u64).with_style(style).with_prefix(name.to_owned());
            bar.tick();
        });
    }

    fn finished(&self) {
        self.with_bar(|bar| bar.inc(1));
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.total.load(Ordering::Relaxed);
        // A log wants few lines: one for each quarter.
        let quarter = |done: usize| 4 * done / total.max(1);
        if !self.terminal && quarter(done) > quarter(done - 1) {
            tell(format_args!("  {done} of {total}"));
        }
    }
}
