//! Sessions that are busy or slow: nobody waits for them, and they miss nothing.

use tealight_core::presence::Here;
use tokio::time::timeout;

use super::*;
use crate::presence::{self, Hall};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_slow_does_not_hold_up_others() {
    let (open, door) = mpsc::channel();
    let board = Board { door: Arc::new(Mutex::new(Some(door))), ..Board::default() };
    let live = Live::new(board.clone());
    let (mut slow, mut other) = (Tab::open(&live, "/news").await, Tab::open(&live, "/news").await);
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(NEWS, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    // The other thread stands in the first session's `update`, and nothing else is published.
    let first = shown_soon(&mut other).await;
    publish(&live, [2]);
    let both = shown_soon(&mut other).await;
    open.send(()).expect("it waits");
    stuck.join().expect("no panic");
    assert_eq!((first.as_str(), both.as_str()), ("1", "1 2"));
    while shown(&mut slow).await != "1 2" {
        tokio::task::yield_now().await;
    }
}

/// Returns the next list that a page gets.
async fn shown_soon(tab: &mut Tab) -> String {
    loop {
        let shown = shown(tab).await;
        if !shown.is_empty() {
            return shown;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_session_that_is_busy() {
    let (open, door) = mpsc::channel();
    let board = Board { door: Arc::new(Mutex::new(Some(door))), ..Board::default() };
    let live = Live::new(board.clone());
    let (mut busy, mut other) = (Tab::open(&live, "/news and state").await, Tab::open(&live, "/state").await);
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(NEWS, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    let (publisher, (done, is_done)) = (live.publisher(), mpsc::channel());
    let second = std::thread::spawn(move || {
        publisher.publish(STATE, &2).expect("a number is JSON");
        done.send(()).expect("the test waits");
    });
    let is_done = is_done.recv_timeout(Duration::from_secs(2));
    let heard = shown(&mut other).await;
    open.send(()).expect("it waits");
    assert_eq!((is_done, heard.as_str()), (Ok(()), "2"), "the publisher waits");
    stuck.join().expect("no panic");
    second.join().expect("no panic");
    assert_eq!(shown(&mut busy).await, "1 2");
}

/// Posts the form of a page.
async fn post(live: &Live) -> JoinHandle<Result<Posted, MountError>> {
    let (live, page) = (live.clone(), live.page(request("/news"), "/").await.expect("a page").into_html());
    let (_, rest) = page.split_once("action=\"?").expect("a form");
    let form = PageRequest::new("/news", rest.split('"').next().expect("its end"));
    tokio::spawn(async move { live.post(form, "/", FormData::default()).await })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posted_form_does_not_wait_for_a_session_that_is_busy() {
    let (open, door) = mpsc::channel();
    let board = Board { door: Arc::new(Mutex::new(Some(door))), ..Board::default() };
    let live = Live::new(board.clone());
    let _busy = Tab::open(&live, "/news and state").await;
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(STATE, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    let posted = tokio::time::timeout(Duration::from_secs(2), post(&live).await).await;
    open.send(()).expect("it waits");
    stuck.join().expect("no panic");
    let Ok(Posted::Page(page)) = posted.expect("an answer in time").expect("no panic") else { panic!("a page") };
    assert!(page.html().contains("<p>7</p>"), "{}", page.html());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_a_posted_form_hears_what_was_still_on_its_way_to_it() {
    let (open, door) = mpsc::channel();
    let stamps = Arc::new(Semaphore::new(0));
    let board = Board { stamps: Some(Arc::clone(&stamps)), ..Board::default() };
    let live = Live::new(board.clone());
    let _slow = Tab::open(&live, "/news").await;
    let posted = post(&live).await;
    while live.stats().subscriptions < 2 {
        tokio::task::yield_now().await;
    }
    // The message stands in the `update` of the first page, while the answer to the form is made.
    *board.door.lock().expect("a lock") = Some(door);
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(NEWS, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    stamps.add_permits(1);
    let Ok(Posted::Page(posted)) = posted.await.expect("no panic") else { panic!("a page") };
    open.send(()).expect("it waits");
    stuck.join().expect("no panic");
    assert!(posted.html().contains("<p>stamped</p>"), "{}", posted.html());
    assert_eq!(attached(&live, session_in(posted.html())).await, "stamped 1");
}

/// Counts what it hears from each of four publishers, and what it should not have heard.
struct Strict;

const COUNTS: Topic<(usize, u32)> = Topic::new("counts");

#[derive(Hash)]
struct Busy;

#[derive(Clone)]
enum Count {
    Of((usize, u32)),
    Lagged,
}

impl LiveView for Strict {
    type Model = ([u32; 4], u32);
    type ExternalEvent = Busy;
    type InternalEvent = Count;

    async fn mount(&self, _: &PageRequest) -> Result<(Self::Model, Command<Count>), MountError> {
        Ok((([0; 4], 0), Command::none()))
    }

    fn update(&self, (next, faults): &mut Self::Model, event: Event<Busy, Count>) -> Command<Count> {
        match event {
            Event::External(Busy) => std::thread::yield_now(),
            Event::Internal(Count::Of((publisher, n))) if next[publisher] == n => next[publisher] += 1,
            Event::Internal(Count::Of(_) | Count::Lagged) => *faults += 1,
        }
        Command::none()
    }

    fn view(&self, (next, faults): &Self::Model) -> impl View<Busy> {
        html! { <p>{format!("{} heard, {faults} faults", next.iter().sum::<u32>())}</p><button on:click={Busy}>"Busy"</button> }
    }

    fn subscriptions(&self, _: &Self::Model) -> Subscription<Count> {
        Subscription::topic(COUNTS, Count::Of).lagged(Count::Lagged)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_that_are_often_busy_hear_everything_once_and_in_order() {
    let live = Live::new(Strict);
    let pages: Vec<_> = (0..8)
        .map(|_| {
            let live = live.clone();
            tokio::spawn(async move {
                let (mut tab, mut shown) = (Tab::open(&live, "/").await, String::new());
                while !shown.starts_with("1000 heard") {
                    for _ in 0..20 {
                        tab.click(1);
                        tokio::task::yield_now().await;
                    }
                    while let Some(message) = tab.now().await {
                        if let Some(text) = message.expect("a session")[1][0].as_str() {
                            text.clone_into(&mut shown);
                        }
                    }
                }
                shown
            })
        })
        .collect();
    while live.stats().subscriptions < pages.len() {
        tokio::task::yield_now().await;
    }
    let publishers = (0..4).map(|publisher| {
        let live = live.publisher();
        std::thread::spawn(move || {
            for n in 0..250 {
                live.publish(COUNTS, &(publisher, n)).expect("numbers are JSON");
                if n % 20 == 0 {
                    std::thread::yield_now();
                }
            }
        })
    });
    publishers.collect::<Vec<_>>().into_iter().for_each(|publisher| publisher.join().expect("no panic"));
    for page in pages {
        let shown = tokio::time::timeout(Duration::from_secs(60), page).await.expect("everything is heard");
        assert_eq!(shown.expect("no panic"), "1000 heard, 0 faults");
    }
}

/// A test that fails ends after this time.
const HANG: Duration = Duration::from_secs(20);

/// A hall in which those who smile stand at the door.
#[derive(Default)]
struct Doorway {
    hall: Hall,
    door: Arc<Mutex<Option<mpsc::Receiver<()>>>>,
}

impl LiveView for Doorway {
    type Model = presence::Model;
    type ExternalEvent = presence::Press;
    type InternalEvent = Here<String>;

    async fn mount(&self, request: &PageRequest) -> Result<(Self::Model, Command<Here<String>>), MountError> {
        self.hall.mount(request).await
    }

    fn update(&self, model: &mut Self::Model, event: Event<presence::Press, Here<String>>) -> Command<Here<String>> {
        let door = if let Event::External(_) = event { self.door.lock().expect("a lock").take() } else { None };
        if let Some(door) = door {
            door.recv().expect("it opens");
        }
        self.hall.update(model, event)
    }

    fn view(&self, model: &Self::Model) -> impl View<presence::Press> {
        self.hall.view(model)
    }

    fn subscriptions(&self, model: &Self::Model) -> Subscription<Here<String>> {
        self.hall.subscriptions(model)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_busy_hears_later_who_has_come() {
    let (open, door) = mpsc::channel();
    let doorway = Doorway::default();
    let is_busy = Arc::clone(&doorway.door);
    let live = Live::new(doorway);
    let (mut ann, mut bob) = (Tab::open(&live, "/ann").await, Tab::open(&live, "/bob").await);
    *is_busy.lock().expect("a lock") = Some(door);
    let stuck = std::thread::spawn(move || {
        ann.click(presence::SMILE);
        ann
    });
    while is_busy.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    let _cleo = Tab::open(&live, "/cleo").await;
    timeout(HANG, shows(&mut bob, "cleo")).await.expect("he hears it");
    open.send(()).expect("it waits");
    let mut ann = stuck.join().expect("no panic");
    timeout(HANG, shows(&mut ann, "cleo")).await.expect("she hears it");
}

/// Waits until a page shows a list with this person.
async fn shows(tab: &mut Tab, person: &str) {
    while !shown_soon(tab).await.contains(person) {}
}
