use crate::faults;

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    assert_eq!(faults(source), expected, "{source}");
}

/// Every source has this one fault.
#[track_caller]
fn each(fault: &str, sources: &[&str]) {
    for source in sources {
        let faults = faults(source);
        assert!(faults.len() == 1 && faults[0].contains(fault), "{source}: {faults:?}");
    }
}

#[track_caller]
fn valid(sources: &[&str]) {
    for source in sources {
        check(source, &[]);
    }
}

#[test]
fn bindings() {
    check("<a on:clik={x}/>", &["there is no binding `on:clik`"]);
    check("<a on:={x}/>", &["there is no binding `on:`"]);
    check("<a on:click/>", &["`on:click` needs a handler"]);
    check("<a on:click=\"x\"/>", &["`on:click` needs a handler"]);
    check("<a on:click.prevnt={x}/>", &["there is no modifier `.prevnt`"]);
    check("<a on:click.stop.stop={x}/>", &["the modifier `.stop` is given twice"]);
    check("<a on:click={x} on:click.stop={y}/>", &["this element has two handlers of `on:click`"]);
    valid(&["<a on:click={x} on:focus.stop.prevent={y}/>"]);
}

#[test]
fn effects() {
    check("<a do:clik={x}/>", &["there is no binding `do:clik`"]);
    check("<a do:click/>", &["`do:click` needs an effect"]);
    check("<a do:click=\"x\"/>", &["`do:click` needs an effect"]);
    check("<a do:click.prevnt={x}/>", &["there is no modifier `.prevnt`"]);
    check("<a do:click={x} do:click={y}/>", &["the attribute `do:click` is given twice"]);
    valid(&["<a do:click={x} on:click={y}/>", "<a do:click={x} do:focus.stop={y}/>"]);
}

#[test]
fn of_other_scripts() {
    each("a hook's name must be in quotes", &["<p hook/>", "<p hook={x}/>", "<p hook=\"\"/>"]);
    check("<p hook=\"A\" hook=\"B\"/>", &["the attribute `hook` is given twice"]);
    each("`client-owned` takes no value", &["<p client-owned=\"a\"/>", "<p client-owned={x}/>"]);
    each(
        "cannot be inside a `client-owned` element",
        &[
            "<p client-owned>{x}</p>",
            "<p client-owned>if x { \"a\" }</p>",
            "<p client-owned>for x in y { \"a\" }</p>",
            "<p client-owned><b><i title={x}/></b></p>",
            "<p client-owned><b on:click={x}/></p>",
            "<p client-owned><b do:click={x}/></p>",
            "<p client-owned><b client-owned>{x}</b></p>",
        ],
    );
    each("`persist` needs a name", &["<video persist/>", "<video persist=\"\"/>", "<video persist=\" \"/>"]);
    each(
        "all rows would persist by the same name",
        &["for x in y { <video persist=\"player\"/> }", "for x in y { <p><b persist=\"a\"/></p> }"],
    );
    valid(&[
        "<video persist=\"player\"/>",
        "<p>if x { <video persist={y}/> }</p>",
        "for x in y { <video persist={x.name}/> }",
    ]);
    valid(&["<p client-owned hook=\"Chart\" class={x} on:click={y}>\"loading \" <b/></p> {z}"]);
}

#[test]
fn transitions() {
    check("<p transition:out=\"a\"/>", &["there is no `transition:out`"]);
    check("<p transition:leave.300ms=\"a\"/>", &["there is no `transition:leave.300ms`"]);
    each("`transition:enter` needs classes", &["<p transition:enter/>", "<p transition:enter=\" \"/>"]);
    each(
        "this `<b>` comes and goes with the `<p>` around it",
        &["<p><b transition:leave=\"a\"/></p>", "if x { <p><b transition:enter={y}/></p> }"],
    );
    check("<p transition:leave=\"a\" transition:leave={b}/>", &["the attribute `transition:leave` is given twice"]);
    valid(&[
        "<p transition:enter=\"a b\" transition:leave={c}/>",
        "<ul>for x in y { <li transition:leave=\"a\"/> }</ul>",
        "<p>if x { <b client-owned transition:enter=\"a\"/> }</p>",
        "<p>match x { _ => { \"a\" <b transition:enter=\"a\"/> } }</p>",
    ]);
}

