use tealight_core::{View, html, with};

#[derive(Hash)]
enum Event {
    Named(String),
    Rename(u32, String),
    Move(u32, u32, String),
}

fn moving(id: u32) -> impl View<Event> {
    html! { <input on:change={move |text| Event::Rename(id, text)}> }
}

fn moving_with(id: u32, to: u32) -> impl View<Event> {
    html! { <input on:change={with(id, move |id, text| Event::Move(id, to, text))}> }
}

fn capturing(id: u32) -> impl View<Event> {
    html! { <input on:change={|text| Event::Rename(id, text)}> }
}

fn capturing_a_row(ids: &[u32]) -> impl View<Event> {
    html! {
        for id in ids {
            <input on:change={|text: String| Event::Rename(*id, text)}>
        }
    }
}

fn capturing_variable(id: u32) -> impl View<Event> {
    let rename = move |text| Event::Rename(id, text);
    html! { <input on:change={rename}> }
}

fn capturing_variable_of_a_row(ids: &[u32], to: u32) -> impl View<Event> {
    let rename = move |id, text| Event::Move(id, to, text);
    html! {
        for id in ids {
            <input on:change={with(*id, rename)}>
        }
    }
}

fn capturing_block(id: u32) -> impl View<Event> {
    html! { <input on:change={{ let id = id + 1; move |text: String| Event::Rename(id, text) }}> }
}

fn part() -> impl View<String> {
    html! { <input on:change={|text| text}> }
}

fn capturing_map(id: u32) -> impl View<Event> {
    html! { {part().map(move |text| Event::Rename(id, text))} }
}

fn capturing_map_with(ids: &[u32], to: u32) -> impl View<Event> {
    html! {
        for id in ids {
            {part().map_with(*id, move |id, text| Event::Move(id, to, text))}
        }
    }
}

fn captured_outside(id: u32) -> impl View<Event> {
    part().map(move |text| Event::Rename(id, text))
}

fn captured_before(id: u32, to: u32) -> impl View<Event> {
    let parts = [part(), part()].map(|part| part.map_with(id, move |id, text| Event::Move(id, to, text)));
    html! { for part in &parts { {part} } }
}

mod handlers {
    use super::Event;

    pub fn rename(id: u32) -> impl Fn(String) -> Event {
        move |text| Event::Rename(id, text)
    }
}

fn captured_by_a_function(id: u32) -> impl View<Event> {
    html! { <input on:change={handlers::rename(id)}> }
}

fn one_text_of_a_form() -> impl View<Event> {
    html! {
        <form on:submit={Event::Named}/>
        <form on:submit={with(1, Event::Rename)}/>
        <form on:input.form={|text: String| Event::Named(text)}/>
    }
}

fn any_function(is_new: bool) -> impl View<Event> {
    let named: fn(String) -> Event = Event::Named;
    html! { <input on:input={named} on:change={if is_new { Event::Named } else { |text| Event::Rename(1, text) }}> }
}

fn without_parameters() -> impl View<Event> {
    html! { <button on:click={|| Event::Named(String::new())}>"x"</button> }
}

fn main() {}
