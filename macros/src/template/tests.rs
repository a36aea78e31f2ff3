use super::Needs;
use crate::ast::Node;
use crate::check::check;
use crate::errors::Errors;
use crate::parse::parse;

#[track_caller]
fn parsed(source: &str) -> Vec<Node> {
    let mut errors = Errors::default();
    let mut nodes = parse(source.parse().expect("tokens"), &mut errors);
    check(&mut nodes, &mut errors);
    assert!(errors.is_empty(), "{source}\n{:?}", errors.messages());
    nodes
}

/// Each expected row is a template, the root first: its HTML with `{}` for slots, its map, its tree.
#[track_caller]
fn templates(source: &str, expected: &[(&str, &str, &str)]) {
    let nodes = parsed(source);
    let templates = super::layout(&nodes);
    let found: Vec<(String, &str, &str)> = templates
        .iter()
        .map(|template| (template.parts.join("{}"), template.map.as_str(), template.tree.as_str()))
        .collect();
    let found: Vec<(&str, &str, &str)> = found.iter().map(|(html, map, tree)| (html.as_str(), *map, *tree)).collect();
    assert_eq!(found, expected, "{source}");
}

#[track_caller]
fn root(source: &str, html: &str, map: &str, tree: &str) {
    templates(source, &[(html, map, tree)]);
}

#[track_caller]
fn needs(source: &str, expected: &str) {
    let nodes = parsed(source);
    let [template, ..] = &super::layout(&nodes)[..] else { panic!("{source}") };
    let [controls, effects, rare] = ["controls", "effects", "rare"].map(|part| expected.contains(part));
    assert_eq!(template.needs, Needs { controls, effects, rare }, "{source}");
}

