//! Attributes, properties and handlers, and elements that are unlike others.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use std::borrow::Cow;

use tealight_core::{View, display, html, with};

use crate::event::{Event, Wrap};
use crate::model::{Item, Key, Pieces};

pub(crate) fn attributes_of_every_kind(a: &Item) -> impl View<Event> {
    html! {
        <p title={&a.name} lang={a.tag.as_deref()} hidden={a.flag} data-n={a.n} data-flag={a.flag} data-tag={a.tag.as_ref()}
            aria-hidden={a.done} aria-label={&a.note} contenteditable={a.flag} spellcheck={a.flag.then_some(a.done)} id={format_args!("id{}", a.id)}
            tabindex={a.n as i8} data-letter={a.letter} data-cow={Cow::Borrowed(&*a.name)} data-display={display(Pieces(a))}>"p"</p>
        <button disabled={a.flag} type="button" autofocus={false}>"b"</button>
        <input required={a.flag} readonly={a.done} maxlength={a.choice} placeholder={&a.name} list={a.tag.as_deref()}>
        <td-cell colspan={a.choice} data-a.b={a.n} data-c:d={a.n}></td-cell>
        <img alt={&a.name} width={a.choice} src="data:,">
        <label r#for={&a.name}>"for"</label>
        <ol start={a.choice} reversed={a.flag}></ol>
        <details open><summary>"s"</summary></details>
    }
}

pub(crate) fn attributes_that_may_be_absent(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id {
            <p title={b.tag.as_deref()} class={b.tag.as_deref()} style={b.tag.as_ref().map(|_| "margin: 0")} hidden={b.flag.then_some(true)} data-x={b.flag.then_some(b.n)} data-y={b.flag.then_some(b.done)} data-z={Some(b.tag.as_deref())}></p>
        }
        <a href={a.flag.then_some(&a.url)}>"a"</a>
        <input value={a.tag.as_deref()} checked={a.flag.then_some(a.done)}>
    }
}

pub(crate) fn classes_and_styles(a: &Item) -> impl View<Event> {
    html! {
        <p class={&a.name}></p> <p class={a.tag.as_deref()}></p>
        <p class={[("a", a.flag), ("b c", a.done), (&*a.name, a.n > 2)]}></p>
        <p class={vec![(a.name.clone(), a.flag), (a.note.clone(), true)]}></p>
        <p class={a.items.iter().map(|b| (b.name.clone(), b.flag)).collect::<Vec<_>>()}></p>
        <p style={&a.note}></p>
        <p style={[("width", format_args!("{}px", a.choice)), ("--name", format_args!("{}", a.name))]}></p>
        <p style={[("color", a.tag.as_deref()), ("margin", a.flag.then_some("0"))]}></p>
        <p style={vec![("--n", a.n), ("--id", i64::from(a.id))]}></p>
        <p style="color: red" class="fixed"></p>
    }
}

pub(crate) fn urls(a: &Item) -> impl View<Event> {
    html! {
        <a href={&a.url}>"a"</a> <a href={a.flag.then_some(&a.url)}>"b"</a> <form action={&a.url}></form>
        <blockquote cite={&a.url}></blockquote> <button type="button" formaction={&a.url}>"c"</button>
        <svg><a href={&a.url}><text>"d"</text></a></svg>
    }
}

pub(crate) fn properties(a: &Item) -> impl View<Event> {
    html! {
        <input data-s="1" value={&a.note}> <input value={a.tag.as_deref()}> <input type="number" value={a.n}> <input type="hidden" value={&a.name}>
        <input type="checkbox" checked={a.flag}> <input type="checkbox" checked={a.done} value={a.tag.as_deref()}>
        <input type="checkbox" indeterminate={a.flag} checked={a.done}> <input type="range" value={a.choice}>
        <input type={if a.flag { "text" } else { "checkbox" }} value={&a.name} checked={a.done}>
        <input type="radio" name="one" checked={a.flag}>
        <details open={a.flag}><summary>"s"</summary>{a.n}</details> <dialog open={a.done}>{a.n}</dialog>
        <video muted={a.flag}></video> <audio muted={a.done}></audio>
        <progress max="9" value={a.choice}></progress> <meter value={a.choice} max="9"></meter> <li value={a.choice}></li> <button type="button" value={&a.name}></button>
    }
}

