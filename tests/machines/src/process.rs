//! Programs that the harness starts, and their costs.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A program that runs. It is killed with its owner.
pub(crate) struct Process {
    pub(crate) name: String,
    child: Child,
    pid: i32,
}

/// The costs of a process so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Costs {
    pub(crate) cpu: Duration,
    /// Resident memory, in bytes: now, and at most.
    pub(crate) memory: u64,
    pub(crate) peak: u64,
}

/// A program that does not start is given up after this time.
const START_WITHIN: Duration = Duration::from_secs(60);

impl Process {
    /// Starts a program, and waits until a line of its output has this text. Returns the rest of the line.
    pub(crate) async fn start(name: &str, command: &mut Command, ready: &str) -> io::Result<(Self, String)> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child =
            command.spawn().map_err(|error| io::Error::other(format!("could not start {name}: {error}")))?;
        let pid = child.id().expect("it was just started").cast_signed();
        let (out, error) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
        let (sender, mut found) = tokio::sync::mpsc::channel(1);
        for output in [Box::new(out) as Box<dyn AsyncRead + Send + Unpin>, Box::new(error)] {
            tokio::spawn(watch(name.to_owned(), output, ready.to_owned(), sender.clone()));
        }
        drop(sender);
        let rest = timeout(START_WITHIN, found.recv()).await.ok().flatten();
        let rest = rest.ok_or_else(|| io::Error::other(format!("{name} did not start")))?;
        Ok((Self { name: name.to_owned(), child, pid }, rest))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid).expect("a process");
        kill_process(pid, signal).expect("it runs");
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> io::Result<()> {
        self.child.wait().await.map(drop)
    }

    /// Returns its costs; none if it has ended, or if the system has no `/proc`.
    pub(crate) fn costs(&self) -> Option<Costs> {
        Self::costs_of(&Path::new("/proc").join(self.pid.to_string()))
    }

    /// Returns the costs of the process with this folder in `/proc`.
    fn costs_of(folder: &Path) -> Option<Costs> {
        let status = fs::read_to_string(folder.join("status")).ok()?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
        };
        let stat = fs::read_to_string(folder.join("stat")).ok()?;
        // The name in parentheses may have spaces. The times follow eleven fields later.
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        let cpu = Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64);
        Some(Costs { cpu, memory: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
    }
}

/// Returns the costs of this process.
pub(crate) fn own_costs() -> Costs {
    Process::costs_of(Path::new("/proc/self")).unwrap_or_default()
}

/// Reads an output to its end: a pipe that nobody reads would stop the program. Warnings and errors are shown if `LOUD` is set.
async fn watch(name: String, output: impl AsyncRead + Unpin, ready: String, found: tokio::sync::mpsc::Sender<String>) {
    let is_loud = std::env::var_os("LOUD").is_some();
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, rest)) = line.split_once(&ready) {
            // Only the first one counts.
            let _ = found.try_send(rest.to_owned());
        }
        if is_loud || line.contains("panicked") {
            eprintln!("{name}: {line}");
        }
    }
}
