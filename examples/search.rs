//! A search that starts while you type.
//!
//! ```text
//! cargo run --example search        # http://127.0.0.1:3000
//! ```
//!
//! Each query starts a search, and its result is an internal event. A search takes longer for a short query. A newer one takes
//! its place, so no late result replaces the right one.

use std::time::Duration;

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};
use tokio::time::sleep;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Constellations").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Search).layout(layout).start()).await
}

struct Search;

#[derive(Default)]
struct Model {
    query: String,
    found: Remote<Vec<Constellation>, Unreadable>,
}

/// The query has something in it that no name has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unreadable(char);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Constellation {
    name: &'static str,
    meaning: &'static str,
}

#[derive(Hash)]
enum ExternalEvent {
    Typed(String),
}

enum InternalEvent {
    Found(Result<Vec<Constellation>, Unreadable>),
}

impl LiveView for Search {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model { query: String::new(), found: Remote::Ready(all().collect()) }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Typed(query)) => {
                model.query = query.trim().to_lowercase();
                model.found.load();
                Command::perform_keyed("search", search(model.query.clone()), InternalEvent::Found)
            }
            Event::Internal(InternalEvent::Found(found)) => {
                model.found.set(found);
                Command::none()
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        let is_searching = model.found.is_loading();
        let found = model.found.value().map_or(&[][..], Vec::as_slice);
        html! {
            <main>
                <h1>"Constellations"</h1>
                <search>
                    <label for="query">"Name or meaning"</label>
                    <input
                        id="query" type="search" autocomplete="off" spellcheck="false" placeholder="swan, bear, ship …"
                        aria-controls="found" on:input.debounce.150ms={ExternalEvent::Typed}
                    >
                </search>
                <p class={[("status", true), ("searching", is_searching)]} role="status">
                    if is_searching {
                        "Searching for “" {&model.query} "” …"
                    } else if let Some(Unreadable(odd)) = model.found.error() {
                        "No name has “" {odd.to_string()} "” in it."
                    } else {
                        {found.len()} " of " {all().count()}
                    }
                </p>
                <ul id="found" aria-busy={is_searching}>
                    for constellation in found, key = constellation.name {
                        <li>
                            <b>{marked(constellation.name, &model.query)}</b>
                            <span>{marked(constellation.meaning, &model.query)}</span>
                        </li>
                    }
                </ul>
            </main>
        }
    }
}

/// Writes a text, with the part that matches the query marked.
fn marked(text: &'static str, query: &str) -> impl View<ExternalEvent> + use<> {
    let at = text.to_ascii_lowercase().find(query).unwrap_or(text.len());
    let (before, rest) = text.split_at(at);
    let (hit, after) = rest.split_at(query.len().min(rest.len()));
    html! { {before} if !hit.is_empty() { <mark>{hit}</mark> } {after} }
}

/// Finds the constellations whose name or meaning contains the query. It takes longer the more there are.
async fn search(query: String) -> Result<Vec<Constellation>, Unreadable> {
    if let Some(odd) = query.chars().find(|letter| !letter.is_alphabetic() && *letter != ' ') {
        return Err(Unreadable(odd));
    }
    let has = |text: &str| text.to_ascii_lowercase().contains(&query);
    let found: Vec<_> = all().filter(|one| has(one.name) || has(one.meaning)).collect();
    sleep(Duration::from_millis(100 + 20 * found.len() as u64)).await;
    Ok(found)
}

fn all() -> impl Iterator<Item = Constellation> {
    SKY.lines().filter_map(|line| {
        let (name, meaning) = line.split_once(':')?;
        Some(Constellation { name: name.trim(), meaning: meaning.trim() })
    })
}

const SKY: &str = "
    Andromeda: the chained maiden
    Aquarius: the water bearer
    Aquila: the eagle
    Ara: the altar
    Argo Navis: the ship
    Aries: the ram
    Auriga: the charioteer
    Boötes: the herdsman
    Cancer: the crab
    Canis Major: the greater dog
    Canis Minor: the lesser dog
    Capricornus: the sea goat
    Cassiopeia: the queen
    Centaurus: the centaur
    Cepheus: the king
    Cetus: the whale
    Corona Borealis: the northern crown
    Corvus: the raven
    Crater: the cup
    Cygnus: the swan
    Delphinus: the dolphin
    Draco: the dragon
    Equuleus: the little horse
    Eridanus: the river
    Gemini: the twins
    Hercules: the kneeling hero
    Hydra: the water serpent
    Leo: the lion
    Lepus: the hare
    Libra: the scales
    Lupus: the wolf
    Lyra: the lyre
    Ophiuchus: the serpent bearer
    Orion: the hunter
    Pegasus: the winged horse
    Perseus: the hero
    Pisces: the fishes
    Sagitta: the arrow
    Sagittarius: the archer
    Scorpius: the scorpion
    Serpens: the serpent
    Taurus: the bull
    Triangulum: the triangle
    Ursa Major: the great bear
    Ursa Minor: the little bear
    Virgo: the maiden