pub(crate) fn properties_in_rows(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id {
            <input data-s="1" data-k={Key::default().and(b.id)} value={&b.note} on:input={with((b.id, 1), Event::TypedIn)} data-input={Wrap::Not.typed_in((b.id, 1))}>
            <input type="checkbox" checked={b.flag} on:change={Event::Hit(2, b.id, 0)} data-change={Wrap::Not.of(&Event::Hit(2, b.id, 0))}>
            <details open={b.done}><summary>{b.n}</summary></details>
            <textarea>{&b.note}</textarea>
        }
    }
}

pub(crate) fn radio_buttons(a: &Item) -> impl View<Event> {
    html! {
        <form on:submit={Event::Sent} data-submit={Wrap::Not.sent()}>
            for b in &a.items, key = b.id { <label><input type="radio" name="choice" value={b.id} checked={b.id == a.choice}>{&b.name}</label> }
        </form>
    }
}

pub(crate) fn selects(a: &Item) -> impl View<Event> {
    html! {
        <select on:change={Event::Typed} data-change={Wrap::Not.typed()}>
            <option selected={a.choice == 0}>"zero"</option> <option selected={a.choice == 1}>"one"</option> <option selected={a.choice == 2}>"two"</option>
        </select>
        <select multiple><option selected={a.flag}>{a.n}</option><option selected={a.done}>{&a.name}</option></select>
        <select><option>"a"</option><option selected>"b"</option><option selected={a.flag}>"c"</option></select>
        <select>for b in &a.items { <option value={&b.name} selected={b.flag}>{&b.name}</option> }</select>
        <select size="3">for b in &a.items { <option selected={b.flag}>{b.n}</option> }</select>
        <select disabled={a.flag}><optgroup label={&a.name} disabled={a.done}><option>{a.n} " pieces"</option></optgroup><hr></select>
    }
}

pub(crate) fn textareas(a: &Item) -> impl View<Event> {
    html! {
        <textarea data-s="1">{&a.note}</textarea> <textarea rows="3">{&a.name}</textarea> <textarea>{a.n}</textarea> <textarea></textarea>
        if a.flag { <textarea>{&a.note}</textarea> <textarea>"\nfixed"</textarea> }
        <textarea on:input={Event::Typed} data-input={Wrap::Not.typed()}>let note = &a.note; {note}</textarea>
    }
}

pub(crate) fn titles(a: &Item) -> impl View<Event> {
    html! {
        <svg><title>{&a.name}</title><desc>{&a.note}</desc><g><title>"fixed"</title></g></svg>
        <svg>for b in &a.items, key = b.id { <g><title>{&b.name} " and"</title></g> }</svg>
        if a.flag { <svg><title>{a.tag.as_deref()}</title></svg> }
        <svg>{a.flag.then(|| html! { <g><title>{a.n}</title></g> })}</svg>
        <div><title>{&a.name}</title> <title>"fixed & <b>"</title> <title>{a.n}</title></div>
        if a.done { <div><title>{&a.note}</title> <title>"fixed & <b>"</title></div> }
    }
}

pub(crate) fn drawings(a: &Item) -> impl View<Event> {
    html! {
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" xmlns="http://www.w3.org/2000/svg">
            <defs><clipPath id="c"><rect width="1"/></clipPath><linearGradient id="g" gradientTransform="rotate(1)"><stop offset={a.choice}/></linearGradient></defs>
            <g transform={format_args!("rotate({})", a.choice)} on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}>
                <text x={a.choice}>"a" {a.n} <tspan>{&a.name}</tspan> "b"</text>
            </g>
            if a.flag { <foreignObject width="1"><div>{a.n}<svg><foreignObject><p>{&a.name}</p></foreignObject></svg></div></foreignObject> }
            <filter><feGaussianBlur stdDeviation={a.choice}/></filter>
            <style>"a { color: red }"</style>
            {a.done.then(|| html! { <circle r={a.choice}/> <a href={&a.url}><text>{a.n}</text></a> })}
        </svg>
        if a.flag { <svg viewBox="0 0 1 1"><clipPath id="d"><path pathLength={a.choice} d="M0 0"/></clipPath></svg> }
    }
}

pub(crate) fn formulas(a: &Item) -> impl View<Event> {
    html! {
        <math display="block"><mrow><mi>{&a.name}</mi><mo stretchy={a.flag}>"="</mo><mfrac><mn>{a.n}</mn><msup><mn>"2"</mn><mi>"x"</mi></msup></mfrac></mrow></math>
        if a.flag { <math><mtable><mtr><mtd><mtext>{&a.note}</mtext></mtd></mtr></mtable></math> }
        <math><semantics><mi>"x"</mi><annotation-xml encoding="SVG1.1"><svg><circle r={a.choice}/></svg></annotation-xml></semantics></math>
        if a.done { <math><semantics><mi>"x"</mi><annotation-xml encoding="SVG1.1"><svg><circle r={a.choice}/></svg></annotation-xml></semantics></math> }
    }
}