#[test]
fn duplicates() {
    check("<p id=\"a\" id={b}/>", &["the attribute `id` is given twice"]);
    check("<p class=\"a\" class={b}/>", &["the attribute `class` is given twice"]);
    check("<svg viewbox=\"a\" viewBox=\"b\"/>", &["the attribute `viewBox` is given twice"]);
}

#[test]
fn programs_and_documents() {
    check("<p onclick={x}/>", &["a value cannot be used in `onclick`: it would run as a program"]);
    check("<p onClick={x}/>", &["a value cannot be used in `onclick`: it would run as a program"]);
    check(
        "<script>\"let a = \" {x}</script>",
        &["a value cannot be inside `<script>`: it would run as a program, and cannot be made safe"],
    );
    check("<style>{x}</style>", &["a value cannot be inside `<style>`: it cannot be made safe there"]);
    check("<svg><style>{x}</style></svg>", &["a value cannot be inside `<style>`: it cannot be made safe there"]);
    check(
        "<script>\"a</SCRIPT>\"</script>",
        &["the text of this `<script>` has `</script` in it, which has a special meaning to a browser"],
    );
    check(
        "<iframe srcdoc={x}/>",
        &["a value cannot be used in `srcdoc`: it is a whole document, and cannot be made safe"],
    );
    check("<script type={x}/>", &["a value cannot be the `type` of a script"]);
    each(
        "a `javascript:` URL is refused",
        &["<a href=\"javascript:x\"/>", "<a href=\" java\\nScript:x\"/>", "<form action=\"vbscript:x\"/>"],
    );
    each("a value cannot be animated into a URL", &["<svg><set attributeName=\"href\" to={x}/></svg>"]);
    valid(&[
        "<p onclick=\"x()\"/>",
        "<a href={x}/>",
        "<p title=\"javascript:x\"/>",
        "<svg><set attributeName=\"r\" to={x}/></svg>",
    ]);
}

#[test]
fn elements_of_text() {
    each(
        "holds one text or one value, and nothing else",
        &["<title>\"a\" {x}</title>", "<textarea>{x}{y}</textarea>", "<title>if a { \"b\" }</title>"],
    );
    valid(&[
        "<title>{x}</title>",
        "<textarea>\"a\" \"b\"</textarea>",
        "<title>let a = 1; {a}</title>",
        "<svg><title>\"a\" {x}</title></svg>",
    ]);
}

#[test]
fn attributes_that_are_none() {
    each("`<select>` has no attribute `value`", &["<select value={x}/>", "<select value=\"a\"/>"]);
    each("`<textarea>` has no attribute `value`", &["<textarea value={x}/>"]);
    each("`key` is not an attribute", &["<li key={x}/>"]);
    each("the attribute is called `class`", &["<p className=\"a\"/>"]);
    each("there is no `class:active`", &["<p class:active={x}/>"]);
    each(
        "`xlink:title` is obsolete in SVG and MathML",
        &["<svg><a xlink:title={x}/></svg>", "<svg xlink:title=\"a\"/>"],
    );
    each("`xml:space` is obsolete in SVG and MathML", &["<svg xml:space=\"preserve\"/>"]);
    each("the attribute `href` is given twice", &["<svg><a href={x} xlink:href={x}/></svg>"]);
    each("`indeterminate` is a property", &["<input indeterminate>"]);
    each("a popover has no attribute `open`", &["<p popover open/>", "<p open=\"\" popover=\"manual\"/>"]);
    valid(&["<p popover open={x}/>", "<details popover open/>", "<dialog closedby=\"any\" open={x}/>"]);
    each("its `value` cannot be set", &["<input type=\"file\" value={x}>"]);
    each("is not finished", &["<p data-={x}/>", "<my-/>"]);
    each("attribute names are in lower case", &["<p tabIndex=\"1\"/>"]);
    each("a shadow root cannot be part of a view", &["<x-y><template shadowrootmode=\"open\"/></x-y>"]);
}

#[test]
fn tags_that_are_none() {
    each("`<OrderCard>` is not an element: a component is a function", &["<OrderCard/>"]);
    each("element names are in lower case", &["<dIV/>"]);
    each("cannot be part of a view", &["<html/>", "<body>{x}</body>", "<xmp/>"]);
}

