//! `ogive bench`: how fast, and how far from the memory's limit?

use half::{bf16, f16};
use ogive::{Activation, Element, Engine, Layout};
use ogive_lab::Progress;
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::{Value, json};

use super::{named, short, tell_undeclared};
use crate::args::{Bench, Dtype};
use crate::bench::{COPY, Shape, Spread, Streams, Times, cores, measure, processor, seconds};
use crate::printer::{Error, Printer};
use crate::progress::Bars;

/// One or two of each kind: nothing to compute, an exponential, a composition, learned, statistics.
const TELLING: &[&str] = &[
    "relu",
    "elu",
    "sigmoid",
    "tanh",
    "gelu",
    "gelu_tanh",
    "silu",
    "mish",
    "softplus",
    "prelu",
    "swish",
    "dice",
    "xielu",
];

/// The largest size: four buffers of f64 take 8 GiB.
const MOST: u64 = 1 << 28;
/// More threads than any machine has.
const MOST_THREADS: usize = 1024;

/// What a row is about, apart from the activation and the size.
struct Setting {
    dtype: Dtype,
    engine: String,
    threads: usize,
    pool: ThreadPool,
    shape: Shape,
    allocate: bool,
}

/// One activation at one size.
struct Row<'a> {
    activation: &'a Activation,
    size: usize,
    times: Times,
    bytes: f64,
    allocate: bool,
}

pub(crate) fn run(args: &Bench, printer: &mut Printer) -> Result<(), Error> {
    let (activations, engine) = activations(args)?;
    let sizes = sizes(&args.sizes)?;
    let shape: Shape = args.layout.parse()?;
    let layouts = sizes.iter().map(|size| shape.layout(*size)).collect::<Result<Vec<_>, _>>()?;
    if let Some(seconds) = args.seconds.filter(|seconds| !(0.0..=3600.0).contains(seconds)) {
        return Err(Error::new(format!("--seconds {seconds}: expected a number from 0 to 3600")));
    }
    let (threads, pool) = pool(args.threads)?;
    let setting =
        Setting { dtype: args.dtype, engine, threads, pool, shape, allocate: args.allocate };
    if !args.json {
        heading(&setting, printer)?;
    }
    match args.dtype {
        Dtype::F32 => rows::<f32>(args, &setting, &activations, &layouts, printer),
        Dtype::F64 => rows::<f64>(args, &setting, &activations, &layouts, printer),
        Dtype::Bf16 => rows::<bf16>(args, &setting, &activations, &layouts, printer),
        Dtype::F16 => rows::<f16>(args, &setting, &activations, &layouts, printer),
    }
}

/// The activations on their engine, and what that is called.
fn activations(args: &Bench) -> Result<(Vec<Activation>, String), Error> {
    let texts: Vec<&str> = match args.activations.as_slice() {
        [] => TELLING.to_vec(),
        [all] if all == "all" => ogive::catalog::ALL.iter().map(|entry| entry.name).collect(),
        some => some.iter().map(String::as_str).collect(),
    };
    let tiles = args.engine == "tiles";
    let engine: Engine = match args.engine.as_str() {
        "auto" | "tiles" => Engine::chosen()?,
        name => name.parse()?,
    };
    let one = |text: &str| {
        let activation = named(text, &[])?.with_engine(engine)?;
        tell_undeclared(&activation, &[]);
        Ok(if tiles { activation.on_tiles() } else { activation })
    };
    let activations = texts.into_iter().map(one).collect::<Result<_, Error>>()?;
    Ok((activations, if tiles { format!("{engine} tiles") } else { engine.to_string() }))
}

fn sizes(sizes: &[u64]) -> Result<Vec<usize>, Error> {
    let one = |size: &u64| match *size {
        size @ 1..=MOST => Ok(size as usize),
        size => Err(Error::new(format!("--sizes {size}: expected numbers from 1 to {MOST}"))),
    };
    sizes.iter().map(one).collect()
}

fn pool(threads: Option<usize>) -> Result<(usize, ThreadPool), Error> {
    let threads = threads.unwrap_or_else(cores);
    if !(1..=MOST_THREADS).contains(&threads) {
        return Err(Error::new(format!(
            "--threads {threads}: expected a number from 1 to {MOST_THREADS}"
        )));
    }
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| {
        Error::new(format!("--threads {threads}: the system gives no such threads: {error}"))
    })?;
    Ok((threads, pool))
}

