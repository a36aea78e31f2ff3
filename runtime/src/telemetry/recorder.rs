use std::cell::Cell;

use metrics::IntoF64;

/// Returns true if somebody records metrics. The crate `metrics` does not tell, but reads a value only if there is a recorder.
pub(crate) fn is_installed() -> bool {
    struct Read<'a>(&'a Cell<bool>);

    impl IntoF64 for Read<'_> {
        fn into_f64(self) -> f64 {
            self.0.set(true);
            0.0
        }
    }

    let is_read = Cell::new(false);
    metrics::gauge!("tealight_connections").increment(Read(&is_read));
    is_read.get()
}

#[cfg(test)]
mod tests {
    use metrics_util::debugging::DebuggingRecorder;

    use super::*;

    #[test]
    fn a_recorder_is_seen() {
        assert!(!is_installed());
        metrics::with_local_recorder(&DebuggingRecorder::new(), || assert!(is_installed()));
        assert!(!is_installed());
    }
}
