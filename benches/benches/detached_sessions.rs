//! The memory of a session, without its model: `cargo bench -p tealight-benches --bench detached_sessions`.
//!
//! A session is detached when its page has lost its connection, and unattached before the page's first attach. The numbers are
//! bytes and blocks that the allocator has handed out; an allocator rounds them up.

#[path = "parts/sessions.rs"]
mod sessions;

fn main() {
    println!("{:<24} {:>16} {:>18}", "one session", "B beside a model", "blocks a session");
    for (name, has_attached) in [("unattached", false), ("detached", true)] {
        let (bytes, blocks) = sessions::measure(has_attached);
        println!("{name:<24} {bytes:>16.0} {blocks:>18.1}");
    }
}
