//! Links between the views of a router.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Route, Subscription, View, html};
use tealight_runtime::{Builder, Close, Live, Router};
use tealight_test::protocol::{Tab, request, session_in};

use crate::saved::MemoryStore;

/// The address of the event that a person follows a link.
pub(super) const LINK: u32 = u32::MAX - 1;
/// The slot of the button in all views here.
pub(super) const UP: u64 = 0;

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
pub(super) enum Shop {
    #[route("/shop?q")]
    List { q: Option<String> },
    #[route("/shop/{id}")]
    Item { id: u64 },
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
pub(super) enum Desk {
    #[route("/desk")]
    Home,
    #[route("/desk/{name}")]
    Drawer { name: String },
}

/// Hears its routes.
#[derive(Default)]
pub(super) struct Shopping {
    pub(super) mounts: Arc<AtomicUsize>,
}

pub(super) enum Went {
    To(Shop),
}

impl LiveView for Shopping {
    type Model = (Shop, u32);
    type ExternalEvent = ();
    type InternalEvent = Went;

    async fn mount(&self, request: &PageRequest) -> Result<((Shop, u32), Command<Went>), MountError> {
        self.mounts.fetch_add(1, Relaxed);
        let shop = request.route()?;
        if matches!(shop, Shop::Item { id: 404 }) {
            return Err(MountError::NotFound);
        }
        Ok(((shop, 0), Command::none()))
    }

    fn update(&self, (shop, count): &mut (Shop, u32), event: Event<(), Went>) -> Command<Went> {
        match event {
            Event::External(()) => *count += 1,
            Event::Internal(Went::To(to)) => *shop = to,
        }
        Command::none()
    }

    fn view(&self, (shop, count): &(Shop, u32)) -> impl View<()> {
        html! { <button on:click={()}>{count}</button><p>{shop.address()}</p> }
    }

    fn subscriptions(&self, _: &(Shop, u32)) -> Subscription<Went> {
        Subscription::route(Went::To)
    }
}

/// Hears no routes, and has a title.
pub(super) struct Working;

/// A value that a guard adds.
struct Name(String);

impl LiveView for Working {
    type Model = (String, u32);
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<((String, u32), Command<()>), MountError> {
        let name = match request.route()? {
            Desk::Home => "home".to_owned(),
            Desk::Drawer { name } if name == "slow" => std::future::pending().await,
            Desk::Drawer { name } => name,
        };
        let whose = request.get::<Name>().map(|name| name.0.clone()).unwrap_or_default();
        Ok(((whose, 0), Command::title(name)))
    }

    fn update(&self, (_, count): &mut (String, u32), _: Event<(), ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, (name, count): &(String, u32)) -> impl View<()> {
        html! { <button on:click={()}>{count}</button><p>{name}</p> }
    }
}

pub(super) fn shop() -> Builder<Router> {
    Live::builder(Router::new().live::<Shop>(Shopping::default()).live::<Desk>(Working))
}

/// Follows a link, and returns the next message.
pub(super) async fn follow(tab: &mut Tab, to: Value) -> Result<Value, Close> {
    tab.event += 1;
    let event = json!([tab.event, tab.patch, [LINK], to]);
    tab.send(&event);
    tab.next().await
}

/// Follows a link to another view, as a page does. Returns the values of the view and its title.
pub(super) async fn go(tab: &mut Tab, to: Value) -> Value {
    let event = tab.event + 1;
    assert_eq!(follow(tab, to).await, Ok(json!({"went": event})));
    tab.send(&json!({"went": event}));
    let mount = tab.next().await.expect("a full render")["mount"].clone();
    let title = &mount["commands"][0][1];
    json!([mount["view"][1], mount["view"][2], title])
}

#[tokio::test(start_paused = true)]
async fn a_link_to_another_view_mounts_it_over_the_same_connection() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    let first = tab.session.clone();
    assert_eq!(go(&mut tab, json!("/desk/pens")).await, json!(["0", "", "pens"]));
    assert_ne!(tab.session, first);
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([2, [1, "1"], {"e": 1}])));
    assert_eq!((live.stats().attached, live.stats().detached), (1, 1));
    // A view without a title has the layout's.
    assert_eq!(go(&mut tab, json!("/shop?q=tea")).await, json!(["0", "/shop?q=tea", "Tealight"]));
    // It hears its own routes: its session goes on.
    assert_eq!(follow(&mut tab, json!("/shop/7")).await, Ok(json!([2, [2, "/shop/7"], {"e": 1}])));
}

