use std::sync::{Arc, Mutex, Weak};

use metrics::Gauge;

use super::Runtime;
use crate::presence::Numbers;
use crate::sync::lock;
use crate::telemetry::{Export, begin, start_export};

/// The gauges of what an application holds. Several applications of a process share them, so that each adds its own part.
pub(crate) struct Gauges {
    runtime: Weak<Runtime>,
    held: Mutex<[(Gauge, f64); 7]>,
}

impl Gauges {
    /// Tells the recorder from now on, if there is one.
    pub(super) fn start(runtime: Weak<Runtime>) -> Arc<Self> {
        let gauges = [
            metrics::gauge!("tealight_connections"),
            metrics::gauge!("tealight_timers"),
            metrics::gauge!("tealight_commands_running"),
            metrics::gauge!("tealight_topic_subscriptions"),
            metrics::gauge!("tealight_presence_places"),
            metrics::gauge!("tealight_presence_people"),
            metrics::gauge!("tealight_presence_devices"),
        ];
        let gauges = Arc::new(Self { runtime, held: Mutex::new(gauges.map(|gauge| (gauge, 0.0))) });
        if begin() {
            start_export(Arc::downgrade(&gauges) as Weak<dyn Export>);
        }
        gauges
    }

    fn set(&self, values: [usize; 7]) {
        for ((gauge, before), now) in lock(&self.held).iter_mut().zip(values) {
            let now = now as f64;
            if now != *before {
                gauge.increment(now - *before);
                *before = now;
            }
        }
    }
}

impl Export for Gauges {
    fn export(&self) {
        let Some(runtime) = self.runtime.upgrade() else { return };
        let stats = runtime.stats();
        let Numbers { places, people, devices } = runtime.presence.numbers();
        self.set([stats.connections, stats.timers, stats.tasks, stats.subscriptions, places, people, devices]);
    }
}

impl Drop for Gauges {
    fn drop(&mut self) {
        self.set([0; 7]);
    }
}
