use std::cell::{Ref, RefCell};
use std::fmt;
use std::rc::Rc;

use crate::command::PageCommand;
use serde::Serialize;
use serde_json::Value;

use crate::browser::{Browser, Keys};
use crate::model::Id;
use crate::render;
use crate::select::select;
use crate::shared::Shared;

/// An open page of a [`TestApp`](crate::TestApp). Dropping it closes the page.
///
/// Elements are found by CSS selectors. A method that reads or uses one element panics unless the selector matches
/// exactly one, and shows the page's HTML.
///
/// A method that does something also panics if nothing on the page reacts, if the server refuses the event, if the
/// view is reported to be faulty, or if the session ends because `update` or `view` panicked.
pub struct TestPage {
    app: Rc<Shared>,
    browser: Rc<RefCell<Browser>>,
}

/// The most bytes of HTML that a panic shows.
const SHOWN: usize = 4_000;

impl TestPage {
    pub(crate) fn new(app: Rc<Shared>, browser: Rc<RefCell<Browser>>) -> Self {
        Self { app, browser }
    }

    /// Clicks the element, and does what a browser then does: a submit button submits its form, a checkbox changes, a
    /// label clicks its control, and a link that has no handler leads to another [`url`](Self::url).
    ///
    /// A question of `data-confirm` is answered with yes.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.act("click", selector, |browser, element| browser.click(element));
    }

    /// Types `text` in place of the content of an `<input>` or a `<textarea>`, and commits it: `input`, then `change`.
    ///
    /// The control keeps the focus, so a debounced handler gets the text when [`TestApp::advance`](crate::TestApp::advance) lets its delay pass.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        self.act("fill", selector, |browser, element| browser.fill(element, text));
        // the first event may have removed the control
        if self.find(selector).len() == 1 {
            self.act("fill", selector, |browser, element| {
                browser.change(element);
                Ok(())
            });
        }
    }

    /// Chooses the option of a `<select>` that has this value or this text.
    #[track_caller]
    pub fn choose(&self, selector: &str, option: &str) {
        self.choose_all(selector, &[option]);
    }

    /// Chooses these options of a `<select multiple>`, and no others.
    #[track_caller]
    pub fn choose_all(&self, selector: &str, options: &[&str]) {
        self.act("choose", selector, |browser, element| browser.choose(element, options));
    }

    /// Submits a form, by itself or by one of its controls, with no button.
    ///
    /// The browser's own checks, such as `required`, are not made. Errors that the server finds are in
    /// [`form_errors`](Self::form_errors).
    #[track_caller]
    pub fn submit(&self, selector: &str) {
        self.act("submit", selector, |browser, element| browser.submit(element));
    }

    /// Presses a key at the element and lets it go: `Enter`, `a`, `Space`, `ArrowUp`, `Ctrl+z`, `Alt+Shift+F2`.
    ///
    /// Handlers of the document and the window get it too. Enter in an `<input>` submits its form, and Enter or Space on
    /// a button clicks it. No text is typed: [`fill`](Self::fill) does that.
    #[track_caller]
    pub fn press(&self, selector: &str, key: &str) {
        let Some(keys) = Keys::parse(key) else {
            panic!("{key:?} is not a key. Use a name of `KeyboardEvent.key`, with held keys before it: `Ctrl+z`.");
        };
        self.act("press a key at", selector, |browser, element| browser.press(element, &keys));
    }

    /// Dispatches any other event at the element: `dispatch("#map", "zoomed", &3)` for `on:custom:zoomed`,
    /// `dispatch("#pad", "pointerdown", &json!({"x": 4}))`, `dispatch("li", "drop", &"7")`.
    ///
    /// `payload` is the data that the page sends with the event, as docs/protocol.md describes it; `&()` is none.
    /// Events of the window can be dispatched at any element: `dispatch("body", "resize", …)`.
    #[track_caller]
    pub fn dispatch(&self, selector: &str, event: &str, payload: &(impl Serialize + ?Sized)) {
        let payload = self.json(payload);
        self.act("dispatch an event at", selector, |browser, element| browser.dispatch(element, event, payload));
    }

    /// Dispatches a custom event as `tealight.call(…)` of a script does, and returns the application's reply.
    ///
    /// # Panics
    /// Also panics if there is no reply.
    #[track_caller]
    pub fn call(&self, selector: &str, event: &str, detail: &(impl Serialize + ?Sized)) -> Value {
        self.dispatch(selector, event, detail);
        match self.browser.borrow_mut().take_reply() {
            Some(reply) => reply,
            None => panic!("the application did not answer {event:?}. Return `Command::reply` from `update`."),
        }
    }

    /// Returns the text that a person reads in the element. Runs of white space are one space.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let element = self.one("read", selector);
        render::text(&self.browser.borrow().page.dom, element)
    }

    /// Returns the text of each element that matches, in document order.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let elements = self.find(selector);
        let browser = self.browser.borrow();
        elements.into_iter().map(|element| render::text(&browser.page.dom, element)).collect()
    }

    /// Returns the element's HTML, with its own tag and without comments. Attributes are in alphabetical order.
    #[track_caller]
    pub fn html(&self, selector: &str) -> String {
        let element = self.one("read", selector);
        render::html(&self.browser.borrow().page.dom, element)
    }

    /// Returns the number of elements that match.
    #[track_caller]
    pub fn count(&self, selector: &str) -> usize {
        self.find(selector).len()
    }

    /// Returns the value of an attribute, or `None` if the element does not have it.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let element = self.one("read", selector);
        self.browser.borrow().page.dom.attribute(element, name).map(str::to_owned)
    }

    /// Returns the current value of a control.
    #[track_caller]
    pub fn value(&self, selector: &str) -> String {
        let element = self.one("read", selector);
        self.browser.borrow().value(element)
    }

    /// Returns true if a checkbox or a radio button is checked.
    #[track_caller]
    pub fn is_checked(&self, selector: &str) -> bool {
        let element = self.one("read", selector);
        self.browser.borrow().is_checked(element)
    }

    /// Returns the document's title.
    pub fn title(&self) -> String {
        self.browser.borrow().title.clone()
    }

    /// Returns the URL that the page was opened at, or that a link, `Command::go` or `Command::navigate` has led to since.
    pub fn url(&self) -> String {
        self.browser.borrow().url.clone()
    }

    /// Returns the text of `Command::flash` that this page has for the next one.
    ///
    /// A link to another view of the router takes it there. Any other page is opened by the test: give the text to its request.
    ///
    /// ```
    /// # use tealight_core::{html, Command, Event, LiveView, MountError, View};
    /// use tealight_core::PageRequest;
    /// use tealight_test::TestApp;
    ///
    /// # struct Shop;
    /// # impl LiveView for Shop {
    /// #     type Model = String;
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = ();
    /// #     async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
    /// #         Ok((request.flash().unwrap_or_default().to_owned(), Command::none()))
    /// #     }
    /// #     fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
    /// #         Command::batch([Command::flash("Saved"), Command::navigate("/orders")])
    /// #     }
    /// #     fn view(&self, flash: &String) -> impl View<()> { html! { <p role="status">{flash}</p><button on:click={()}>"Save"</button> } }
    /// # }
    /// let app = TestApp::start(Shop);
    /// let page = app.open("/edit");
    /// page.click("button");
    /// let flash = page.flash().expect("a text");
    /// let next = app.visit(|| PageRequest::new(page.url(), "").with_flash(&*flash)).expect("a page");
    /// assert_eq!(next.text("[role=status]"), "Saved");
    /// ```
    pub fn flash(&self) -> Option<String> {
        self.app.enter(|| self.browser.borrow().flash().map(str::to_owned))
    }

    /// Returns the commands of `update` and the effects of `do:` that the page has carried out since the last call.
    ///
    /// Effects that change elements have done so; the focus, scrolling and transitions are only listed.
    pub fn take_commands(&self) -> Vec<PageCommand> {
        std::mem::take(&mut self.browser.borrow_mut().commands)
    }

    /// Returns the errors of the form that the server has refused last, by the names of its controls.
    pub fn form_errors(&self) -> Vec<(String, String)> {
        self.browser.borrow().form_errors.clone()
    }

    #[track_caller]
    fn act(&self, what: &str, selector: &str, act: impl FnOnce(&mut Browser, Id) -> Result<(), String>) {
        let element = self.one(what, selector);
        let done = self.app.enter(|| act(&mut self.browser.borrow_mut(), element));
        if let Err(why) = done {
            self.fail(&format!("cannot {what} {selector:?}: {why}"));
        }
        self.app.settle();
        self.expect_live(&format!("{what} {selector:?}"));
    }

    /// Panics if the session has ended, an event was refused, or the view is faulty.
    #[track_caller]
    pub(crate) fn expect_live(&self, what: &str) {
        let mut browser = self.browser.borrow_mut();
        if let Some(close) = browser.closed {
            panic!(
                "{what}: the page has lost its session: {} ({}). A panic of `update` or `view` is shown above.",
                close.reason(),
                close.code()
            );
        }
        if let Some(fault) = browser.faults.pop() {
            panic!("{what}: the view is faulty: {fault}");
        }
        for refused in std::mem::take(&mut browser.refused) {
            if refused.fields.is_empty() {
                panic!("{what}: the server refused the event: {}", refused.reason);
            }
            browser.form_errors = refused.fields;
        }
    }

    #[track_caller]
    fn one(&self, what: &str, selector: &str) -> Id {
        match self.find(selector)[..] {
            [element] => element,
            [] => self.fail(&format!("cannot {what} {selector:?}: no element matches")),
            ref several => {
                let dom = &self.browser.borrow().page.dom;
                let shown: Vec<String> =
                    several.iter().map(|element| shortened(render::html(dom, *element), 200)).collect();
                panic!("cannot {what} {selector:?}: {} elements match. Name one.\n{}", several.len(), shown.join("\n"));
            }
        }
    }

    #[track_caller]
    fn find(&self, selector: &str) -> Vec<Id> {
        let browser: Ref<'_, Browser> = self.browser.borrow();
        select(&browser.page.dom, selector).unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    fn fail(&self, why: &str) -> ! {
        let browser = self.browser.borrow();
        let html = render::html(&browser.page.dom, browser.page.holder);
        panic!("{why}\nThe page is:\n{}", shortened(html, SHOWN));
    }

    #[track_caller]
    fn json(&self, payload: &(impl Serialize + ?Sized)) -> Value {
        serde_json::to_value(payload).unwrap_or_else(|error| panic!("could not encode the payload as JSON: {error}"))
    }
}

fn shortened(mut text: String, most: usize) -> String {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

impl fmt::Debug for TestPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPage").field("url", &self.url()).field("title", &self.title()).finish_non_exhaustive()
    }
}
