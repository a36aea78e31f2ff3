use std::fmt;
use std::str::FromStr;

use tealight::prelude::*;

use crate::stock::{Tea, teas};

/// The application: the teas that all pages show.
pub(crate) struct Teas {
    teas: Vec<Tea>,
}

/// An address, and the whole model.
#[derive(Clone, Debug, Hash, PartialEq, Route)]
pub(crate) enum Page {
    #[route("/?page&sort&q")]
    List { page: Option<usize>, sort: Option<Sort>, q: Option<String> },
    #[route("/teas/{id}")]
    Tea { id: u32 },
}

#[derive(Clone, Copy, Debug, Default, Hash, PartialEq)]
pub(crate) enum Sort {
    #[default]
    Name,
    Country,
    Grams,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Typed(String),
}

pub(crate) enum InternalEvent {
    Went(Page),
}

/// The rows of a page.
const ROWS: usize = 10;

impl LiveView for Teas {
    type Model = Page;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Page, Command<InternalEvent>), MountError> {
        let page = request.route()?;
        let title = self.title(&page).ok_or(MountError::NotFound)?;
        Ok((page, Command::title(title)))
    }

    fn update(&self, model: &mut Page, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Typed(text)) => {
                let sort = if let Page::List { sort, .. } = model { *sort } else { None };
                let q = (!text.is_empty()).then_some(text);
                Command::go(Page::List { page: None, sort, q }).replace()
            }
            Event::Internal(InternalEvent::Went(page)) => {
                *model = page;
                Command::title(self.title(model).unwrap_or("No such tea".to_owned()))
            }
        }
    }

    fn view(&self, model: &Page) -> impl View<ExternalEvent> {
        html! {
            <main>
                match model {
                    Page::List { page, sort, q } => {
                        {self.list(page.unwrap_or(1), *sort, q.as_deref().unwrap_or_default())}
                    }
                    Page::Tea { id } => {
                        {tea(self.find(*id))}
                        <p><a href={Page::List { page: None, sort: None, q: None }}>"All teas"</a></p>
                    }
                }
            </main>
        }
    }

    fn subscriptions(&self, _model: &Page) -> Subscription<InternalEvent> {
        Subscription::route(InternalEvent::Went)
    }
}

impl Teas {
    pub(crate) fn new() -> Self {
        Self { teas: teas() }
    }

    fn find(&self, id: u32) -> Option<&Tea> {
        self.teas.iter().find(|tea| tea.id == id)
    }

    /// Returns the title of an address, if there is such a page.
    fn title(&self, page: &Page) -> Option<String> {
        match page {
            Page::List { .. } => Some("Teas".to_owned()),
            Page::Tea { id } => Some(self.find(*id)?.name.clone()),
        }
    }

    /// Returns the teas that a search finds, in this order.
    fn found(&self, sort: Sort, q: &str) -> Vec<&Tea> {
        let q = q.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&q);
        let mut found: Vec<&Tea> = self.teas.iter().filter(|tea| has(&tea.name) || has(tea.country)).collect();
        match sort {
            Sort::Name => found.sort_by_key(|tea| &tea.name),
            Sort::Country => found.sort_by_key(|tea| (tea.country, &tea.name)),
            Sort::Grams => found.sort_by_key(|tea| tea.grams),
        }
        found
    }

    fn list<'a>(&'a self, page: usize, sort: Option<Sort>, q: &'a str) -> impl View<ExternalEvent> + use<'a> {
        let found = self.found(sort.unwrap_or_default(), q);
        let pages = found.len().div_ceil(ROWS).max(1);
        let shown = page.clamp(1, pages);
        // The first page and the first order need no parameters, so each list has one address.
        let address = move |page: usize, sort: Option<Sort>| Page::List {
            page: (page > 1).then_some(page),
            sort: sort.filter(|sort| *sort != Sort::default()),
            q: (!q.is_empty()).then(|| q.to_owned()),
        };
        let column = move |name: &'static str, column: Sort| {
            let is_sorted = sort.unwrap_or_default() == column;
            html! {
                <th scope="col" aria-sort={is_sorted.then_some("ascending")}>
                    <a href={address(1, Some(column))}>{name}</a>
                </th>
            }
        };
        html! {
            <h1>"Teas"</h1>
            <search>
                <label for="q">"Name or country"</label>
                <input id="q" type="search" autocomplete="off" maxlength="40" value={q} on:input={ExternalEvent::Typed}>
            </search>
            <p role="status">{found.len()} if found.len() == 1 { " tea" } else { " teas" }</p>
            <table>
                <thead>
                    <tr>{column("Name", Sort::Name)} {column("Country", Sort::Country)} {column("Grams", Sort::Grams)}</tr>
                </thead>
                <tbody>
                    for tea in found.iter().skip(ROWS * (shown - 1)).take(ROWS), key = tea.id {
                        <tr>
                            <td><a href={Page::Tea { id: tea.id }}>{&tea.name}</a></td>
                            <td>{tea.country}</td>
                            <td>{grouped(tea.grams, ',')}</td>
                        </tr>
                    }
                </tbody>
            </table>
            <nav aria-label="Pages">
                <ul>
                    for page in 1..=pages {
                        <li><a href={address(page, sort)} aria-current={(page == shown).then_some("page")}>{page}</a></li>
                    }
                </ul>
            </nav>
        }
    }
}

