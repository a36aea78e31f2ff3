//! The HTML of each feature of `html!`.

mod support;

use std::borrow::Cow;

use support::Page;
use tealight_core::view::Html;
use tealight_core::{
    Command, Event, LiveView, MountError, PageRequest, View, display, fixed, grouped, html, lazy, trusted, with,
};

/// An application that shows a view.
struct Show<F>(F);

#[derive(Clone, Debug, Hash)]
enum Said {
    Yes,
    Text(String),
    Numbered(u32, String),
    Part(Part),
    Row(u32, Part),
}

#[derive(Clone, Debug, Hash)]
enum Part {
    Open,
}

impl<V: View<Said>, F: Fn() -> V + Send + Sync + 'static> LiveView for Show<F> {
    type Model = ();
    type ExternalEvent = Said;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
        Ok(((), Command::none()))
    }

    fn update(&self, _: &mut (), _: Event<Said, ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, _: &()) -> impl View<Said> {
        (self.0)()
    }
}

#[track_caller]
fn check<V: View<Said>>(view: impl Fn() -> V + Send + Sync + 'static, expected: &str) {
    assert_eq!(Page::new(Show(view), ()).html(), expected);
}

/// Checks the `nodes` of the page's data block.
#[track_caller]
fn check_nodes<V: View<Said>>(view: impl Fn() -> V + Send + Sync + 'static, expected: Option<u64>) {
    let mut page = Page::new(Show(view), ());
    let html = page.html();
    assert_eq!(page.block()["nodes"].as_u64(), expected, "{html}");
}

/// Makes a text that the macro cannot know. It would treat a literal as static.
fn t(text: &str) -> &str {
    text
}

fn either(text: &str) -> Result<&str, u32> {
    Ok(text)
}

fn some(n: u32) -> Option<u32> {
    (n > 0).then_some(n)
}

#[test]
fn text_and_numbers() {
    check(|| html! { "a < b & \"c\"" }, "a &lt; b &amp; \"c\"");
    check(|| html! { <p>{t("<b>&\"'")}</p> }, "<p>&lt;b&gt;&amp;&quot;'</p>");
    check(|| html! { <p>{String::from("x")}</p> }, "<p>x</p>");
    check(|| html! { <p>{Cow::Borrowed("x")}{'é'}</p> }, "<p>x<!>é</p>");
    check(|| html! { <p>{-7i8} {u64::MAX} {1.5f32}</p> }, "<p>-7<!>18446744073709551615<!>1.5</p>");
    check(|| html! { <p>{fixed(4.25, 1)} {grouped(1_008_870u32, ',')}</p> }, "<p>4.2<!>1,008,870</p>");
    check(|| html! { <p>{display(std::net::Ipv4Addr::LOCALHOST)}</p> }, "<p>127.0.0.1</p>");
    check(|| html! { <p>{format_args!("{:03}", 7)}</p> }, "<p>007</p>");
    check(|| html! { <p>{t("")}</p> <p>{t("")}<b/></p> }, "<p></p><p><!><b></b></p>");
    check(|| html! { <p>"n: " {1 + 1}</p> }, "<p>n: <!>2</p>");
    check(|| html! { <p>{t("a\0b\rc")}</p> }, "<p>a\u{FFFD}b&#13;c</p>");
    check(|| html! { <p>{some(3)}{some(0)}</p> }, "<p>3<!><!></p>");
}