pub(crate) fn foreign_attributes(a: &Item) -> impl View<Event> {
    html! {
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="de"><a xlink:href={&a.url} xml:lang={a.tag.as_deref()}><text>"a"</text></a></svg>
        if a.flag { <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="de"><a xlink:href={&a.url} xml:lang={a.tag.as_deref()}><text>"a"</text></a></svg> }
        if a.done { <math xmlns="http://www.w3.org/1998/Math/MathML" xlink:href="#b" definitionURL={&a.url}><mi>"x"</mi></math> }
        if a.flag { <p xml:lang="de" xmlns="x"></p> }
    }
}

pub(crate) fn custom_elements(a: &Item) -> impl View<Event> {
    html! {
        <x-card name={&a.name} flag={a.flag} on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}><b>"fixed"</b> "text"</x-card>
        <x-empty value={a.n} checked={a.flag} selected={a.done}></x-empty>
        for b in &a.items, key = b.id { <x-row data-s="1" data-k={Key::default().and(b.id)} n={b.n}>"fixed"</x-row> }
        <p is="x-paragraph" part={&a.name} slot={a.tag.as_deref()}>{a.n}</p>
        if a.flag { <x-card name={&a.name}><b>"fixed"</b> "text"</x-card> }
    }
}

pub(crate) fn elements_with_rules_of_their_own(a: &Item) -> impl View<Event> {
    html! {
        <template id="t"><p class="x">"in a template"</p> "text" <b></b></template>
        <noscript><p>{"no &amp; <script>"}</p></noscript>
        <style>"p > b { content: \"<\" }"</style>
        <script type="text/plain">"if (a < b && c) \"x\""</script>
        <p>"a" <br> "b" <wbr> "c"</p> <hr> <input> <ruby>"x" <rp>"("</rp><rt>{a.n}</rt></ruby>
        if a.flag {
            <template><p class="x">"in a template"</p> "text" <table><tbody><tr><td>"x"</td></tr></tbody></table></template>
            <noscript><p>{"no &amp; <script>"}</p></noscript>
            <style>"p > b { content: \"<\" }"</style>
            <script type="text/plain">"if (a < b && c) \"x\""</script>
        }
        <button type="button"><p>{a.n}</p></button> <a href="/"><div>{a.n}</div></a> <object><p>{a.n}</p></object>
        <fieldset><legend>{a.n}</legend></fieldset> <label>"l" <input></label>
    }
}

#[expect(clippy::redundant_closure, reason = "a closure whose argument has no type is a form of its own")]
pub(crate) fn bindings(a: &Item) -> impl View<Event> {
    let hit = |site: u32| Event::Hit(site, a.id, a.n);
    let told = |site: u32| Wrap::Not.of(&Event::Hit(site, a.id, a.n));
    html! {
        <p on:click={hit(1)} on:dblclick={hit(2)} on:mouseenter={hit(3)} on:mouseleave={hit(4)} on:contextmenu.prevent={hit(5)}
            data-click={told(1)} data-dblclick={told(2)} data-mouseenter={told(3)} data-mouseleave={told(4)} data-contextmenu={told(5)}>{a.n}</p>
        <input on:focus={hit(6)} on:blur={hit(7)} on:input={Event::Typed} on:change={|text| Event::Typed(text)}
            data-focus={told(6)} data-blur={told(7)} data-input={Wrap::Not.typed()} data-change={Wrap::Not.typed()}>
        <details on:toggle={hit(8)} data-toggle={told(8)}><summary>"s"</summary></details>
        <form on:submit.prevent={Event::Sent} on:reset={hit(9)} data-submit={Wrap::Not.sent()} data-reset={told(9)}>
            <button type="button" on:click.stop.prevent={hit(10)} data-click={told(10)}>"b"</button>
        </form>
        if a.flag { <form on:submit={with(a.id, Event::SentIn)} data-submit={Wrap::Not.sent_in(a.id)}></form> }
        if a.done { <i on:click={hit(11)} data-click={told(11)}></i> } else { <i on:click={hit(12)} data-click={told(12)}></i> }
        <video on:play={hit(13)} on:ended={hit(14)} data-play={told(13)} data-ended={told(14)}></video>
    }
}
