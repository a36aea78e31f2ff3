//! Work that is tried again, and work that takes too long.

use super::*;

#[tokio::test(start_paused = true)]
async fn work_that_fails_is_tried_again_after_growing_pauses() {
    // Pauses of 5 to 10 and of 5 to 10 seconds: the longest is ten.
    for (succeeds, shown, least, most) in
        [(1, "1 ", 0, 0), (2, "2 ", 5, 10), (3, "3 ", 10, 20), (4, "failed 3 ", 10, 20)]
    {
        let live = Live::new(Office { succeeds, ..Office::default() });
        let mut tab = Tab::open(&live, "/").await;
        let start = Instant::now();
        tab.click(FETCH);
        let mut last = tab.next().await.expect("a message");
        while last.get("event").is_some() {
            last = tab.next().await.expect("a message");
        }
        assert_eq!(last[1][1], shown);
        let passed = start.elapsed();
        assert!((Duration::from_secs(least)..=Duration::from_secs(most)).contains(&passed), "{succeeds}: {passed:?}");
        settle().await;
        assert_eq!(live.stats().tasks, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn work_that_takes_too_long_ends_with_an_event() {
    let (sender, lines) = unbounded_channel();
    let (open, door) = mpsc::channel();
    let (lines, doors) = (std::sync::Mutex::new(Some(lines)), std::sync::Mutex::new(vec![door]));
    let live = Live::new(Office { lines, doors, ..Office::default() });
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, HANG).await;
    // The clock of the test stands still while a function runs.
    advance(1).await;
    assert_eq!(said(&mut tab).await, "future late ");
    advance(1).await;
    sender.send("line".to_owned()).expect("it is followed");
    assert_eq!(said(&mut tab).await, "future late line ");
    // Each item has its own time.
    advance(2).await;
    assert_eq!((tab.now().await, sender.is_closed()), (None, false));
    advance(1).await;
    assert_eq!(said(&mut tab).await, "future late line stream late ");
    assert!(sender.is_closed());
    advance(3).await;
    assert_eq!(said(&mut tab).await, "future late line stream late function late ");
    open.send(()).expect("it still runs");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(said(&mut tab).await, "future late line stream late function late attempts late ");
    assert_eq!((tab.now().await, live.stats().tasks), (None, 0));
}

async fn advance(seconds: u64) {
    settle().await;
    tokio::time::advance(Duration::from_secs(seconds)).await;
    settle().await;
}
