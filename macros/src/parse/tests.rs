use crate::faults;

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    assert_eq!(faults(source), expected, "{source}");
}

#[test]
fn tags_that_are_not_closed() {
    check("<p>", &["`<p>` is never closed"]);
    check("<div><p></div>", &["`<p>` is never closed: `</div>` comes where `</p>` should"]);
    check(
        "<div></span></div>",
        &["`</span>` does not close `<div>`", "`</div>` closes nothing: no `<div>` is open here"],
    );
    check("</p>", &["`</p>` closes nothing: no `<p>` is open here"]);
    check("<p></p", &["`</p` is not finished"]);
    check("<div <p/></div>", &["the tag `<div` is not finished"]);
    check("<div class=\"a\" \"text\"</div>", &["the tag `<div` is not finished"]);
    check("if a { <p> } </p>", &["`<p>` is never closed", "`</p>` closes nothing: no `<p>` is open here"]);
}

#[test]
fn void_elements() {
    check("<br></br>", &["`<br>` is a void element: it has no children and no close tag"]);
    check("<p><input>\"x\"</input></p>", &["`<input>` is a void element: it has no children and no close tag"]);
    check("<br><hr/>", &[]);
}

#[test]
fn names() {
    check(
        "<{tag}>\"x\"",
        &["a value cannot be a tag's name: the page's structure is fixed when the application is compiled"],
    );
    check("<p {name}=\"x\"/>", &["a value cannot be an attribute's name"]);
    check("<p {..all}/>", &["a value cannot be an attribute's name"]);
    check("<></>", &["`<>` has no name", "`</>` closes nothing: no `<>` is open here"]);
    check("<p @title={x}/>", &["expected an attribute, `>` or `/>`, found `@`"]);
}

#[test]
fn values() {
    check("<p class=wide/>", &["an attribute's value must be in quotes or braces"]);
    check("<p class=model.class id=\"a\"/>", &["an attribute's value must be in quotes or braces"]);
    check("<p width=5/>", &["an attribute's value must be in quotes or braces"]);
    check("<p class=/>", &["the value of `class` is missing"]);
    check("<p class={}/>", &["these braces are empty"]);
    check("<p>{}</p>", &["these braces are empty"]);
    check("{ if a { <p/> } }", &["`if` with elements inside needs no braces around it in `html!`"]);
    check(
        "{ match a { A => <p class=\"x\"/>, B => {} } }",
        &["`match` with elements inside needs no braces around it in `html!`"],
    );
    check("{ if a { <T as D>::d() } else { <u8>::MAX } }", &[]);
    check("{ if a { html! { <p/> } } }", &["`if` with `html!` inside needs no braces around it in `html!`"]);
    check(
        "{ if a { html!(<p/>) } else { html!() } }",
        &["`if` with `html!` inside needs no braces around it in `html!`"],
    );
    check(
        "{ match a { A => html! { <p/> }, B => html! {} } }",
        &["`match` with `html!` inside needs no braces around it in `html!`"],
    );
    check("{ for a in b { html! { <p/> } } }", &["`for` with `html!` inside needs no braces around it in `html!`"]);
    check("{ if a { Ok(html! { <p/> }) } else { Err(html! {}) } }", &[]);
    check("{ if a { html! { <p/> } } else { return } } { match a { A => html! {}, B => unreachable!() } }", &[]);
    check("{ a.then(|| html! { <p/> }) } { a && b }", &[]);
    check("{ if a { b } }", &["an `if` in braces is a value, so it needs an `else`"]);
    check("{ a && html! { <p/> } }", &["`&&` does not show an `html!`"]);
}