fn tea(tea: Option<&Tea>) -> impl View<ExternalEvent> {
    html! {
        if let Some(Tea { name, country, grams, .. }) = tea {
            <h1>{name}</h1>
            <dl>
                <dt>"Country"</dt> <dd>{*country}</dd>
                <dt>"In stock"</dt> <dd>{grouped(*grams, ',')} " g"</dd>
            </dl>
        } else {
            <h1>"There is no such tea."</h1>
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Country => "country",
            Self::Grams => "grams",
        })
    }
}

impl FromStr for Sort {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Name, Self::Country, Self::Grams].into_iter().find(|sort| sort.to_string() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use tealight_test::{TestApp, TestPage};

    use super::*;

    fn open(address: &str) -> TestPage {
        TestApp::start(Teas::new()).open(address)
    }

    fn names(page: &TestPage) -> Vec<String> {
        page.texts("tbody td:first-child")
    }

    fn found(page: &TestPage) -> String {
        page.text("[role=status]")
    }

    #[test]
    fn the_first_page_has_ten_of_sixty_teas_by_name() {
        let page = open("/");
        assert_eq!((page.title(), found(&page), page.count("tbody tr")), ("Teas".into(), "60 teas".into(), 10));
        assert!(names(&page).is_sorted());
        assert_eq!(page.text("tbody tr:first-child"), "Autumn Assam India 1,300");
        assert_eq!(page.text("[aria-sort=ascending]"), "Name");
        assert_eq!(
            (page.texts("nav a").join(" "), page.text("[aria-current=page]")),
            ("1 2 3 4 5 6".into(), "1".into())
        );
    }

    #[test]
    fn all_pages_together_have_each_tea_once() {
        let mut all: Vec<_> = (1..=6).flat_map(|number| names(&open(&format!("/?page={number}")))).collect();
        assert!(all.is_sorted());
        all.dedup();
        assert_eq!(all.len(), 60);
    }

    #[test]
    fn an_address_sorts_and_searches() {
        let page = open("/?sort=grams&q=+JAPAN");
        let grams: Vec<u32> =
            page.texts("td:last-child").iter().map(|text| text.replace(',', "").parse().unwrap()).collect();
        assert!(grams.is_sorted(), "{grams:?}");
        assert_eq!((found(&page), page.value("#q")), ("15 teas".into(), " JAPAN".into()));
        assert_eq!(page.text("[aria-sort=ascending]"), "Grams");
        let country = open("/?sort=country&page=2");
        assert!(country.texts("td:nth-child(2)").is_sorted());
    }

    #[test]
    fn links_keep_the_order_and_the_search() {
        let page = open("/?page=2&sort=country&q=a");
        let link = |selector: &str| page.attribute(selector, "href").expect("a link");
        assert_eq!(link("th:first-child a"), "/?q=a");
        assert_eq!(link("th:last-child a"), "/?sort=grams&q=a");
        assert_eq!(link("nav li:first-child a"), "/?sort=country&q=a");
        assert_eq!(link("nav li:nth-child(3) a"), "/?page=3&sort=country&q=a");
        assert_eq!(link("[aria-current=page]"), "/?page=2&sort=country&q=a");
    }

    #[test]
    fn a_page_after_the_last_one_shows_the_last_one() {
        for (address, shown, rows) in [("/?page=99", "6", 10), ("/?page=0", "1", 10), ("/?q=no+such", "1", 0)] {
            let page = open(address);
            assert_eq!((page.text("[aria-current=page]").as_str(), page.count("tbody tr")), (shown, rows), "{address}");
        }
    }

    #[test]
    fn a_tea_has_its_own_address() {
        let list = open("/?q=uva");
        let address = list.attribute("tbody tr:first-child a", "href").expect("a link");
        let page = open(&address);
        assert_eq!((page.title(), page.text("h1")), ("Autumn Uva".into(), "Autumn Uva".into()));
        assert_eq!(page.texts("dd"), ["Sri Lanka", "2,400 g"]);
        assert_eq!(page.attribute("p a", "href").as_deref(), Some("/"));
    }

    #[test]
    fn an_address_that_no_page_has_is_not_found() {
        let app = TestApp::start(Teas::new());
        for (path, query) in
            [("/teas/61", ""), ("/teas/oolong", ""), ("/teas", ""), ("/", "sort=taste"), ("/", "page=two")]
        {
            let error = app.visit(|| PageRequest::new(path, query)).err();
            assert!(matches!(error, Some(MountError::NotFound)), "{path}?{query}");
        }
    }

    #[test]
    fn typing_goes_to_the_first_page_of_what_is_found() {
        let teas = Teas::new();
        let mut model = Page::List { page: Some(2), sort: Some(Sort::Grams), q: None };
        for (text, address) in [("uva", "/?sort=grams&q=uva"), ("", "/?sort=grams")] {
            let command = teas.update(&mut model, Event::External(ExternalEvent::Typed(text.to_owned())));
            assert_eq!(format!("{command:?}"), format!("Go {{ address: {address:?}, replaces: true }}"));
        }
    }

    #[test]
    fn going_to_an_address_makes_it_the_model() {
        let teas = Teas::new();
        let mut model = Page::List { page: None, sort: None, q: None };
        for (id, title) in [(59, "Autumn Uva"), (61, "No such tea")] {
            let command = teas.update(&mut model, Event::Internal(InternalEvent::Went(Page::Tea { id })));
            assert_eq!((&model, format!("{command:?}")), (&Page::Tea { id }, format!("Title({title:?})")));
        }
    }
}
