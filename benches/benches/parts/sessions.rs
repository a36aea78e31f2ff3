//! The memory of a session, for the bench and for the test of its budget.

use std::future::poll_fn;
use std::mem::size_of;
use std::task::Poll;

use tealight_benches::dashboard::{Dashboard, Figures};
use tealight_core::PageRequest;
use tealight_runtime::Live;
use tokio::runtime::Builder;

const SESSIONS: usize = 5_000;

/// Returns the bytes of one session beside its model, and its blocks. A session whose page has attached is detached again.
pub(crate) fn measure(has_attached: bool) -> (f64, f64) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let live = {
        let _guard = runtime.enter();
        Live::new(Dashboard)
    };
    // Buffers and templates are made once, for all sessions.
    runtime.block_on(detached(&live));
    let counted = allocation_counter::measure(|| {
        runtime.block_on(async {
            for _ in 0..SESSIONS {
                if has_attached {
                    detached(&live).await;
                } else {
                    drop(page(&live).await);
                }
            }
        });
    });
    let each = |count: i64| count as f64 / SESSIONS as f64;
    (each(counted.bytes_current) - size_of::<Figures>() as f64, each(counted.count_current))
}

async fn page(live: &Live) -> String {
    let page = live.page(PageRequest::new("/", ""), "/").await.expect("a page");
    let (_, rest) = page.html().split_once("\"session\":\"").expect("a data block");
    rest.split_once('"').expect("its end").0.to_owned()
}

/// Opens a page, shows it a patch, and ends its connection.
async fn detached(live: &Live) {
    let attach = format!("{{\"tealight\":1,\"session\":\"{}\",\"patch\":0,\"event\":0}}", page(live).await);
    let mut connection = live.connect(PageRequest::new("/", ""));
    connection.receive(attach.as_bytes());
    connection.receive(b"[1,0,[3]]");
    let mut message = Vec::new();
    for _ in 0..8 {
        poll_fn(|cx| {
            while connection.poll_message(cx, &mut message).is_ready() {}
            Poll::Ready(())
        })
        .await;
        // The command that the event started comes to its end.
        tokio::task::yield_now().await;
    }
}
