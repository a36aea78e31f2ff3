//! A counter with two buttons.

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};

use crate::text_tree::{Node, TextTree, element, text};
use crate::{Attached, Case};

#[derive(Debug)]
struct Counter;

#[derive(Hash)]
enum Pressed {
    Up,
    Down,
}

impl LiveView for Counter {
    type Model = i64;
    type ExternalEvent = Pressed;
    type InternalEvent = i64;

    async fn mount(&self, _: &PageRequest) -> Result<(i64, Command<i64>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut i64, event: Event<Pressed, i64>) -> Command<i64> {
        match event {
            Event::External(Pressed::Up) => *count += 1,
            Event::External(Pressed::Down) => *count -= 1,
            Event::Internal(now) => *count = now,
        }
        Command::none()
    }

    fn view(&self, count: &i64) -> impl View<Pressed> {
        html! {
            <button on:click={Pressed::Down}>"−"</button>
            <output>{count}</output>
            <button on:click={Pressed::Up}>"+"</button>
        }
    }
}

struct Live(Attached<Counter>, i64);

pub(crate) fn tealight() -> impl Case {
    Live(Attached::new(Counter, 0), 0)
}

impl Case for Live {
    #[inline(always)]
    fn step(&mut self) {
        self.1 += 1;
        self.0.event(self.1);
    }

    fn frame(&self) -> &[u8] {
        self.0.frame()
    }

    fn kept(&self) -> usize {
        self.0.kept()
    }
}

pub(crate) fn text_tree() -> impl Case {
    fn view(count: &i64) -> Node {
        element(
            "div",
            None,
            vec![
                element("button", None, vec![text("−")]),
                element("output", None, vec![text(count)]),
                element("button", None, vec![text("+")]),
            ],
        )
    }
    TextTree::new(0, |count, _| *count += 1, view)
}
