use tealight_core::{View, html, with};

#[derive(Hash)]
enum Event {
    Named(String),
}

fn given_away() -> impl View<Event> {
    let name = String::from("Ada");
    html! { <button on:click={Event::Named(name)}>"Ada"</button> }
}

fn given_away_as_data() -> impl View<Event> {
    let name = String::from("Ada");
    html! { <input on:input={with(name, |name, text: String| Event::Named(format!("{name} {text}")))}> }
}

fn given_away_in_a_row(names: &[String]) -> impl View<Event> {
    html! {
        for name in names {
            <button on:click={Event::Named(*name)}>{name}</button>
        }
    }
}

fn card(title: &str) -> impl View<Event> {
    html! { <h2>{title}</h2> }
}

fn borrowed_by_a_component() -> impl View<Event> {
    let title = String::from("Ada");
    html! { <div>{card(&title)}</div> }
}

fn given_away_list() -> impl View<Event> {
    let names = vec![String::from("Ada")];
    html! { for name in names { <p>{name}</p> } }
}

fn main() {}
