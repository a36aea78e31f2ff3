//! Measures how many messages a second go from one process to another over a database.
//!
//! ```text
//! cargo run --release -p tealight-postgres --example throughput -- postgres://user:password@127.0.0.1/database
//! ```

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_postgres::Postgres;
use tealight_runtime::Live;
use tealight_test::protocol::Tab;
use tokio::sync::watch;

/// Counts the messages that it hears.
struct Counter(watch::Sender<usize>);

impl LiveView for Counter {
    type Model = ();
    type ExternalEvent = ();
    type InternalEvent = String;

    async fn mount(&self, _: &PageRequest) -> Result<((), Command<String>), MountError> {
        Ok(((), Command::none()))
    }

    fn update(&self, (): &mut (), _: Event<(), String>) -> Command<String> {
        self.0.send_modify(|count| *count += 1);
        Command::none()
    }

    fn view(&self, (): &()) -> impl View<()> {
        html! { <p>"Counting"</p> }
    }

    fn subscriptions(&self, (): &()) -> Subscription<String> {
        Subscription::topic("count", |text| text)
    }
}

/// So many messages and bytes are on their way at most. A page that is further behind would miss some.
const WINDOW: usize = 1_000;
const WINDOW_BYTES: usize = 512 << 10;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("name a database")?;
    let start = async || {
        let (count, heard) = watch::channel(0);
        let engine = Arc::new(Postgres::connect(&address).await?);
        let live = Live::builder(Counter(count)).pubsub(engine).start();
        Ok::<_, Box<dyn Error>>((live, heard))
    };
    let ((near, _), (far, mut heard)) = (start().await?, start().await?);
    let _page = Tab::open(&far, "/").await;

    println!("{:>8} {:>12} {:>16} {:>10}", "bytes", "one by one", "together", "a second");
    for bytes in [100, 1_000, 7_000, 100_000] {
        let text = "x".repeat(bytes);
        let mut send = async |count: usize, window: usize| {
            let (began, first) = (Instant::now(), *heard.borrow());
            for number in 1..=count {
                near.publisher().publish("count", &text)?;
                heard.wait_for(|heard| first + number < heard + window).await?;
            }
            heard.wait_for(|heard| *heard == first + count).await?;
            Ok::<Duration, Box<dyn Error>>(began.elapsed())
        };
        let alone = send(500, 1).await? / 500;
        let count = (50_000_000 / bytes).min(200_000);
        let together = send(count, WINDOW.min(WINDOW_BYTES / bytes)).await?;
        let rate = count as f64 / together.as_secs_f64();
        println!("{bytes:>8} {:>9} µs {:>14.2} s {rate:>10.0}", alone.as_micros(), together.as_secs_f64());
    }
    Ok(())
}
