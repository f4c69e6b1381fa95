//! The tests of the engine for 64-bit ARM: cross-compiled, and run by an emulator.

use crate::tools;

const TARGET: &str = "aarch64-unknown-linux-gnu";
const COMPILER: &str = "aarch64-linux-gnu-gcc";
/// The names that distributions give the emulator.
const EMULATORS: [&str; 2] = ["qemu-aarch64-static", "qemu-aarch64"];
/// Where Debian's cross compiler keeps the C library of the target.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";

/// All tests of the engine, the judge among them.
#[rustfmt::skip]
const TESTS: [&str; 8] = ["test", "--package", "ogive", "--lib", "--test", "it", "--target", TARGET];

/// What is needed that this machine lacks, as an error.
pub(crate) fn ready() -> Result<(), String> {
    if cfg!(target_arch = "aarch64") {
        return Ok(());
    }
    let emulator = EMULATORS.into_iter().any(tools::has);
    let library = std::path::Path::new(LIBRARIES).is_dir();
    let debian = "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross";
    tools::expect(
        "neon",
        &[
            (
                tools::has_target(TARGET),
                "Rust's standard library for 64-bit ARM",
                "rustup target add aarch64-unknown-linux-gnu",
            ),
            (
                emulator,
                "qemu-aarch64, an emulator of user programs",
                "apt-get install qemu-user-static",
            ),
            (tools::has(COMPILER), "aarch64-linux-gnu-gcc, a C compiler", debian),
            (library, "its C library", debian),
        ],
    )
}

pub(crate) fn run() -> Result<(), String> {
    if cfg!(target_arch = "aarch64") {
        // This machine needs no emulator.
        return tools::cargo("neon", &TESTS[..6], &[]);
    }
    ready()?;
    let emulator = EMULATORS.into_iter().find(|name| tools::has(name)).unwrap_or(EMULATORS[0]);
    let runner = format!("{emulator} -L {LIBRARIES}");
    let environment = [
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", COMPILER),
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", runner.as_str()),
        // The build of MPFR asks for no other name; that of any other C code does.
        ("CC", COMPILER),
        ("HOST_CC", "cc"),
    ];
    tools::cargo("neon", &TESTS, &environment)
}
