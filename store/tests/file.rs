//! The store, on a real disk.

mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use support::{BUTTON, server};
use tealight_core::PageRequest;
use tealight_runtime::{Close, Live, Saving, SessionStore};
use tealight_store::{FileStore, Key, KeyError, OpenError};
use tealight_test::protocol::Tab;

/// Opens pages at a server that then ends. Returns them.
async fn saved(path: &Path, pages: usize) -> Vec<Tab> {
    let live = server(FileStore::open(path).expect("a store"));
    let mut tabs = Vec::new();
    for _ in 0..pages {
        let mut tab = Tab::open(&live, "/").await;
        tab.click(BUTTON);
        tab.next().await.expect("a patch");
        tabs.push(tab);
    }
    for tab in &mut tabs {
        tab.connection.hang_up();
    }
    live.shutdown().await;
    tabs
}

/// Returns true if the page's session goes on at this server.
async fn goes_on(tab: &mut Tab, live: &Live) -> bool {
    let before = tab.session.clone();
    tab.reconnect(live);
    tab.next().await.expect("an answer");
    before == tab.session
}

#[tokio::test]
async fn sessions_come_back_from_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let mut tabs = saved(&path, 3).await;
    let live = server(FileStore::open(&path).expect("a store"));
    for tab in &mut tabs {
        assert!(goes_on(tab, &live).await);
    }
}

#[tokio::test]
async fn the_file_holds_no_model_and_no_id_that_others_can_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let tabs = saved(&path, 1).await;
    let bytes = fs::read(&path).expect("a file");
    let id = tabs[0].session.as_bytes();
    assert!(!bytes.windows(id.len()).any(|window| window == id));
}

#[tokio::test]
async fn another_key_reads_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let mut tabs = saved(&path, 1).await;
    let live = server(FileStore::with_key(&path, Key::new([3; 32])).expect("a store"));
    assert!(!goes_on(&mut tabs[0], &live).await);
}

#[tokio::test]
async fn the_oldest_sessions_are_deleted_at_the_limit_and_after_their_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let live = server(FileStore::open(&path).expect("a store").max_sessions(2));
    for _ in 0..5 {
        let _ = Tab::open(&live, "/").await;
    }
    live.shutdown().await;
    let count = || {
        let database = rusqlite::Connection::open(&path).expect("a database");
        database.query_row("SELECT count(*) FROM sessions", [], |row| row.get::<_, u32>(0)).expect("a number")
    };
    assert_eq!(count(), 2);

    let database = rusqlite::Connection::open(&path).expect("a database");
    database.execute("UPDATE sessions SET saved = saved - 100", []).expect("older sessions");
    let store = FileStore::open(&path).expect("a store").lifetime(Duration::from_secs(50));
    store.save(Vec::new()).await.expect("nothing is saved");
    assert_eq!(count(), 0);
}

#[tokio::test]
async fn a_process_that_has_lost_a_session_does_not_overwrite_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = || {
        let store = FileStore::open(folder.path().join("sessions.db")).expect("a store");
        server(Saving::new(Arc::new(store)).every(Duration::ZERO))
    };
    let (first, second) = (process(), process());
    let mut stale = Tab::open(&first, "/").await;
    stale.click(BUTTON);
    stale.next().await.expect("a patch");
    let mut tab = Tab::connect(&second, "/", stale.session.clone());
    (tab.patch, tab.event) = (stale.patch, stale.event);
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    // The first process has not heard of it, and tries to save this.
    stale.click(BUTTON);
    assert_eq!(stale.next().await, Err(Close::TakenOver));
    tab.click(BUTTON);
    assert_eq!(tab.next().await, Ok(json!([2, ["2"], {"e": 2}])));
    assert_eq!((first.stats().sessions(), second.stats().sessions()), (0, 1));
}

#[tokio::test]
async fn files_of_older_versions_are_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let database = rusqlite::Connection::open(&path).expect("a database");
    let old = "CREATE TABLE sessions (key BLOB PRIMARY KEY, saved INTEGER NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID";
    database.execute_batch(old).expect("a table");
    let live = server(FileStore::open(&path).expect("a store"));
    let mut tab = Tab::open(&live, "/").await;
    tab.click(BUTTON);
    tab.next().await.expect("a patch");
    tokio::join!(live.shutdown(), async {
        while tab.next().await.is_ok() {}
        tab.connection.hang_up();
    });
    let next = server(FileStore::open(&path).expect("a store"));
    tab.reconnect(&next);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let _ = FileStore::open(&path).expect("a store");
    let key = folder.path().join("sessions.db.key");
    assert_eq!(fs::metadata(&key).expect("a file").permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("other rights");
    assert!(matches!(FileStore::open(&path), Err(OpenError::Key(KeyError::Rights { .. }))));
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    fs::write(&path, "a text that is longer than the head of a database, and says something else".repeat(20))
        .expect("a file");
    let error = FileStore::open(&path).expect_err("no store").to_string();
    assert!(error.contains("sessions.db") && error.ends_with("delete it."), "{error}");
    let key = folder.path().join("short.key");
    fs::write(&key, "short").expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("rights");
    }
    assert!(matches!(Key::from_file(&key), Err(KeyError::Length { .. })));
}

#[tokio::test]
async fn sessions_of_one_owner_are_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    // a file of the time before sessions had owners
    let old = rusqlite::Connection::open(&path).expect("a database");
    let table =
        "CREATE TABLE sessions (key BLOB PRIMARY KEY, saved INTEGER NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID";
    old.execute(table, []).expect("a table");
    drop(old);
    let owned = async |live: &Live, owner: &str| {
        let request = || PageRequest::new("/", "").owned_by(owner);
        let page = live.page(request(), "/").await.expect("a page");
        let session = tealight_test::protocol::session_in(page.html());
        let mut tab = Tab { connection: live.connect(request()), session, patch: 0, event: 0 };
        tab.attach();
        tab.next().await.expect("an answer");
        tab.connection.hang_up();
        tab
    };
    let first = server(FileStore::open(&path).expect("a store"));
    let (ada, bob) = (owned(&first, "ada").await, owned(&first, "bob").await);
    first.shutdown().await;

    let second = server(FileStore::open(&path).expect("a store"));
    second.publisher().end_sessions("ada").await.expect("all sessions end");
    for (mut tab, owner, goes_on) in [(ada, "ada", false), (bob, "bob", true)] {
        let before = tab.session.clone();
        tab.connection = second.connect(PageRequest::new("/", "").owned_by(owner));
        tab.attach();
        tab.next().await.expect("an answer");
        assert_eq!(tab.session == before, goes_on, "{owner}");
    }
    let database = rusqlite::Connection::open(&path).expect("a database");
    let count = |table: &str| -> i64 {
        database.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).expect("a number")
    };
    assert_eq!((count("sessions"), count("owners")), (1, 1));
}
