//! The cost of one update, from the event to the encoded frame: `cargo bench -p tealight-benches`.
//!
//! Valgrind's callgrind counts the instructions; without it the table has none. Nanoseconds are the minimum of many
//! runs. An argument selects the cases whose names contain it.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use tealight_benches::{CASES, Case};

const COUNTED: u32 = 20;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("--count"), Some(name)) => count(&name),
        (filter, _) => table(filter.unwrap_or_default()),
    }
}

/// Callgrind counts only inside this function.
#[inline(never)]
fn measured(case: &mut dyn Case) {
    case.step();
}

fn make(name: &str) -> Box<dyn Case> {
    let (_, make) = CASES.iter().find(|(known, _)| *known == name).expect("a case's name");
    let mut case = make();
    // The first steps grow all buffers and send all templates.
    for _ in 0..3 {
        case.step();
        case.undo();
    }
    case
}

/// Runs one case under callgrind.
fn count(name: &str) {
    let mut case = make(name);
    for _ in 0..COUNTED {
        measured(black_box(&mut *case));
        case.undo();
    }
}

fn table(filter: &str) {
    let has_valgrind = Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success());
    if !has_valgrind {
        println!("valgrind is not installed: instructions are not counted");
    }
    println!(
        "{:<48} {:>12} {:>10} {:>7} {:>8} {:>10}",
        "one update", "instructions", "ns", "allocs", "frame B", "kept B"
    );
    for (name, _) in CASES.iter().filter(|(name, _)| name.contains(filter)) {
        let instructions = if has_valgrind { instructions(name) } else { None };
        let mut case = make(name);
        let allocations = allocation_counter::measure(|| case.step()).count_total;
        case.undo();
        let nanoseconds = nanoseconds(&mut *case);
        println!(
            "{name:<48} {:>12} {nanoseconds:>10.1} {allocations:>7} {:>8} {:>10}",
            instructions.map_or_else(|| "–".to_owned(), |n| n.to_string()),
            case.frame().len(),
            case.kept(),
        );
        if std::env::var_os("FRAMES").is_some() {
            println!("    {}", String::from_utf8_lossy(case.frame()));
        }
    }
}

fn instructions(name: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=update_loop::measured*")
        .arg(std::env::current_exe().ok()?)
        .args(["--count", name])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = report.lines().find_map(|line| line.split_once("Collected : "))?.1;
    Some(collected.trim().parse::<u64>().ok()? / u64::from(COUNTED))
}

/// Returns the minimum time of one step, measured for 200 milliseconds. Some steps must be undone, so the clock is read
/// before and after each one. The cost of reading it is subtracted.
fn nanoseconds(case: &mut dyn Case) -> f64 {
    let least = |steps: &mut dyn FnMut() -> u128| {
        let began = Instant::now();
        let mut least = u128::MAX;
        while began.elapsed().as_millis() < 200 {
            least = least.min(steps());
        }
        least as f64
    };
    let clock = least(&mut || {
        let start = Instant::now();
        black_box(start).elapsed().as_nanos()
    });
    let with_clock = least(&mut || {
        let start = Instant::now();
        measured(black_box(case));
        let taken = start.elapsed().as_nanos();
        case.undo();
        taken
    });
    with_clock - clock
}