#[test]
fn attributes() {
    check(|| html! { <a href={t("/x?a=1&b=\"2\"")}>"x"</a> }, r#"<a href="/x?a=1&amp;b=&quot;2&quot;">x</a>"#);
    check(|| html! { <a href={String::from(" java\tscript:alert(1)")}/> }, r#"<a href="about:blank#blocked"></a>"#);
    check(|| html! { <p title={some(0)} lang={Some("en")}/> }, r#"<p lang="en"></p>"#);
    check(|| html! { <p hidden={true} inert={false}/> }, "<p hidden></p>");
    check(|| html! { <p aria-hidden={true} data-on={false}/> }, r#"<p aria-hidden="true" data-on="false"></p>"#);
    check(|| html! { <p class={[("a", true), ("b", false), ("c", true)]}/> }, r#"<p class="a c"></p>"#);
    check(|| html! { <p class={[("a", false)]}/> }, "<p></p>");
    check(|| html! { <p style={[("width", "50%"), ("color", "red; x: y")]}/> }, r#"<p style="width: 50%"></p>"#);
    check(|| html! { <p style={[("width", some(0).map(|n| format!("{n}%")))]}/> }, "<p></p>");
    check(
        || html! { <input value={t("a")} checked={true} disabled={false} maxlength={3}/> },
        r#"<input value="a" checked maxlength="3">"#,
    );
    check(|| html! { <option selected={true} value={1}>"x"</option> }, r#"<option selected value="1">x</option>"#);
    check(|| html! { <my-part some-thing={t("x")}/> }, r#"<my-part some-thing="x"></my-part>"#);
}

#[test]
fn elements_with_rules_of_their_own() {
    check(|| html! { <textarea>{t("\na<b")}</textarea> }, "<textarea>\n\na&lt;b</textarea>");
    check(|| html! { <pre>{t("\na")}</pre> }, "<pre>\n\na</pre>");
    check(|| html! { <pre>{either("\na")}</pre> }, "<pre>\n\na</pre>");
    check(|| html! { <pre>{Some(either("\na"))} "b"</pre> }, "<pre>\n\na<!>b</pre>");
    check(|| html! { <pre>"b" {either("\na")}</pre> }, "<pre>b<!>\na</pre>");
    check(|| html! { <br/> <hr/> <img alt="x"/> }, r#"<br><hr><img alt="x">"#);
    check(
        || html! { <svg viewBox="0 0 1 1"><linearGradient id={t("g")}/><title>{t("t")}</title></svg> },
        r#"<svg viewBox="0 0 1 1"><linearGradient id="g"></linearGradient><title>t</title></svg>"#,
    );
    check(|| html! { <p>{trusted("<b>x</b>")}</p> }, "<p><!*><b>x</b><!/*></p>");
}

#[test]
fn branches() {
    for (n, expected) in [(0, "<p><!></p>"), (1, "<p><!1>one</p>"), (7, "<p><!1><b>7</b></p>")] {
        check(move || html! { <p>if n == 1 { "one" } else if n > 1 { <b>{n}</b> }</p> }, expected);
    }
    for (n, expected) in [(Some(1), "<!1>small<!>!"), (Some(20), "<!1>20<!>!"), (None, "<!1>none<!>!")] {
        check(
            move || html! { match n { Some(n) if n > 10 => { {n} } Some(_) => "small", None => "none" } "!" },
            expected,
        );
    }
    check(|| html! { if let Some(n) = some(2) { {n} } }, "<!1>2");
    fn either(ok: bool) -> Result<impl View<Said>, &'static str> {
        if ok { Ok(html! { <b>"fine"</b> }) } else { Err("broken") }
    }
    check(|| html! { <p>{either(true)}{either(false)}</p> }, "<p><!1><b>fine</b><!>broken</p>");
    check(|| html! { <p>{some(1).map(|n| html! { <i>{n}</i> })}{None::<u8>}</p> }, "<p><!1><i>1</i><!><!></p>");
}

#[test]
fn lists() {
    let tea = [(1, "green"), (2, "black")];
    check(
        move || html! { <ul>for (id, name) in &tea, key = id { <li>{name}</li> }</ul> },
        "<ul><li>green</li><li>black</li></ul>",
    );
    check(move || html! { for (_, name) in tea { {name} } "." }, "<!>green<!>black<!/>.");
    check(
        move || html! { <dl>for (id, name) in tea, key = id { <dt>{id}</dt><dd>{name}</dd> }</dl> },
        "<dl><dt>1</dt><dd>green</dd><dt>2</dt><dd>black</dd></dl>",
    );
    check(
        || html! { <p>for i in 0..2 { <b/> for j in 0..i { {j} } } <i/></p> },
        "<p><b></b><!/><b></b><!>0<!/><!/><i></i></p>",
    );
    check(|| html! { <ul>for _ in 0..0 { <li/> }</ul> for _ in 0..0 { <br/> } }, "<ul></ul><!/>");
    let names: &[String] = vec![String::from("a"), String::from("b")].leak();
    check(move || html! { for name in names, key = name { <i>{name}</i> } }, "<i>a</i><i>b</i><!/>");
}

#[test]
fn components() {
    fn card<E: 'static>(title: &str, body: impl View<E>, foot: impl View<E>) -> impl View<E> {
        html! { <section><h2>{title}</h2>{body}<footer>{foot}</footer></section> }
    }
    fn part(n: u32) -> impl View<Part> {
        html! { <button on:click={Part::Open}>{n}</button> }
    }
    check(
        || card("T", html! { <p>"body"</p> }, "foot"),
        "<section><h2>T</h2><!1><p>body</p><footer>foot</footer></section>",
    );
    check(|| html! { {part(1).map(Said::Part)} }, "<!1><button>1</button>");
    check(
        || html! { for id in 1..3, key = id { {part(id).map_with(id, Said::Row)} } },
        "<!><!2><button>1</button><!><!2><button>2</button><!/>",
    );
    check(|| html! { {lazy(3, |n| html! { <b>{n}</b> })} }, "<!1><b>3</b>");
    check(|| html! { <p>{lazy(3, |n| n + 1)}</p> if true { {lazy(3, |n| Some(n + 2))} } }, "<p>4</p><!1>5");
}

/// An application's `view` may return any view.
#[test]
fn every_view_can_be_the_page() {
    check(|| t("text"), "text");
    check(|| 7, "7");
    check(|| Some(html! { <p/> }), "<!1><p></p>");
    check(|| None::<u32>, "<!>");
    check(|| if t("").is_empty() { Ok(html! { <p/> }) } else { Err("text") }, "<!1><p></p>");
    check(|| part().map(Said::Part), "<button></button>");
    check(|| lazy(3, |n| html! { <b>{n}</b> }), "<b>3</b>");
    check(|| lazy(3, |n| n + 1), "4");
    fn part() -> impl View<Part> {
        html! { <button on:click={Part::Open}/> }
    }
}

#[test]
fn nodes_are_counted() {
    check_nodes(|| html! {}, Some(0));
    check_nodes(|| html! { "text" }, Some(1));
    check_nodes(|| html! { <p class="a>b" title="<">"a"<br/>"b"</p> if !t("").is_empty() { "c" } }, Some(5));
    check_nodes(|| html! { <p>{t("a > b")}</p><i>{t("")}</i>{t("")}"c"{t("d")} }, Some(8));
    check_nodes(
        || html! { <ul>for row in [t("a"), t("")], key = row { <li>{row}</li> }</ul> for i in 0..2 { {i} } },
        Some(9),
    );
    check_nodes(|| html! { if true { "Like " {7} } match 1 { 1 => <br/>, _ => {} } }, Some(4));
    check_nodes(
        || html! { {Some("a")} <br/> {None::<u32>} <br/> {html! { <i>"b"</i> }} {lazy(1, |n| html! { {n} })} },
        Some(10),
    );
    check_nodes(|| html! { <title>{t("a")}</title><textarea>{t("")}</textarea><textarea>{t("b")}</textarea> }, Some(5));
    check_nodes(
        || html! { <pre>{t("\n")}</pre><pre>{t("\n\n")}</pre><pre>"\n"</pre><textarea>{t("\n")}</textarea> },
        Some(8),
    );
    check_nodes(|| html! { <style>"a > b"</style><noscript><p>"a"</p>"b"</noscript><noscript/><script/> }, Some(6));
    check_nodes(|| html! { <div client-owned>"a"<b>"c"<br/></b></div><i>{t("d")}</i> }, Some(3));
    check_nodes(|| html! { <template><p>"a"</p><br/></template><i/> }, Some(2));
    check_nodes(|| html! { {trusted("<p>sloppy")} }, None);
    check_nodes(|| html! { <p>{"a".repeat(65_535)}</p> }, Some(2));
    check_nodes(|| html! { <p>{"a".repeat(65_536)}</p><i>{t("b")}</i> }, None);
}

#[test]
fn nodes_are_counted_anew_for_each_first_paint() {
    let mut page = Page::new(Show(|| html! { <p>{trusted("<br>")}</p> }), ());
    assert_eq!(page.block()["nodes"].as_u64(), None);
    let mut other = Page::new(Show(|| html! { <p>{t("a")}</p> }), ());
    other.scratch = page.scratch;
    for _ in 0..2 {
        assert_eq!(other.block()["nodes"].as_u64(), Some(2));
    }
}

#[test]
fn handlers_are_not_in_the_page() {
    check(
        || {
            html! {
                <button on:click={Said::Yes}>"x"</button>
                <input on:input={Said::Text} on:change={with(7, Said::Numbered)}/>
            }
        },
        "<button>x</button><input>",
    );
}

/// Types in a view may be named.
#[test]
fn every_key_is_in_the_map() {
    let view = || {
        html! {
            <p on:keydown.":"={Said::Yes} on:keydown."\""={Said::Yes} on:keydown."<"={Said::Yes} on:keydown."/"={Said::Yes}/>
            <p on:keydown."*"={Said::Yes} on:keydown."\\"={Said::Yes} on:keydown.".".prevent={Said::Yes}/>
            <p on:window:keydown.ctrl." "={Said::Yes} on:keyup."AudioVolumeUp"={Said::Yes} on:keyup.printscreen={Said::Yes}/>
        }
    };
    let block = Page::new(Show(view), ()).block();
    let map = block["templates"]["0"]["map"].as_str().expect("a map");
    let (_extent, slots) = map.split_once(' ').expect("slots");
    assert_eq!(
        slots,
        "e0:keydown..: e0:keydown..\" e0:keydown..< e0:keydown../ e1:keydown..* e1:keydown..\\ \
         e1:keydown.prevent..period e2:window:keydown..ctrl.space e2:keyup..audiovolumeup e2:keyup..printscreen"
    );
}

#[test]
fn a_view_has_a_type() {
    fn shown<F, E>(view: Html<F, E>) -> Html<F, E> {
        view
    }
    check(|| shown(html! { <p/> }), "<p></p>");
}

#[test]
fn transitions() {
    check(
        || html! { <ul>for class in [t("out")] { <li transition:enter="in" transition:leave={Some(class)}>"a"</li> }</ul> },
        r#"<ul><li data-tealight-enter="in" data-tealight-leave="out">a</li></ul>"#,
    );
}

#[derive(Hash, tealight_core::Route)]
#[route(crate = tealight_core)]
#[route("/orders/{id}?q")]
struct Order {
    id: String,
    q: Option<String>,
}

#[test]
fn a_route_is_the_value_of_a_link() {
    let order = |id: &str, q: Option<&str>| Order { id: id.to_owned(), q: q.map(str::to_owned) };
    check(move || html! { <a href={order("a b", None)}>"to"</a> }, r#"<a href="/orders/a%20b">to</a>"#);
    check(move || html! { <a href={&order("/", Some("\"&"))}>"to"</a> }, r#"<a href="/orders/%2F?q=%22%26">to</a>"#);
    check(move || html! { <a href={None::<Order>}>"to"</a> }, "<a>to</a>");
}
