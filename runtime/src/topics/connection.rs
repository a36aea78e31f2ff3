//! Tells this process's sessions whether the engine is connected.

use std::sync::{Arc, Mutex, Weak};

use tealight_core::session::{ENGINE_CONNECTED, Keep, Message, SubscriptionId, TopicFilter};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::fan_out::FanOut;
use super::topic::Listener;
use crate::sync::lock;
use crate::turn::turn;

pub(super) struct Connection {
    is_up: Arc<Mutex<bool>>,
    task: Option<AbortHandle>,
}

impl Connection {
    /// Watches the engine's connection. `None`: the engine is always connected.
    pub(super) fn watch(mut engine: Option<watch::Receiver<bool>>, fan_out: &Arc<FanOut>, handle: &Handle) -> Self {
        let now = engine.as_mut().is_none_or(|engine| *engine.borrow_and_update());
        record(now);
        let is_up = Arc::new(Mutex::new(now));
        let Some(mut engine) = engine else { return Self { is_up, task: None } };
        let (known, fan_out) = (Arc::clone(&is_up), Arc::downgrade(fan_out));
        let task = handle.spawn(async move {
            while engine.changed().await.is_ok() {
                let now = *engine.borrow_and_update();
                let Some(fan_out) = fan_out.upgrade() else { break };
                turn(|_| {
                    // Under the lock, so that nobody hears first what was before.
                    let mut known = lock(&known);
                    if *known != now {
                        *known = now;
                        record(now);
                        fan_out.post(None, message(now));
                    }
                });
            }
        });
        Self { is_up, task: Some(task.abort_handle()) }
    }

    pub(super) fn is_up(&self) -> bool {
        *lock(&self.is_up)
    }

    /// Lets a session hear whether the engine is connected, now and later. Returns its key.
    pub(super) fn listen(
        &self,
        fan_out: &Arc<FanOut>,
        topic: &TopicFilter,
        session: (Weak<dyn Listener>, SubscriptionId),
        is_held: bool,
    ) -> usize {
        let is_up = lock(&self.is_up);
        fan_out.listen(topic, session, message(*is_up), Keep::Newest, is_held)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

fn message(is_up: bool) -> Message {
    Message::new(ENGINE_CONNECTED, &is_up).expect("a bool is JSON")
}

fn record(is_up: bool) {
    metrics::gauge!("tealight_engine_connected").set(if is_up { 1.0 } else { 0.0 });
}
