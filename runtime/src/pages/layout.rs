use std::borrow::Cow;
use std::fmt::{self, Write as _};

use tealight_core::view::escape_html;
use tealight_core::{Messages, Needs, Notice, PageRequest};

use super::headers::{Headers, PageHeaders};
use super::script;
use crate::limits::MESSAGE_BYTES;

/// The document around an application's view.
///
/// ```
/// use tealight_runtime::Layout;
///
/// let layout = Layout::new("Sales")
///     .language("en-GB")
///     .stylesheet("/assets/sales.css")
///     .style("body { max-width: 40rem; margin: auto }")
///     .head(r#"<link rel="icon" href="/assets/sales.svg">"#)
///     .body("<header>Sales</header>", "<footer>© Tea & Co.</footer>");
/// # let _ = layout;
/// ```
///
/// Texts are escaped. Arguments called markup or CSS are not: they must be trusted.
pub struct Layout {
    title: Cow<'static, str>,
    language: Cow<'static, str>,
    head: String,
    before: Cow<'static, str>,
    after: Cow<'static, str>,
    headers: Headers,
    has_style: bool,
    has_view_transitions: bool,
    write: Option<Box<Write>>,
}

type Write = dyn Fn(&Document<'_>) -> String + Send + Sync;

/// Shows a thin bar while the page waits for the server, and a text at an event that the server has not applied. Puts a field's
/// error on a line of its own.
const STYLE: &str = "<style>\
    [data-tealight-refused]::after{content:attr(data-tealight-refused);position:absolute;z-index:9999;max-width:20em;\
    margin:.25em;padding:.25em .5em;border-radius:.25em;color:#fff;background:#333;font:.875rem/1.4 system-ui;\
    white-space:normal;text-align:start}\
    [data-tealight][data-tealight-refused]::after{position:fixed;inset:auto 0 0;margin:.5em auto}\
    [data-tealight-waiting]::before{content:\"\";position:fixed;inset:0 0 auto;z-index:9999;height:2px;\
    background:currentColor;transform-origin:0;animation:tealight-waiting 2s infinite}\
    @keyframes tealight-waiting{from{transform:scaleX(0)}to{opacity:.3}}\
    @media(prefers-reduced-motion:reduce){[data-tealight-waiting]::before{animation:none;opacity:.5}}\
    .field-error{display:block}\
    </style>\n";

impl Layout {
    /// Makes a document with this title, in UTF-8, as wide as the screen. `Command::title` replaces the title.
    pub fn new(title: impl Into<Cow<'static, str>>) -> Self {
        Self {
            title: title.into(),
            language: "en".into(),
            head: String::new(),
            before: "".into(),
            after: "".into(),
            headers: Headers::default(),
            has_style: true,
            has_view_transitions: false,
            write: None,
        }
    }

    /// Makes a document with a function of the application. The document must contain the view and the script.
    ///
    /// ```
    /// use tealight_runtime::Layout;
    ///
    /// let layout = Layout::custom(|page| {
    ///     let (view, script) = (page.view(), page.script());
    ///     format!("<!DOCTYPE html><title>{}</title>{script}<main>{view}</main>", page.request().path())
    /// });
    /// # let _ = layout;
    /// ```
    pub fn custom(write: impl Fn(&Document<'_>) -> String + Send + Sync + 'static) -> Self {
        Self { write: Some(Box::new(write)), ..Self::default() }
    }

    /// Sets the language of the page's text. The default is `en`.
    #[must_use]
    pub fn language(mut self, language: impl Into<Cow<'static, str>>) -> Self {
        self.language = language.into();
        self
    }

    /// Adds a style sheet, by its URL.
    #[must_use]
    pub fn stylesheet(mut self, href: &str) -> Self {
        self.head.push_str("<link rel=\"stylesheet\" href=\"");
        escape_html(&mut self.head, href);
        self.head.push_str("\">\n");
        self
    }

    /// Adds trusted CSS to the page itself, as a `<style>`.
    #[must_use]
    pub fn style(self, css: &str) -> Self {
        self.head(&format!("<style>{css}</style>"))
    }

    /// Leaves out Tealight's own style: a thin bar at the upper edge while the page waits for the server, after
    /// 300 ms (`[data-tealight-waiting]::before`), a text at an event that was not applied
    /// (`[data-tealight-refused]::after`), and a line of its own for each field's error (`.field-error`).
    ///
    /// The style is a `<style>` in the page, which some security policies forbid. To change it, override it in a
    /// style sheet.
    #[must_use]
    pub fn without_own_style(mut self) -> Self {
        self.has_style = false;
        self
    }

    /// Shows the way from one view of a [`Router`](crate::Router) to another as a transition, in browsers that can. Without CSS of your
    /// own the two pages fade; `view-transition-name` names elements that move. People who prefer reduced motion see none.
    #[must_use]
    pub fn view_transitions(mut self) -> Self {
        self.has_view_transitions = true;
        self
    }

    /// Adds trusted markup to the head.
    #[must_use]
    pub fn head(mut self, markup: &str) -> Self {
        self.head.push_str(markup);
        self.head.push('\n');
        self
    }

    /// Sets trusted markup in the body, before the view and after it.
    #[must_use]
    pub fn body(mut self, before: impl Into<Cow<'static, str>>, after: impl Into<Cow<'static, str>>) -> Self {
        (self.before, self.after) = (before.into(), after.into());
        self
    }

    /// Sets the `Content-Security-Policy` header of the page, in place of the default:
    ///
    /// | directive | effect |
    /// |---|---|
    /// | `script-src 'self'` | Scripts are files of the page's own origin; see [`allow_script`](Self::allow_script). |
    /// | `require-trusted-types-for 'script'`, `trusted-types tealight` | No script makes markup or scripts from a text; see [`allow_trusted_types`](Self::allow_trusted_types). |
    /// | `form-action 'self'` | Forms are sent to the page's own origin; see [`allow_form`](Self::allow_form). |
    /// | `frame-ancestors 'self'` | No other site shows the page in a frame; see [`allow_frame`](Self::allow_frame). |
    /// | `object-src 'none'`, `base-uri 'self'` | No plugins, and no `<base>` of another origin. |
    ///
    /// Styles, images, fonts and connections are not restricted.
    ///
    /// # Panics
    /// Panics if the policy is not a text in ASCII.
    #[must_use]
    pub fn policy(self, policy: impl AsRef<str>) -> Self {
        self.header("content-security-policy", policy)
    }

    /// Sends no `Content-Security-Policy`, for example because a proxy adds it.
    #[must_use]
    pub fn without_policy(self) -> Self {
        self.without_header("content-security-policy")
    }

    /// Allows scripts of another source: an origin, such as `https://cdn.example`, or the hash of a script in the page, such as
    /// `'sha256-…'`.
    ///
    /// # Panics
    /// Panics if this is not one word, as do the other methods that allow something.
    ///
    /// ```
    /// use tealight_runtime::Layout;
    ///
    /// let layout = Layout::new("Shop")
    ///     .allow_script("https://cdn.example")
    ///     .allow_trusted_types("chart")
    ///     .allow_form("https://pay.example");
    /// # let _ = layout;
    /// ```
    #[must_use]
    pub fn allow_script(self, source: &str) -> Self {
        self.allow("script-src", source)
    }

    /// Allows another script of the page to make a Trusted Types policy of this name, or of any with `*`. A script that
    /// writes `innerHTML` needs one; [`without_trusted_types`](Self::without_trusted_types) is for those that have none.
    #[must_use]
    pub fn allow_trusted_types(self, name: &str) -> Self {
        self.allow("trusted-types", name)
    }

    /// Lets scripts on the page write markup from texts, as in `innerHTML`, for a library that knows no Trusted Types.
    #[must_use]
    pub fn without_trusted_types(mut self) -> Self {
        if let Some(policy) = &mut self.headers.policy {
            policy.remove("require-trusted-types-for");
            policy.remove("trusted-types");
        }
        self
    }

    /// Allows forms to be sent to another origin, such as `https://pay.example`. Some browsers need this too when the answer to
    /// a form leads there.
    #[must_use]
    pub fn allow_form(self, origin: &str) -> Self {
        self.allow("form-action", origin)
    }

    /// Lets pages of another origin show this one in a frame.
    #[must_use]
    pub fn allow_frame(self, origin: &str) -> Self {
        self.allow("frame-ancestors", origin)
    }

    /// Sets another header of the page, in place of the default if there is one. The default for `Referrer-Policy` is
    /// `same-origin`: other sites do not learn which page a person comes from.
    ///
    /// # Panics
    /// Panics if this is no header, or its value is no text in ASCII, and for `Content-Type`, `Cache-Control` and
    /// `X-Content-Type-Options`, which no page can do without.
    ///
    /// ```
    /// use tealight_runtime::Layout;
    ///
    /// let layout = Layout::new("Shop").header("Cross-Origin-Opener-Policy", "same-origin");
    /// # let _ = layout;
    /// ```
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.headers.set(name, value.as_ref());
        self
    }

    /// Leaves out a header, for example because a proxy adds it.
    ///
    /// # Panics
    /// Panics as [`header`](Self::header) does.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The title of a page that has set none.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn has_view_transitions(&self) -> bool {
        self.has_view_transitions
    }

    pub(crate) fn headers(&self) -> PageHeaders {
        self.headers.all()
    }

    fn allow(mut self, directive: &str, source: &str) -> Self {
        if let Some(policy) = &mut self.headers.policy {
            policy.allow(directive, source);
        }
        self
    }

    pub(crate) fn render(&self, document: &Document<'_>) -> String {
        if let Some(write) = &self.write {
            return write(document);
        }
        let Self { language, head, before, after, .. } = self;
        let Document { view, script, .. } = document;
        let mut html = String::with_capacity(view.len() + head.len() + before.len() + after.len() + 300);
        html.push_str("<!DOCTYPE html>\n<html lang=\"");
        escape_html(&mut html, language);
        html.push_str("\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
        escape_html(&mut html, document.title().unwrap_or(&self.title));
        html.push_str("</title>\n");
        if self.has_style {
            html.push_str(STYLE);
        }
        html.push_str(head);
        html.push_str(script);
        html.push_str("\n</head>\n<body>\n");
        html.push_str(before);
        html.push_str(view);
        html.push_str(after);
        html.push_str("\n</body>\n</html>\n");
        html
    }
}

impl Default for Layout {
    /// An English document with the title “Tealight”.
    fn default() -> Self {
        Self::new("Tealight")
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("title", &self.title).finish_non_exhaustive()
    }
}

/// The parts that a page's document must contain; see [`Layout::custom`].
#[derive(Debug)]
pub struct Document<'a> {
    request: &'a PageRequest,
    view: String,
    title: Option<String>,
    script: String,
}