#[test]
fn parts_of_the_script() {
    for source in [
        "<p>{a}</p>",
        r#"<form action="/search"><button>"Search"</button></form>"#,
        "<button on:click={E}/>",
        "<a href={h} on:click={E} on:focus={E} on:custom:point={E}/>",
        "<details/>",
        "<dialog/>",
    ] {
        needs(source, "");
    }
    for source in [
        "<input/>",
        "<p><textarea/></p>",
        "<select><option value={v}>{x}</option></select>",
        "<tea-picker/>",
        "<p contenteditable/>",
        "<p contenteditable={c}/>",
        "<details open={o}/>",
        "<div popover open={o}/>",
        "<video muted={m}/>",
        "<form on:submit={E}/>",
        "<form on:reset={E}/>",
        "<form on:input={E}/>",
        "<p on:change={E}/>",
        "<p on:paste={E}/>",
        "<p on:drop={E}/>",
        "<details on:toggle={E}/>",
        "<dialog on:close={E}/>",
        "<dialog on:cancel={E}/>",
        "<p on:keyup={E}/>",
        "<p on:pointermove={E}/>",
        "<p on:custom:point.debounce.300ms={E}/>",
        "<button on:click.throttle={E}/>",
    ] {
        needs(source, "controls");
    }
    for source in [
        "<p on:window:online={E}/>",
        "<p on:document:visibilitychange={E}/>",
        "<p on:click-away={E}/>",
        "<p on:viewport-enter={E}/>",
        "<p on:scrollend={E}/>",
        "<video on:play={E}/>",
        r#"<p hook="Chart"/>"#,
        r#"<video persist="player"/>"#,
        "<video persist={name}/>",
        r#"<p transition:enter="in"/>"#,
        r#"<p transition:leave={out}/>"#,
    ] {
        needs(source, "rare");
    }
    needs("<p do:click={e}/>", "effects");
    needs("<p do:keydown.enter={e}/>", "controls effects");
    needs("<p do:click-away={e}/>", "effects rare");
    needs(r#"<p on:window:keydown."/"={E}/>"#, "controls rare");
    needs("<p on:window:resize={E}/>", "controls rare");
    needs("<p on:scroll={E}/>", "controls rare");
    needs("<audio on:volumechange={E}/>", "controls rare");
    // Each arm and each row has its own.
    needs("<p>if a { <input/> } for b in c { <input do:click={e}/> }</p>", "");
}

#[test]
fn static_html() {
    root("", "", "0", "[]");
    root(r#""text""#, "text", "1", r#"["text"]"#);
    root(r#""a < b & c""#, "a &lt; b &amp; c", "1", r#"["a < b & c"]"#);
    root(r#"<p class="wide">"x"</p>"#, r#"<p class="wide">x</p>"#, "1", r#"[["p",{"class":"wide"},"x"]]"#);
    root(
        r#"<p title="\"a\" & b"/>"#,
        r#"<p title="&quot;a&quot; &amp; b"></p>"#,
        "1",
        r#"[["p",{"title":"\"a\" & b"}]]"#,
    );
    root(
        r#"<input disabled/><br><hr/>"#,
        "<input disabled><br><hr>",
        "3",
        r#"[["input",{"disabled":""}],["br"],["hr"]]"#,
    );
    root(
        r#"<p data-row-1={7} x:y.z="1"/>"#,
        r#"<p data-row-1="7" x:y.z="1"></p>"#,
        "1",
        r#"[["p",{"data-row-1":"7","x:y.z":"1"}]]"#,
    );
    root(r#""one " {"two"} " " {3}"#, "one two 3", "1", r#"["one two 3"]"#);
}

#[test]
fn white_space_and_controls() {
    root(r#"<p>" a\n"</p>"#, "<p> a\n</p>", "1", r#"[["p"," a\n"]]"#);
    root(r#"<pre>"\nx"</pre>"#, "<pre>\n\nx</pre>", "1", r#"[["pre","\nx"]]"#);
    root(r#"<textarea>"\nx"</textarea>"#, "<textarea>\n\nx</textarea>", "1", r#"[["textarea","\nx"]]"#);
    root(r#"<pre><b>"\nx"</b></pre>"#, "<pre><b>\nx</b></pre>", "1", r#"[["pre",["b","\nx"]]]"#);
    root(r#""\0\r\x01\u{2028}""#, "\u{FFFD}&#13;\x01\u{2028}", "1", "[\"\u{FFFD}\\r\\u0001\u{2028}\"]");
    root(r#"<p title="\0\r"/>"#, "<p title=\"\u{FFFD}&#13;\"></p>", "1", "[[\"p\",{\"title\":\"\u{FFFD}\\r\"}]]");
}

#[test]
fn the_dashboard() {
    root(
        r#"<h1>"Sales Dashboard"</h1> <hr/>
        <span>"Orders"</span> <h2>{model.new_orders}</h2>
        <button on:click={Event::Refresh}>"Refresh"</button>"#,
        "<h1>Sales Dashboard</h1><hr><span>Orders</span><h2>{}</h2><button{}>Refresh</button>",
        "5 S3 e4:click",
        r#"[["h1","Sales Dashboard"],["hr"],["span","Orders"],["h2"],["button","Refresh"]]"#,
    );
}

#[test]
fn values_and_their_neighbours() {
    root("{a}", "{}", "0.0.0 s0", "[1]");
    root(r#""Like " {n}"#, "Like <!>{}", "2.0.0 s2", r#"["Like ",1,1]"#);
    root("<p>{a}</p>", "<p>{}</p>", "1 S0", r#"[["p"]]"#);
    root("<p>{a}{b}</p>", "<p>{}<!>{}</p>", "1 s0/0 s0/0.0.1", r#"[["p",1,1,1]]"#);
    root(r#"<p>{a}" of "{b}</p>"#, "<p>{}<!> of <!>{}</p>", "1 s0/0 s0/0.0.3", r#"[["p",1,1," of ",1,1]]"#);
    root("<p><b/>{a}<i/></p>", "<p><b></b>{}<i></i></p>", "1 s0/1", r#"[["p",["b"],1,["i"]]]"#);
    root("<p>{a}<i>{b}</i></p>", "<p>{}<i>{}</i></p>", "1 s0/0 S0/-1", r#"[["p",1,["i"]]]"#);
    root(
        "<p>{a}<i>{b}</i>{c}<u>{d}</u><b/></p>",
        "<p>{}<i>{}</i>{}<u>{}</u><b></b></p>",
        "1 s0/0 S0/0.0.0 s0/0.0.1 S0/-2",
        r#"[["p",1,["i"],1,["u"],["b"]]]"#,
    );
    root("{a}<i>{b}</i>", "{}<i>{}</i>", "0.0.1 s0 S0.0.0", r#"[1,["i"]]"#);
    root("<p>{a} let b = 1; {b}</p>", "<p>{}<!>{}</p>", "1 s0/0 s0/0.0.1", r#"[["p",1,1,1]]"#);
    root("<p>let b = 1; {b}</p>", "<p>{}</p>", "1 S0", r#"[["p"]]"#);
    root(r#"<p>"a" let b = 1; "c"</p>"#, "<p>ac</p>", "1", r#"[["p","ac"]]"#);
}

#[test]
fn a_parent_of_known_children_is_counted() {
    root(
        "<tr><td>{a}</td><td>{b}</td></tr>",
        "<tr><td>{}</td><td>{}</td></tr>",
        "1 S0/0*2 S0/1*2",
        r#"[["tr",["td"],["td"]]]"#,
    );
    root("<p><b><i>{a}</i></b></p>", "<p><b><i>{}</i></b></p>", "1 S0/0*1/0*1", r#"[["p",["b",["i"]]]]"#);
}

#[test]
fn attributes() {
    root(
        r#"<p id="a" class={c} title="t" hidden={h}>{x}</p>"#,
        r#"<p id="a"{} title="t"{}>{}</p>"#,
        "1 a0:class a0:hidden S0",
        r#"[["p",{"id":"a","title":"t"}]]"#,
    );
    root(
        "<input value={v} checked={c} on:input={E} on:change.prevent.stop={E}/>",
        "<input{}{}{}{}>",
        "1 p0:value p0:checked e0:input e0:change.prevent.stop",
        r#"[["input"]]"#,
    );
    root(
        "<option selected={s} value={v}>{x}</option>",
        "<option{}{}>{}</option>",
        "1 p0:selected a0:value S0",
        r#"[["option"]]"#,
    );
    root(
        r#"<form on:submit={E} on:drop={E} on:click={E}><a href="/" on:click={E} on:custom:drop={E}/><a on:click.once={E}/></form>"#,
        r#"<form{}{}{}><a href="/"{}{}></a><a{}></a></form>"#,
        "1 e0:submit.prevent e0:drop.prevent e0:click e0/0*2:click.link e0/0*2:drop.detail e0/1*2:click.once",
        r#"[["form",["a",{"href":"/"}],["a"]]]"#,
    );
    root(
        r#"<a href={h} on:click.stop={E} on:keydown.a={E}/>"#,
        "<a{}{}{}></a>",
        "1 a0:href e0:click.stop.link e0:keydown..a",
        r#"[["a"]]"#,
    );
    root(
        r#"<a on:window:keydown."/"={E} on:keydown.".".prevent={E} on:keyup.'"'={E} do:keydown."ArrowUp"={E}/>"#,
        "<a{}{}{}{} data-tealight-on=\"window:keydown\"></a>",
        r#"1 e0:window:keydown../ e0:keydown.prevent..period e0:keyup.." a0:do:keydown..arrowup"#,
        r#"[["a",{"data-tealight-on":"window:keydown"}]]"#,
    );
    root(
        r#"<a href="/" on:click.prevent={E}/>"#,
        r#"<a href="/"{}></a>"#,
        "1 e0:click.prevent",
        r#"[["a",{"href":"/"}]]"#,
    );
    root(
        r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#a"/></svg>"##,
        r##"<svg><use href="#a"></use></svg>"##,
        "1",
        r##"[["svg",["use",{"href":"#a"}]]]"##,
    );
    root("<details open={o}/>", "<details{}></details>", "1 p0:open", r#"[["details"]]"#);
    root("<p popover open={o}/>", "<p popover{}></p>", "1 p0:open", r#"[["p",{"popover":""}]]"#);
    root("<p open={o}/>", "<p{}></p>", "1 a0:open", r#"[["p"]]"#);
}

#[test]
fn branches() {
    templates(
        r#"<p>if a { "yes" } else { <b>{x}</b> }</p>"#,
        &[("<p>{}</p>", "1 b0/0", r#"[["p",1]]"#), ("yes", "1", r#"["yes"]"#), ("<b>{}</b>", "1 S0", r#"[["b"]]"#)],
    );
    templates(
        r#"if a { "yes" } "text" match x { A => {} B if c => <i/>, _ => "z" } <u>{y}</u>"#,
        &[
            ("{}<!>text{}<u>{}</u>", "0.0.2.1.1 b0 b0.0.2 S0.0.2.1.0", r#"[1,1,"text",1,["u"]]"#),
            ("yes", "1", r#"["yes"]"#),
            ("<i></i>", "1", r#"[["i"]]"#),
            ("z", "1", r#"["z"]"#),
        ],
    );
    templates(
        "{a} if b { <i/> } {c}",
        &[("{}{}<!>{}", "0.0.0.1.1.2.0 s0 b0.0.0 s0.0.0.1.1", "[1,1,1,1]"), ("<i></i>", "1", r#"[["i"]]"#)],
    );
}

#[test]
fn lists() {
    templates(
        "<ul>for r in rows, key = r.id { <li>{r.name}</li> }</ul>",
        &[("<ul>{}</ul>", "1 L0:@0", r#"[["ul"]]"#), ("<li>{}</li>", "1 S0", r#"[["li"]]"#)],
    );
    templates(
        "for r in rows { <li>{r.name}</li> }",
        &[("{}<!/>", "0.0.0 l0:@0", "[2]"), ("<li>{}</li>", "1 S0", r#"[["li"]]"#)],
    );
    templates(
        "<p>for a in x { {a} } for b in y { {b} <br/> } for c in z { <i/> } <u>{d}</u></p>",
        &[
            (
                "<p>{}<!/>{}<!/>{}<!/><u>{}</u></p>",
                "1 l0/0:@0 l0/0.0.0:@1 l0/0.0.0.1.0:@2 S0/-1",
                r#"[["p",2,2,2,["u"]]]"#,
            ),
            ("<!>{}", "1.0.0 s1", "[1,1]"),
            ("<!>{}<br>", "1.0.1 s1", r#"[1,1,["br"]]"#),
            ("<i></i>", "1", r#"[["i"]]"#),
        ],
    );
    templates(
        r#"<p>"a" for b in y { {b} <br/> } </p>"#,
        &[("<p>a{}<!/></p>", "1 l0/1:@0", r#"[["p","a",2]]"#), ("<!>{}<br>", "1.0.1 s1", r#"[1,1,["br"]]"#)],
    );
}

#[test]
fn lists_that_begin_with_lists() {
    templates(
        r#"<p>"a" for b in y { for c in b { "c" <br/> } "d" }</p>"#,
        &[
            ("<p>a{}<!/></p>", "1 l0/1:@0", r#"[["p","a",2]]"#),
            ("<!>{}<!/>d", "1.0.1 l1:@0", r#"[1,2,"d"]"#),
            ("<!>c<br>", "3", r#"[1,"c",["br"]]"#),
        ],
    );
    templates(
        r#"<pre>for b in y { "\nc" <br/> }</pre>"#,
        &[("<pre>{}</pre>", "1 L0:@0", r#"[["pre"]]"#), ("<!>\nc<br>", "3", r#"[1,"\nc",["br"]]"#)],
    );
}

#[test]
fn elements_of_text() {
    root("<title>{t}</title>", "<title>{}</title>", "1 S0", r#"[["title"]]"#);
    root("<textarea>{t}</textarea>", "<textarea>{}</textarea>", "1 p0:value", r#"[["textarea"]]"#);
    root(
        r#"<style>"a > b { color: red } /* & < */"</style>"#,
        "<style>a > b { color: red } /* & < */</style>",
        "1",
        r#"[["style","a > b { color: red } /* & < */"]]"#,
    );
    root(
        r#"<noscript><p title="&">"a & b"</p></noscript>{x}"#,
        r#"<noscript><p title="&amp;">a &amp; b</p></noscript>{}"#,
        "1.0.0 s1",
        r#"[["noscript","<p title=\"&amp;\">a &amp; b</p>"],1]"#,
    );
}

/// Checks the number of static nodes in each template, the root first.
#[track_caller]
fn counts(source: &str, expected: &[Option<u32>]) {
    let nodes = parsed(source);
    let counts: Vec<_> = super::layout(&nodes).iter().map(|template| template.nodes).collect();
    assert_eq!(counts, expected, "{source}");
}

#[test]
fn static_nodes_are_counted() {
    counts("", &[Some(0)]);
    counts(r#""a" "b" <br/>"#, &[Some(2)]);
    counts(r#"<p title={t} on:click={E}>"a"<b/>"c"</p>"#, &[Some(4)]);
    counts("{a}{b}", &[Some(1)]);
    counts("<p>{a}</p><ul>for a in b { <li/> }</ul>", &[Some(2), Some(1)]);
    counts(r#"<ul><hr/>for a in b { "a" }</ul>"#, &[Some(3), Some(2)]);
    counts("if a { <p><b/></p> } else { {c} <br/> }", &[Some(0), Some(2), Some(1)]);
    counts(r#"<style>"a"</style><script/><textarea>"a"</textarea>"#, &[Some(5)]);
    counts(r#"<noscript><p/>"a"</noscript><noscript/><noscript>let a = 1;</noscript>"#, &[Some(4)]);
    counts(r#"<div client-owned>"a"<b><i/></b></div><svg client-owned><path/></svg>"#, &[Some(2)]);
    counts(r#"<template>"a"<b><noscript>"a"</noscript></b></template><hr/>"#, &[Some(2)]);
    let long = "a".repeat(65_536);
    counts(&format!(r#"<p>"{long}"</p>{{a}}"#), &[None]);
    counts(&format!(r#"<hr/><div client-owned>"{long}"</div>"#), &[Some(2)]);
    counts(&format!(r#"<script>"{long}"</script>"#), &[Some(2)]);
}

#[test]
fn other_namespaces() {
    root(
        r#"<svg viewbox="0 0 1 1"><lineargradient gradientunits={u}/><a xlink:href={h}/><style>"a<b"</style><path d={d}/></svg>"#,
        r#"<svg viewBox="0 0 1 1"><linearGradient{}></linearGradient><a{}></a><style>a&lt;b</style><path{}></path></svg>"#,
        "1 a0/0*4:gradientUnits a0/1*4:href a0/3*4:d",
        r#"[["svg",{"viewBox":"0 0 1 1"},["linearGradient"],["a"],["style","a<b"],["path"]]]"#,
    );
    root(
        "<svg><foreignObject><div tabindex={t}>{x}</div></foreignObject></svg>",
        "<svg><foreignObject><div{}>{}</div></foreignObject></svg>",
        "1 a0/0*1/0*1:tabindex S0/0*1/0*1",
        r#"[["svg",["foreignObject",["div"]]]]"#,
    );
    root("<clipPath id={i}/>", "<clipPath{}></clipPath>", "1 a0:id", r#"[["clipPath"]]"#);
}
