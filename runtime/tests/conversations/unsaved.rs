//! Models and stores that panic while sessions are saved.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::{Live, Saving};
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;

use crate::saved::{MemoryStore, end};

/// Its model cannot be saved when it has counted to 13.
struct Fussy;

#[derive(Deserialize)]
struct Count(u32);

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(self.0 != 13, "the model breaks");
        serializer.serialize_newtype_struct("Count", &self.0)
    }
}

impl LiveView for Fussy {
    type Model = Count;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Count, Command<()>), MountError> {
        Ok((Count(if request.path() == "/12" { 12 } else { 0 }), Command::none()))
    }

    fn update(&self, count: &mut Count, _: Event<(), ()>) -> Command<()> {
        count.0 += 1;
        Command::none()
    }

    fn view(&self, count: &Count) -> impl View<()> {
        html! { <button on:click={()}>{count.0}</button> }
    }
}

fn server(store: &MemoryStore, every: Duration) -> Live {
    Live::builder(Fussy).save_sessions(Saving::new(Arc::new(store.clone())).every(every)).start()
}

async fn click(tab: &mut Tab, expected: &str) {
    tab.click(0);
    assert_eq!(tab.next().await, Ok(json!([tab.patch, [1, expected], {"e": tab.event}])));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_panics_while_it_is_saved_keeps_no_other_from_the_store() {
    for every in [Duration::ZERO, Duration::from_secs(1)] {
        let store = MemoryStore::default();
        let live = server(&store, every);
        let (mut fussy, mut other) = (Tab::open(&live, "/12").await, Tab::open(&live, "/").await);
        click(&mut fussy, "13").await;
        click(&mut other, "1").await;
        sleep(Duration::from_secs(2)).await;
        // the saving goes on
        click(&mut other, "2").await;
        sleep(Duration::from_secs(2)).await;
        other.connection.hang_up();
        let second = server(&store, every);
        other.reconnect(&second);
        assert_eq!(other.next().await, Ok(json!({"resume": {"event": 2}})), "{every:?}");
        // and so does the page
        click(&mut fussy, "14").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_panics_at_the_end_of_the_server_keeps_no_other_from_the_store() {
    let store = MemoryStore::default();
    let first = Live::builder(Fussy).save_sessions(store.clone()).start();
    let (mut fussy, mut other) = (Tab::open(&first, "/12").await, Tab::open(&first, "/").await);
    click(&mut fussy, "13").await;
    click(&mut other, "1").await;
    fussy.connection.hang_up();
    end(&first, &mut other).await;
    let second = Live::builder(Fussy).save_sessions(store.clone()).start();
    other.reconnect(&second);
    assert_eq!(other.next().await, Ok(json!({"resume": {"event": 1}})));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_is_tried_again() {
    let store = MemoryStore::default();
    let live = server(&store, Duration::ZERO);
    let mut tab = Tab::open(&live, "/").await;
    store.panics.store(true, Relaxed);
    tab.click(0);
    settle().await;
    assert_eq!(tab.now().await, None);
    store.panics.store(false, Relaxed);
    assert_eq!(tab.next().await, Ok(json!([1, [1, "1"], {"e": 1}])));
}