fn rows<T: Element>(
    args: &Bench,
    setting: &Setting,
    activations: &[Activation],
    layouts: &[Layout],
    printer: &mut Printer,
) -> Result<(), Error> {
    let bars = Bars::new();
    bars.phase("measuring", activations.len() * layouts.len());
    for layout in layouts {
        let size = layout.length()?;
        let seconds = args.seconds.unwrap_or(seconds(size));
        for (place, activation) in activations.iter().enumerate() {
            let times =
                setting.pool.install(|| measure::<T>(activation, *layout, args.allocate, seconds));
            let bytes = size_of::<T>() as f64;
            let row = Row { activation, size, times: times?, bytes, allocate: args.allocate };
            bars.beside(|| {
                if args.json {
                    printer.json(&row.object(setting))?;
                } else {
                    if place == 0 {
                        printer.line(format_args!("{size} elements"))?;
                    }
                    printer.line(row.line())?;
                }
                printer.finish()
            })?;
            bars.finished();
        }
    }
    bars.clear();
    Ok(())
}

fn heading(setting: &Setting, printer: &mut Printer) -> Result<(), Error> {
    let processor: String = processor().chars().take(60).collect();
    let plural =
        |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let outputs = if setting.allocate { "fresh for each call" } else { "allocated beforehand" };
    printer.line(format_args!("{processor}, {}", plural(cores(), "core")))?;
    printer.line(format_args!(
        "{}, engine {}, {}, layout {}",
        setting.dtype.name(),
        setting.engine,
        plural(setting.threads, "thread"),
        setting.shape,
    ))?;
    printer
        .line(format_args!("ns per element, median of interleaved rounds; outputs {outputs}"))?;
    printer.line("limit: the copies that cannot be avoided, as a share of the time\n")?;
    printer.line(
        format_args!("{:<18} {:>6} {:^25} {:^25}", "", "copy", "forward", "backward")
            .to_string()
            .trim_end(),
    )?;
    let group = format!("{:>6} {:>6} {:>5} {:>5}", "ns", "copies", "GB/s", "limit");
    printer.line(format_args!("{:<18} {:>6} {group} {group}", "name", "ns"))?;
    printer.line("-".repeat(77))
}

impl Row<'_> {
    /// Forward and backward, each with its streams.
    fn passes(&self) -> [(&'static str, Pass<'_>); 2] {
        let streams = Streams::of(self.activation);
        let of = |spread, streams| Pass { spread, streams, row: self };
        [
            ("forward", of(self.times.forward, streams.forward)),
            ("backward", of(self.times.backward, streams.backward)),
        ]
    }

    fn line(&self) -> String {
        let name = short(self.activation.name(), 18);
        let start = format!("{name:<18} {:>6}", time(self.times.copy.median));
        let group = |(_, pass): (&str, Pass)| {
            let (ns, copies, rate) = (time(pass.spread.median), pass.copies(), pass.rate());
            let share = pass
                .share()
                .map_or_else(|| "-".to_owned(), |share| format!("{:.0}%", 100.0 * share));
            format!(" {ns:>6} {copies:>6.2} {rate:>5.1} {share:>5}")
        };
        std::iter::once(start).chain(self.passes().map(group)).collect()
    }

    fn object(&self, setting: &Setting) -> Value {
        let Spread { median, minimum } = self.times.copy;
        let mut object = json!({
            "name": self.activation.name(),
            "size": self.size,
            "dtype": setting.dtype.name(),
            "engine": setting.engine,
            "threads": setting.threads,
            "layout": setting.shape.to_string(),
            "allocate": setting.allocate,
            "rounds": self.times.rounds,
            "copy_ns": median,
            "copy_min_ns": minimum,
            "copy_gb_per_s": COPY * self.bytes / median,
        });
        for (name, pass) in self.passes() {
            for (what, value) in [
                ("ns", json!(pass.spread.median)),
                ("min_ns", json!(pass.spread.minimum)),
                ("copies", json!(pass.copies())),
                ("gb_per_s", json!(pass.rate())),
                ("limit_copies", json!(pass.streams / COPY)),
                ("share", json!(pass.share())),
            ] {
                object[format!("{name}_{what}")] = value;
            }
        }
        object
    }
}

/// Forward or backward beside the copy.
struct Pass<'a> {
    spread: Spread,
    streams: f64,
    row: &'a Row<'a>,
}

impl Pass<'_> {
    /// The time in copies.
    fn copies(&self) -> f64 {
        self.spread.median / self.row.times.copy.median
    }

    /// Gigabytes per second: what must be read and written in the time that it took.
    fn rate(&self) -> f64 {
        self.streams * self.row.bytes / self.spread.median
    }

    /// How much of the time the copies take that cannot be avoided. New pages cost more than the copy
    /// to them, so that with those it would tell nothing.
    fn share(&self) -> Option<f64> {
        (!self.row.allocate).then(|| self.streams / COPY / self.copies())
    }
}

/// A positive number in up to five characters.
fn time(value: f64) -> String {
    let decimals = match value {
        value if value < 10.0 => 3,
        value if value < 100.0 => 2,
        value if value < 1000.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}
