//! Time: the one clock of a running application, and the alarms of transports.

mod alarm;
mod clock;

pub use alarm::Alarm;
pub(crate) use clock::{Clock, Timed, Timer};
