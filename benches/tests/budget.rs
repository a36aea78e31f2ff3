//! The memory that a session may take while its page is away.

#[path = "../benches/parts/sessions.rs"]
mod sessions;

#[test]
fn a_detached_session_takes_at_most_600_bytes_beside_its_model() {
    let (bytes, _) = sessions::measure(true);
    assert!(bytes <= 600.0, "{bytes} bytes");
}