#[tokio::test(start_paused = true)]
async fn back_attaches_to_the_session_that_was_left() {
    let shopping = Shopping::default();
    let mounts = Arc::clone(&shopping.mounts);
    let live = Live::from(Router::new().live::<Shop>(shopping).live::<Desk>(Working));
    let mut tab = Tab::open(&live, "/shop").await;
    let first = tab.session.clone();
    tab.click(UP);
    tab.next().await.expect("a patch");
    go(&mut tab, json!("/desk")).await;
    assert_eq!(go(&mut tab, json!(["/shop", first])).await, json!(["1", "/shop", null]));
    assert_eq!((&tab.session, mounts.load(Relaxed)), (&first, 1));
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([3, [1, "2"], {"e": 3}])));
    // Later it is gone.
    go(&mut tab, json!("/desk")).await;
    tokio::time::advance(Duration::from_secs(121)).await;
    assert_eq!(go(&mut tab, json!(["/shop", first])).await, json!(["0", "/shop", "Tealight"]));
}

#[tokio::test(start_paused = true)]
async fn what_a_page_sends_before_it_hears_of_the_new_view_is_for_the_old_one() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/desk").await;
    let first = tab.session.clone();
    // Everything that is due comes first.
    let title = json!([1, [], {"c": [["title", "home"]], "n": ["effects"]}]);
    assert_eq!(follow(&mut tab, json!("/shop")).await, Ok(title));
    assert_eq!(tab.next().await, Ok(json!({"went": 1})));
    tab.click(UP);
    // A second link that is followed before the first has led anywhere leads nowhere.
    tab.event += 1;
    let second = json!([tab.event, tab.patch, [LINK], "/shop/7"]);
    tab.send(&second);
    tab.send(&json!({"went": 1}));
    assert_eq!(tab.next().await.expect("a full render")["mount"]["view"][1], "0");
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([2, [1, "1"], {"e": 1}])));
    assert_eq!(go(&mut tab, json!(["/desk", first])).await, json!(["1", "", null]));
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_of_what_was_not_done_before_it_goes() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    let first = tab.session.clone();
    tab.send(&json!([1, 0, [9]]));
    tab.send(&json!([2, 0, [LINK], "/desk"]));
    assert_eq!(tab.next().await, Ok(json!({"refused": "no-handler", "event": 1})));
    assert_eq!(tab.next().await, Ok(json!({"went": 2})));
    tab.send(&json!({"went": 2}));
    tab.next().await.expect("a full render");
    tab.event = 0;
    assert_eq!(go(&mut tab, json!(["/shop", first])).await, json!(["0", "/shop", null]));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_breaks_on_the_way_leads_there_the_next_time() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    tab.click(UP);
    tab.next().await.expect("a patch");
    let link = json!([2, 1, [LINK], "/desk"]);
    tab.send(&link);
    // Nobody has asked for the answer.
    tab.connection = live.connect(request("/shop"));
    tab.event = 2;
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    tab.send(&link);
    assert_eq!(tab.next().await, Ok(json!({"went": 2})));
}

#[tokio::test(start_paused = true)]
async fn a_link_that_comes_after_the_end_of_its_line_is_followed_when_the_page_is_back() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    tab.click(UP);
    tab.next().await.expect("a patch");
    assert!(tab.connection.hang_up());
    let (link, click) = (json!([2, 1, [LINK], "/desk"]), json!([3, 1, [UP]]));
    tab.send(&link);
    tab.send(&click);
    tab.connection = live.connect(request("/shop"));
    tab.event = 3;
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    tab.send(&link);
    assert_eq!(tab.next().await, Ok(json!({"went": 2})));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_sends_while_it_must_wait_is_cut_off_and_its_session_waits() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    tab.send(&json!([1, 0, [LINK], "/desk/slow"]));
    tab.send(&json!([2, 0, [UP]]));
    assert_eq!(tab.next().await, Err(Close::Order));
    assert_eq!((live.stats().attached, live.stats().detached), (0, 1));
}

