//! Progress on the standard error: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use ogive_lab::Progress;

use crate::printer::tell;

/// Shows one phase after the other.
pub(crate) struct Bars {
    bar: Mutex<ProgressBar>,
    terminal: bool,
    total: AtomicUsize,
    done: AtomicUsize,
    long: AtomicBool,
}

impl Bars {
    pub(crate) fn new() -> Self {
        Bars {
            bar: Mutex::new(ProgressBar::hidden()),
            terminal: std::io::stderr().is_terminal(),
            total: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            long: AtomicBool::new(false),
        }
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        self.with_bar(|bar| bar.finish_and_clear());
    }

    /// Does something, such as to print a line, while the bar is out of the way.
    pub(crate) fn beside<R>(&self, act: impl FnOnce() -> R) -> R {
        let bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        bar.suspend(act)
    }

    fn with_bar(&self, act: impl FnOnce(&mut ProgressBar)) {
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        act(&mut bar);
    }
}

impl Progress for Bars {
    fn phase(&self, name: &str, runs: usize) {
        if !self.terminal {
            let word = if runs == 1 { "run" } else { "runs" };
            tell(format_args!("{name}: {runs} {word}"));
        }
        self.begin(name, runs, "{prefix} [{bar:24}] {pos}/{len}, {eta} left");
    }

    fn finished(&self) {
        self.advance(|done, total| tell(format_args!("  {done} of {total}")));
    }
}

impl Bars {
    /// A phase of many small steps. A log hears of it only if it is `long`.
    pub(crate) fn steps(&self, name: &str, steps: u64, long: bool) {
        let name: String = name.chars().take(30).collect();
        if !self.terminal && long {
            tell(format_args!("{name}: every number"));
        }
        self.long.store(long, Ordering::Relaxed);
        self.begin(&name, steps as usize, "{prefix} [{bar:24}] {percent} %, {eta} left");
    }

    /// One of them is done.
    pub(crate) fn step(&self) {
        let long = self.long.load(Ordering::Relaxed);
        self.advance(|done, total| {
            if long {
                tell(format_args!("  {} %", 100 * done / total));
            }
        });
    }

    fn begin(&self, name: &str, total: usize, style: &str) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        if !self.terminal {
            return;
        }
        let style = ProgressStyle::with_template(style)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        self.with_bar(|bar| {
            bar.finish_and_clear();
            *bar = ProgressBar::new(total as u64).with_style(style).with_prefix(name.to_owned());
            bar.tick();
        });
    }

    /// Counts one step; a log wants few lines: one for each quarter.
    fn advance(&self, log: impl Fn(usize, usize)) {
        self.with_bar(|bar| bar.inc(1));
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.total.load(Ordering::Relaxed);
        let quarter = |done: usize| 4 * done / total.max(1);
        if !self.terminal && quarter(done) > quarter(done - 1) {
            log(done, total);
        }
    }
}