#[test]
fn keys() {
    check(r#"<p on:keydown."/".prevent={E} on:keydown.'?'={E} on:keyup.r"\"={E}/>"#, &[]);
    check(r#"<p on:keydown."/">"a"</p>"#, &[r#"`on:keydown."/"` needs a handler"#]);
    check(r#"<p on:keydown."/"</p>"#, &["the tag `<p` is not finished", r#"`on:keydown."/"` needs a handler"#]);
    check(r#"<p on:keydown."/"="a"/>"#, &[r#"`on:keydown."/"` needs a handler"#]);
    check(
        r#"<p do:keydown."/"={E}/>"#,
        &["`do:` cannot hear the key `/`: it becomes an attribute, and an attribute's name cannot contain that"],
    );
}

#[test]
fn text_is_quoted() {
    check("<p>Hello, world!</p>", &["text must be in quotes in `html!`"]);
    check("<p>5</p>", &["text must be in quotes in `html!`"]);
    check("<p>one</p><p>two {x} three</p>", &["text must be in quotes in `html!`"; 3]);
    check("if a { model.name }", &["text must be in quotes in `html!`"]);
}

#[test]
fn entities() {
    check("<p>\"a&nbsp;b\"</p>", &["HTML entities such as `&nbsp;` are not decoded"]);
    check("<p>&nbsp;</p>", &["HTML entities such as `&nbsp;` are not decoded"]);
    check("<a href=\"/?a=1&amp;b=2\"/>", &["HTML entities such as `&amp;` are not decoded"]);
    check(
        "<p>\"&#xA0;\" \"&#8212;\"</p>",
        &["HTML entities such as `&#xA0;` are not decoded", "HTML entities such as `&#8212;` are not decoded"],
    );
    check("<p>\"R&D; a & b; &unknown; &#; &#xD800;\" {\"&nbsp;\"}</p> <a href=\"/?a=1&b=2;c\"/>", &[]);
}

#[test]
fn declarations_and_comments() {
    check("<!DOCTYPE html><p/>", &["`<!DOCTYPE html>` cannot be part of a view: a view is the content of the page"]);
    check("<!-- a > b --><p/>", &["an HTML comment cannot be used in `html!`"]);
}

#[test]
fn control_flow() {
    check("if { <p/> }", &["`if` needs a condition"]);
    check("if a", &["this `if` has no body"]);
    check("if a { } else", &["this `else` has no body"]);
    check("match a", &["this `match` has no arms"]);
    check("match a { }", &["this `match` has no arms"]);
    check("match a { A }", &["expected an arm of the `match` here"]);
    check("match a { A => x.y, B => {} }", &["the body of an arm is an element, a text, or nodes in braces"]);
    check("for a in b", &["this `for` has no body"]);
    check("for a { <p/> }", &["this `for` has no rows", "`for` needs rows after `in`", "this `for` has no body"]);
    check("for a in b, kye = a.id { <p/> }", &["only `key` can be used here"]);
    check("for a in b, key = a, key = b { <p/> }", &["a list has one key"]);
    check("for a in b { }", &["this `for` has no body"]);
    check("for a in b key={a.id} { <p/> }", &["a list's key has a `,` before it and a `=` after it"]);
    check("for a in b.c() key = a.id { <p/> }", &["a list's key has a `,` before it and a `=` after it"]);
    check("for a in b, key={a.id} { <p/> }", &[]);
    check("for a in key { <p/> }", &[]);
    check("let a = 1", &["this `let` does not end"]);
}

#[test]
fn heads_pass_through() {
    check("if let S { a, .. } = s && let Some(1..=5) = n { <p/> }", &[]);
    check("if a == b || c <= d { <p/> }", &[]);
    check("for S { a, b } in f::<A, B>(|x, y| { z }), key = (a, b) { <p/> }", &[]);
    check("match x { S { a } if a == 1 => <p/>, A | B => \"b\" C => if d { \"d\" } }", &[]);
}

#[test]
fn all_is_reported_at_once() {
    check(
        "<p>oops</p> <br></br> <a on:clik={x}/> <p><div/></p>",
        &[
            "text must be in quotes in `html!`",
            "`<br>` is a void element: it has no children and no close tag",
            "there is no binding `on:clik`",
            "`<div>` cannot be inside `<p>`: a browser ends the `<p>` before it",
        ],
    );
}