/// Everybody whose cookie names them may see the desk; only Ada its drawers.
pub(super) fn guarded() -> Live {
    let desk = Router::new().live::<Desk>(Working).guard(async |request: PageRequest| {
        let name = request.cookie("name").unwrap_or_default().to_owned();
        match (&*name, request.path()) {
            ("", _) => Err(MountError::Redirect("/shop".into())),
            ("ada", _) | (_, "/desk") => Ok(request.owned_by(&*name).with(Name(name))),
            _ => Err(MountError::Forbidden),
        }
    });
    Live::from(Router::new().live::<Shop>(Shopping::default()).merge(desk))
}

pub(super) fn request_of(name: &str, path: &str) -> PageRequest {
    request(path).header("cookie", format!("name={name}"))
}

pub(super) async fn open_as(live: &Live, name: &str, path: &str) -> Tab {
    let session = session_in(live.page(request_of(name, path), "/").await.expect("a page").html());
    let mut tab = Tab { connection: live.connect(request_of(name, path)), session, patch: 0, event: 0 };
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
    tab
}

#[tokio::test(start_paused = true)]
async fn a_link_leads_where_a_request_does() {
    let live = guarded();
    for name in ["", "ada", "bob"] {
        for (path, allowed) in [
            ("/desk", &["ada", "bob"][..]),
            ("/desk/pens", &["ada"]),
            ("/desk/", &[]),
            ("/shop/404", &[]),
            ("/shop/7x", &[]),
            ("/other", &[]),
            ("//evil.example/desk", &[]),
            ("/desk\n", &[]),
        ] {
            let mut tab = open_as(&live, name, "/shop").await;
            let is_shown = live.page(request_of(name, path), "/").await.is_ok();
            let went = follow(&mut tab, json!(path)).await.expect("an answer");
            let has_gone = went == json!({"went": 1});
            let is_elsewhere = went == json!({"refused": "elsewhere", "event": 1});
            // These are heard by the view that is there.
            let is_heard = path.starts_with("/shop/") && went[0] == 1;
            assert!(has_gone || is_elsewhere || is_heard, "{name} {path}: {went}");
            assert_eq!(has_gone, is_shown, "{name} {path}: {went}");
            assert_eq!(has_gone, allowed.contains(&name), "{name} {path}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_goes_to_a_session_of_somebody_else() {
    let live = guarded();
    let mut ada = open_as(&live, "ada", "/desk").await;
    let hers = ada.session.clone();
    ada.click(UP);
    ada.next().await.expect("a patch");
    // Her page is attached: another one gets a session of its own.
    let mut bob = open_as(&live, "bob", "/shop").await;
    assert_eq!(go(&mut bob, json!(["/desk", hers])).await, json!(["0", "bob", "home"]));
    drop(ada);
    let mut bob = open_as(&live, "bob", "/shop").await;
    let answer = follow(&mut bob, json!(["/desk", hers])).await;
    assert_eq!(answer, Ok(json!({"refused": "elsewhere", "event": 1})));
    let mut ada = open_as(&live, "ada", "/shop").await;
    assert_eq!(go(&mut ada, json!(["/desk", hers])).await, json!(["1", "ada", "home"]));
}

#[tokio::test(start_paused = true)]
async fn a_session_attaches_only_at_an_address_of_its_view() {
    let live = guarded();
    let desk = session_in(live.page(request_of("ada", "/desk"), "/").await.expect("a page").html());
    // At an address without a guard its session is not found.
    let mut tab = Tab { connection: live.connect(request_of("ada", "/shop")), session: desk, patch: 0, event: 0 };
    tab.attach();
    assert_eq!(tab.next().await.expect("a full render")["mount"]["view"][2], "/shop");
}

#[tokio::test(start_paused = true)]
async fn a_person_who_has_logged_out_goes_nowhere() {
    let live = guarded();
    let mut ada = open_as(&live, "ada", "/shop").await;
    live.publisher().end_sessions("ada").await.expect("they end");
    let answer = follow(&mut ada, json!("/desk")).await;
    assert_eq!(answer, Ok(json!({"refused": "elsewhere", "event": 1})));
}

#[tokio::test(start_paused = true)]
async fn a_view_that_takes_too_long_is_loaded() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    tab.event = 1;
    tab.send(&json!([1, 0, [LINK], "/desk/slow"]));
    assert!(!tab.connection.is_ready());
    assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": 1})));
    assert!(tab.connection.is_ready());
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([1, [1, "1"], {"e": 2}])));
    // The page may leave meanwhile.
    tab.event += 1;
    let slow = json!([tab.event, tab.patch, [LINK], "/desk/slow"]);
    tab.send(&slow);
    drop(tab);
    let stats = live.stats();
    assert_eq!((stats.attached, stats.detached, stats.connections), (0, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_router_answers_the_paths_of_its_views() {
    let live = shop().start();
    for (path, answer) in [
        ("/shop", "page"),
        ("/shop/7", "page"),
        ("/desk/pens", "page"),
        ("/shop/", "to /shop?x=1"),
        ("/desk/pens/", "to /desk/pens?x=1"),
        ("/d%65sk/pens", "to /desk/pens?x=1"),
        ("/desk/%70ens/", "to /desk/pens?x=1"),
        ("/desk/caf%c3%a9", "to /desk/caf%C3%A9?x=1"),
        ("//desk", "nothing"),
        ("/shop/../desk", "nothing"),
        ("/", "nothing"),
        ("/shop/7/8", "nothing"),
        ("/shop/seven", "nothing"),
    ] {
        let found = match live.page(PageRequest::new(path, "x=1"), "/").await {
            Ok(page) => {
                assert!(page.html().contains("-routes.js"), "its links need that part of the script");
                "page".to_owned()
            }
            Err(MountError::Redirect(to)) => format!("to {to}"),
            Err(MountError::NotFound) => "nothing".to_owned(),
            Err(other) => panic!("{path}: {other}"),
        };
        assert_eq!(found, answer, "{path}");
    }
}

#[tokio::test]
#[should_panic(expected = "cannot have the path `/desk/{any}`, because another view has `/desk/{part}`")]
async fn two_views_have_no_path_in_common() {
    let _ = Router::new().live::<Desk>(Working).live_at("/desk/{any}", Working);
}

#[tokio::test(start_paused = true)]
async fn the_more_specific_pattern_counts() {
    let live = Live::from(Router::new().live::<Desk>(Working).live_at("/desk/new", Shopping::default()));
    assert!(matches!(live.page(request("/desk/new"), "/").await, Err(MountError::NotFound)), "no route of `Shopping`");
    let mut tab = Tab::open(&live, "/desk/old").await;
    // By a link it leads to the same view.
    assert_eq!(
        follow(&mut tab, json!("/desk/new")).await.expect("an answer"),
        json!([1, [], {"c": [["title", "old"]], "n": ["effects"]}])
    );
    assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": 1})));
}

/// Counts, and is saved. Its number tells two views apart.
pub(super) struct Counting<const VIEW: u32>;

impl<const VIEW: u32> LiveView for Counting<VIEW> {
    type Model = u32;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut u32, _: Event<(), ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, count: &u32) -> impl View<()> {
        html! { <button on:click={()}>{count}</button><p>{VIEW}</p> }
    }
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
#[route("/one")]
pub(super) struct One;

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
#[route("/two")]
pub(super) struct Two;

fn saved(store: &MemoryStore) -> Live {
    let router = Router::new()
        .live_saved::<One, _>(Counting::<1>, store.clone())
        .live_saved::<Two, _>(Counting::<2>, store.clone());
    Live::from(router)
}

#[tokio::test(start_paused = true)]
async fn a_saved_session_is_restored_by_its_own_view_alone() {
    let store = MemoryStore::default();
    let mut live = saved(&store);
    let mut tab = Tab::open(&live, "/one").await;
    tab.click(UP);
    tab.next().await.expect("a patch");
    let first = tab.session.clone();
    // A shutdown waits for its connections.
    drop(tab);
    for (path, model) in [("/two", "0"), ("/one", "1")] {
        live.shutdown().await;
        live = saved(&store);
        let mut tab = Tab { connection: live.connect(request(path)), session: first.clone(), patch: 9, event: 1 };
        tab.attach();
        let answer = tab.next().await.expect("an answer");
        assert_eq!(answer["mount"]["view"][1], model, "at {path}: {answer}");
        assert_eq!(tab.session == first, path == "/one", "at {path}");
    }
    // By a link it is restored too.
    live.shutdown().await;
    live = saved(&store);
    let mut tab = Tab::open(&live, "/two").await;
    assert_eq!(go(&mut tab, json!(["/one", first])).await, json!(["1", "1", null]));
}

#[tokio::test]
#[should_panic(expected = "is saved at two places")]
async fn a_view_is_saved_at_one_place() {
    let store = MemoryStore::default();
    let _ = Router::new()
        .live_saved::<One, _>(Counting::<1>, store.clone())
        .live_saved::<Two, _>(Counting::<1>, store.clone());
}
