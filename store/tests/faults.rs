//! A store that is damaged: no session comes back wrong, the others come back, and nothing panics.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use support::{BUTTON, server};
use tealight_store::FileStore;
use tealight_test::protocol::Tab;
use tempfile::TempDir;

/// A store with the sessions of these pages: the first has counted to 1, the second to 2 …
async fn saved(pages: u32) -> (TempDir, PathBuf, Vec<Tab>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let live = server(FileStore::open(&path).expect("a store"));
    let mut tabs = Vec::new();
    for count in 1..=pages {
        let mut tab = Tab::open(&live, "/").await;
        for _ in 0..count {
            tab.click(BUTTON);
            tab.next().await.expect("a patch");
        }
        tab.connection.hang_up();
        tabs.push(tab);
    }
    live.shutdown().await;
    // everything into the file itself
    change(&path, "PRAGMA wal_checkpoint(TRUNCATE)");
    (folder, path, tabs)
}

/// Attaches the pages to a server with this store. Returns for each if its session has come back, as it was.
async fn come_back(store: FileStore, tabs: &[Tab]) -> Vec<bool> {
    let live = server(store);
    let mut back = Vec::new();
    for (at, tab) in tabs.iter().enumerate() {
        let mut again = Tab::connect(&live, "/", tab.session.clone());
        (again.patch, again.event) = (tab.patch, tab.event);
        again.attach();
        again.next().await.expect("an answer");
        let is_back = again.session == tab.session;
        again.click(BUTTON);
        let patch = again.next().await.expect("a patch");
        let count = if is_back { at + 2 } else { 1 };
        assert_eq!(patch[1][0], Value::from(count.to_string()), "session {at}: {patch}");
        back.push(is_back);
        again.connection.hang_up();
    }
    back
}

/// Changes the rows behind the store's back.
fn change(path: &Path, sql: &str) {
    Connection::open(path).expect("a database").execute_batch(sql).expect("a change");
}

#[tokio::test]
async fn damaged_bytes_cost_one_session() {
    for (damage, left) in [
        ("bytes = zeroblob(length(bytes))", 2),
        ("bytes = substr(bytes, 1, length(bytes) - 1)", 2),
        ("bytes = substr(bytes, 1, 5)", 2),
        ("bytes = x''", 2),
        ("bytes = bytes || x'00'", 2),
        ("bytes = 'a text'", 2),
        ("bytes = 7", 2),
        // a session's bytes under the name of another
        ("bytes = (SELECT bytes FROM sessions ORDER BY key DESC LIMIT 1)", 2),
        ("saved = saved", 3),
    ] {
        let (_folder, path, tabs) = saved(3).await;
        change(&path, &format!("UPDATE sessions SET {damage} WHERE key = (SELECT min(key) FROM sessions)"));
        let back = come_back(FileStore::open(&path).expect("a store"), &tabs).await;
        assert_eq!(back.iter().filter(|is_back| **is_back).count(), left, "{damage}");
    }
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_refused_or_costs_sessions() {
    let (folder, path, tabs) = saved(3).await;
    let whole = fs::read(&path).expect("a file");
    for length in [0, 1, 15, 16, 99, 100, 512, 4_095, 4_096, 4_097, whole.len() / 2, whole.len() - 1, whole.len()] {
        let cut = folder.path().join(format!("{length}.db"));
        fs::write(&cut, &whole[..length]).expect("a file");
        fs::copy(folder.path().join("sessions.db.key"), folder.path().join(format!("{length}.db.key"))).expect("a key");
        match FileStore::open(&cut) {
            Ok(store) => {
                let back = come_back(store, &tabs).await;
                assert!(length > 0 || back == [false; 3], "{length}: {back:?}");
                assert!(length < whole.len() || back == [true; 3], "{length}: {back:?}");
            }
            Err(error) => assert!(error.to_string().ends_with("delete it."), "{length}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_file_with_wrong_bytes_brings_no_wrong_session() {
    let seed = std::env::var("SEED").map_or(1, |seed| seed.parse().expect("a number"));
    println!("SEED={seed}");
    let mut random: u64 = seed;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 33).expect("31 bits") % below
    };
    let (folder, path, tabs) = saved(3).await;
    let whole = fs::read(&path).expect("a file");
    let mut untouched = 0;
    for case in 0..100 {
        let mut bytes = whole.clone();
        for _ in 0..=next(20) {
            let at = next(bytes.len());
            bytes[at] ^= 1 << next(8);
        }
        let wrong = folder.path().join(format!("{case}.db"));
        fs::write(&wrong, &bytes).expect("a file");
        fs::copy(folder.path().join("sessions.db.key"), folder.path().join(format!("{case}.db.key"))).expect("a key");
        if let Ok(store) = FileStore::open(&wrong) {
            untouched += come_back(store, &tabs).await.into_iter().filter(|is_back| *is_back).count();
        }
    }
    assert!(untouched > 0, "most of the file holds no session, so some come back");
}