";

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; accent-color: #6d5ae0;
        --line: light-dark(#d9d6ea, #34304f); --soft: light-dark(#6a6580, #a29cc0); --card: light-dark(#fff, #1c1930);
        color: light-dark(#1d1930, #eceaf8); background: light-dark(#f5f4fb, #12101f) }
    body { margin: 0 }
    main { max-width: 46rem; margin: auto; padding: 3rem 1.25rem }
    h1 { margin: 0 0 1.5rem; font-size: 2.25rem; line-height: 1.1; letter-spacing: -.02em }
    label { display: block; margin-bottom: .375rem; color: var(--soft); font-size: .9375rem }
    input { box-sizing: border-box; width: 100%; padding: .75rem 1rem; border: 1px solid var(--line);
        border-radius: .75rem; background: var(--card); color: inherit; font: inherit; font-size: 1.25rem }
    input:focus-visible { border-color: transparent; outline: 3px solid #6d5ae0 }
    .status { min-height: 1.5em; margin: .75rem 0; color: var(--soft); font-variant-numeric: tabular-nums }
    ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .625rem; margin: 0;
        padding: 0; list-style: none; transition: opacity .15s }
    ul[aria-busy=true] { opacity: .45 }
    li { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
    b, li span { display: block }
    li span { color: var(--soft); font-size: .9375rem }
    mark { border-radius: .2em; background: light-dark(#ffe08a, #7a5f00); color: inherit }
    @media (prefers-reduced-motion: reduce) { ul { transition: none } }
";

#[cfg(test)]
mod tests {
    use tealight_test::{TestApp, TestPage};

    use super::*;

    fn search_page() -> (TestApp, TestPage) {
        let app = TestApp::start(Search);
        let page = app.open("/");
        (app, page)
    }

    #[test]
    fn a_query_is_searched_when_typing_pauses() {
        let (app, page) = search_page();
        let whole = format!("{0} of {0}", all().count());
        assert_eq!((page.count("li"), page.text(".status")), (all().count(), whole.clone()));
        page.fill("#query", " Swan ");
        assert_eq!(page.text(".status"), whole);
        app.advance(Duration::from_millis(150));
        assert_eq!(
            (page.text(".status"), page.attribute("#found", "aria-busy").as_deref()),
            ("Searching for “swan” …".into(), Some("true"))
        );
        app.advance(Duration::from_secs(1));
        assert_eq!(
            (page.texts("li b"), page.text("mark"), page.text(".status")),
            (vec!["Cygnus".into()], "swan".into(), format!("1 of {}", all().count()))
        );
    }

    #[test]
    fn a_newer_search_takes_the_place_of_the_one_before() {
        let (app, page) = search_page();
        // the first query finds more, so its answer takes longer
        for query in ["a", "aqu"] {
            page.fill("#query", query);
            app.advance(Duration::from_millis(150));
        }
        app.advance(Duration::from_millis(150));
        assert_eq!(page.texts("li b"), ["Aquarius", "Aquila"]);
        // The first answer would come now.
        app.advance(Duration::from_secs(2));
        assert_eq!(page.texts("li b"), ["Aquarius", "Aquila"]);
    }

    #[test]
    fn a_query_that_no_name_can_have_is_named_and_the_list_stays() {
        let (app, page) = search_page();
        page.fill("#query", "swan");
        app.advance(Duration::from_secs(1));
        page.fill("#query", "swan 7");
        app.advance(Duration::from_secs(1));
        assert_eq!(
            (page.text(".status"), page.texts("li b")),
            ("No name has “7” in it.".into(), vec!["Cygnus".into()])
        );
    }

    #[test]
    fn names_and_meanings_are_searched() {
        let (app, page) = search_page();
        for (query, found) in [("bear", 4), ("boö", 1), ("teapot", 0)] {
            page.fill("#query", query);
            app.advance(Duration::from_secs(3));
            assert_eq!(page.count("li"), found, "{query}");
        }
        page.fill("#query", "boö");
        app.advance(Duration::from_secs(3));
        assert_eq!(page.text("li span"), "the herdsman");
    }
}