impl<'a> Document<'a> {
    pub(crate) fn new(request: &'a PageRequest, view: Vec<u8>, title: Option<String>, script: String) -> Self {
        let view = String::from_utf8(view).expect("a view is UTF-8");
        Self { request, view, title, script }
    }

    /// The request that the page answers.
    pub fn request(&self) -> &'a PageRequest {
        self.request
    }

    /// The view: its root element, directly followed by a data block. Insert both as they are.
    pub fn view(&self) -> &str {
        &self.view
    }

    /// The title that `Command::title` has set, if any. It is plain text: escape it with [`escape_html`].
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The elements that load the client's script and the parts of it that the page needs. Their best place is the head.
    pub fn script(&self) -> &str {
        &self.script
    }
}

/// Returns the elements that load the client's script, and the parts of it that a page needs.
pub(crate) fn script_elements(
    base: &str,
    needs: Needs,
    transports: &str,
    message_limit: usize,
    has_view_transitions: bool,
    messages: Messages,
) -> String {
    let mut script = String::new();
    let has_streams = transports.split(',').any(|transport| transport == "sse");
    for part in needs.names().chain(has_streams.then_some("sse")) {
        script.push_str("<script src=\"");
        escape_html(&mut script, base);
        script.push_str(&script::path_of(part));
        script.push_str("\" defer></script>");
    }
    script.push_str("<script src=\"");
    escape_html(&mut script, base);
    script.push_str(script::path());
    if !transports.is_empty() {
        script.push_str("\" data-transports=\"");
        escape_html(&mut script, transports);
    }
    if message_limit != MESSAGE_BYTES {
        write!(script, "\" data-limit=\"{message_limit}").expect("a String takes every text");
    }
    if has_view_transitions {
        script.push_str("\" data-view-transitions=\"");
    }
    script.push_str("\" data-lost=\"");
    escape_html(&mut script, &messages(Notice::NotDone));
    script.push_str("\" defer></script>");
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_the_parts_that_it_needs_before_the_script() {
        let script = |controls, effects, transports| {
            let needs = Needs { controls, effects, ..Needs::default() };
            let elements = script_elements("/a&b/", needs, transports, MESSAGE_BYTES, false, Notice::english);
            elements.replace(tealight_client::VERSION, "v")
        };
        let part = |name| format!("<script src=\"/a&amp;b/tealight/v-{name}.js\" defer></script>");
        assert_eq!(
            script(false, false, ""),
            "<script src=\"/a&amp;b/tealight/v.js\" data-lost=\"This was not done, because the page has changed. Try again.\" defer></script>"
        );
        assert_eq!(
            script(true, true, "ws,sse"),
            part("controls")
                + &part("effects")
                + &part("sse")
                + "<script src=\"/a&amp;b/tealight/v.js\" data-transports=\"ws,sse\" data-lost=\"This was not done, because the page has changed. Try again.\" defer></script>",
        );
        assert!(!script(true, false, "ws").contains("effects"));
    }
}
