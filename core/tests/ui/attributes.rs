use tealight_core::{View, html};

fn twice(class: &str) -> impl View<()> {
    html! { <p id="a" class="b" class={class} id="c">"text"</p> }
}

fn unquoted(class: &str) -> impl View<()> {
    html! { <p class=class width=5 title=>"text"</p> }
}

fn of_other_elements(value: &str) -> impl View<()> {
    html! {
        <select value={value}></select>
        <textarea value={value}></textarea>
        <input indeterminate>
    }
}

fn of_other_languages(open: bool) -> impl View<()> {
    html! {
        <p className="a">"text"</p>
        <p class:open={open}>"text"</p>
        <p key={1}>"text"</p>
        <p @click={open} on-click={open} v-on:click={open}>"text"</p>
        <input disabled="false" checked="{open}">
    }
}

fn transitions(classes: &str) -> impl View<()> {
    html! {
        <p transition:out="fading">"text"</p>
        <p transition:leave>"text"</p>
        <p><b transition:leave={classes}>"text"</b></p>
    }
}

fn main() {}
