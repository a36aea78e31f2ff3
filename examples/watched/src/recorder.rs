use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

/// The bounds of the buckets of times, in seconds: from a hundredth of a millisecond to ten seconds.
const SECONDS: [f64; 13] = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0];
/// The bounds of the buckets of lengths, in bytes.
const BYTES: [f64; 8] = [32.0, 128.0, 512.0, 2_048.0, 8_192.0, 32_768.0, 131_072.0, 1_048_576.0];

/// Without buckets, the exporter would compute quantiles, and those of several machines cannot be added.
pub(crate) fn builder() -> PrometheusBuilder {
    let builder = PrometheusBuilder::new();
    let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS).expect("it has bounds");
    builder.set_buckets_for_metric(Matcher::Suffix("_bytes".into()), &BYTES).expect("it has bounds")
}
