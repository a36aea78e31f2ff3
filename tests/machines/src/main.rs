//! Many pages on three processes behind nginx and NATS, and a fault.
//!
//! ```text
//! cargo run --release -p tealight-machines -- --pages 3000 --fault kill
//! ```
//!
//! | option | | default |
//! |---|---|---|
//! | `--pages` | how many pages | 60 |
//! | `--room` | how many of them share a room | 10 |
//! | `--rate` | the events a second of all pages | a tenth of the pages |
//! | `--fault` | `none`; `term` or `kill` a process; `cut` it off from NATS, or `silence` the line; restart `nats` | `none` |
//! | `--save-every` | a session is saved at most once in so many milliseconds; 0: an event counts when it is saved | 1000 |
//! | `--warm` | the seconds under load before the fault | 5 |
//! | `--away` | the seconds without NATS | 20 |
//! | `--seed` | the seed of all random choices of the pages | random |
//!
//! Two more programs measure presence and a flood of messages:
//!
//! ```text
//! cargo run --release -p tealight-machines -- presence --devices 100000 --places 1000
//! cargo run --release -p tealight-machines -- flood --rate 100000
//! ```
//!
//! With `LOUD` in the environment, it shows what the processes print.

#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod crowd;
#[cfg(unix)]
mod database;
#[cfg(unix)]
mod flood;
#[cfg(unix)]
#[path = "../../engines/line.rs"]
mod line;
#[cfg(unix)]
mod page;
#[cfg(unix)]
mod presence;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod report;
#[cfg(unix)]
mod rooms;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod shown;
#[cfg(unix)]
#[path = "../../restarts/tests/support/socket.rs"]
#[allow(missing_docs, unreachable_pub, reason = "the tests of restarts share it")]
mod socket;
#[cfg(unix)]
mod tab;

#[cfg(unix)]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use tokio::signal::ctrl_c;
    use tokio::signal::unix::{SignalKind, signal};

    // A page needs a socket here, two in nginx and one in its process.
    let most = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most })?;
    let mut arguments = pico_args::Arguments::from_env();
    let program = arguments.subcommand()?;
    if program.as_deref() == Some("serve") {
        return serve::serve().await;
    }
    // The processes end with this one, also if it is told to end.
    let mut told = signal(SignalKind::terminate())?;
    tokio::select! {
        result = start(program.as_deref(), arguments) => result,
        _ = told.recv() => Err("ended by a signal".into()),
        _ = ctrl_c() => Err("ended by a signal".into()),
    }
}

#[cfg(unix)]
async fn start(program: Option<&str>, mut arguments: pico_args::Arguments) -> Result<(), Box<dyn std::error::Error>> {
    use std::time::Duration;

    use crate::run::{Fault, Settings};

    let seconds = |text: &str| text.parse().map(Duration::from_secs_f64);
    let done = |arguments: pico_args::Arguments| match arguments.finish() {
        rest if rest.is_empty() => Ok(()),
        rest => Err(format!("these arguments are not known: {rest:?}")),
    };
    match program {
        Some("presence") => {
            let settings = presence::Settings {
                devices: arguments.opt_value_from_str("--devices")?.unwrap_or(1_000),
                places: arguments.opt_value_from_str("--places")?.unwrap_or(10),
                changes: arguments.opt_value_from_str("--changes")?.unwrap_or(100),
                time: arguments.opt_value_from_fn("--time", seconds)?.unwrap_or(Duration::from_secs(10)),
            };
            done(arguments)?;
            presence::run(&settings).await
        }
        Some("flood") => {
            let settings = flood::Settings {
                rate: arguments.opt_value_from_str("--rate")?.unwrap_or(100_000),
                time: arguments.opt_value_from_fn("--time", seconds)?.unwrap_or(Duration::from_secs(10)),
            };
            done(arguments)?;
            flood::run(&settings).await
        }
        Some(other) => Err(format!("there is no program {other}").into()),
        None => {
            let fault = |text: &str| {
                Ok(match text {
                    "none" => Fault::None,
                    "term" => Fault::Term,
                    "kill" => Fault::Kill,
                    "cut" => Fault::Cut,
                    "silence" => Fault::Silence,
                    "nats" => Fault::Nats,
                    _ => return Err(format!("there is no fault {text}")),
                })
            };
            let pages = arguments.opt_value_from_str("--pages")?.unwrap_or(60);
            let settings = Settings {
                pages,
                room: arguments.opt_value_from_str("--room")?.unwrap_or(10),
                rate: arguments.opt_value_from_str("--rate")?.unwrap_or(pages as f64 / 10.0),
                fault: arguments.opt_value_from_fn("--fault", fault)?.unwrap_or(Fault::None),
                save_every: arguments.opt_value_from_str("--save-every")?.unwrap_or(1_000),
                warm: arguments.opt_value_from_fn("--warm", seconds)?.unwrap_or(Duration::from_secs(5)),
                away: arguments.opt_value_from_fn("--away", seconds)?.unwrap_or(Duration::from_secs(20)),
                seed: arguments.opt_value_from_str("--seed")?.unwrap_or_else(|| fastrand::u64(..)),
            };
            done(arguments)?;
            run::run(&settings).await
        }
    }
}

#[cfg(not(unix))]
fn main() {
    eprintln!("this needs signals, nginx and nats-server");
}