#[test]
fn children_that_the_page_would_not_find() {
    each(
        "a custom element may move or replace its children",
        &["<x-y>{a}</x-y>", "<x-y><p title={a}/></x-y>", "<x-y>if a {}</x-y>", "<x-y><p on:click={a}/></x-y>"],
    );
    each("cannot be inside `<template>`", &["<template>{a}</template>"]);
    each("cannot be inside `<noscript>`", &["<noscript>for a in b { \"c\" }</noscript>"]);
    valid(&["<x-y title={a} on:click={b}><p>\"c\"</p></x-y>", "<template><tr/></template>"]);
}

#[test]
fn paragraphs() {
    each(
        "a browser ends the `<p>` before it",
        &[
            "<p><div/></p>",
            "<p><b><ul/></b></p>",
            "<p>if a { <table/> }</p>",
            "<p>match a { A => for b in c { <h1/> } }</p>",
        ],
    );
    valid(&[
        "<p><button><div/></button></p>",
        "<p><svg><foreignObject><div/></foreignObject></svg></p>",
        "<div><p/></div>",
    ]);
}

#[test]
fn tables() {
    check(
        "<table><tr/></table>",
        &["`<tr>` cannot be directly inside `<table>`: a browser adds a `<tbody>` around it"],
    );
    check(
        "<table><col/></table>",
        &["`<col>` cannot be directly inside `<table>`: a browser adds a `<colgroup>` around it"],
    );
    check("<tbody><td/></tbody>", &["`<td>` cannot be directly inside `<tbody>`: a browser adds a row around it"]);
    check("<tr><div/></tr>", &["`<div>` cannot be directly inside `<tr>`: a browser moves it out of the table"]);
    check("<div><tr/></div>", &["`<tr>` cannot be directly inside `<div>`: a browser leaves it out"]);
    each(
        "text cannot be directly inside",
        &["<table>\" \"</table>", "<tbody>for a in b { \"c\" }</tbody>", "<tr>{5}</tr>", "<select>\"a\"</select>"],
    );
    valid(&[
        "<table><caption/><colgroup><col/></colgroup><thead><tr><th/></tr></thead><tbody>{rows}</tbody></table>",
        "<tr/><td/>",
        "<table>for r in s { <tbody><tr/></tbody> }</table>",
    ]);
}

#[test]
fn elements_in_their_like() {
    each(
        "cannot be inside another",
        &["<a><b><a/></b></a>", "<form><div>if a { <form/> }</div></form>", "<button><button/></button>"],
    );
    each("without a list in between", &["<li><li/></li>", "<li><div><li/></div></li>", "<dd><dt/></dd>"]);
    each("a browser ends the `<h1>` before it", &["<h1><h2/></h1>"]);
    each("a browser ends the `<rt>` before it", &["<ruby><rt><rt/></rt></ruby>"]);
    valid(&[
        "<li><ul><li/></ul></li>",
        "<dl><div><dt/><dd/></div></dl>",
        "<h1><b/></h1>",
        "<ruby>\"a\"<rt>\"b\"</rt></ruby>",
    ]);
}

#[test]
fn selects() {
    each("cannot be directly inside `<select>`", &["<select><p/></select>"]);
    each("cannot be directly inside `<option>`", &["<option><b/></option>"]);
    valid(&["<select><optgroup label=\"a\"><option>{b}</option></optgroup>for c in d { <option/> }<hr/></select>"]);
}

#[test]
fn other_namespaces() {
    each("a browser ends the `<svg>` before it", &["<svg><g><div/></g></svg>", "<svg><p/></svg>"]);
    each("a browser ends the `<math>` before it", &["<math><mrow><b/></mrow></math>"]);
    each("which holds only text", &["<svg><desc><p/></desc></svg>", "<math><mi><b/></mi></math>"]);
    each("cannot be directly inside `<table>`", &["<table><svg/></table>"]);
    valid(&[
        "<svg><foreignObject><p/></foreignObject><a><text/></a></svg>",
        "<math><mi>\"x\"</mi></math>",
        "<linearGradient/>",
    ]);
}
