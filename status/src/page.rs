//! The page: an ordinary view, whose model has the numbers of the last second.

use std::any::type_name;
use std::sync::Arc;

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View};
use tealight_runtime::overview::{Listening, Overview};

use crate::agent::Agent;
use crate::cluster::PERIOD;
use crate::model::{Chosen, ChosenState, Model, Press};
use crate::view;
use crate::wire::{NAME, Said, TOPIC};

pub(crate) struct Page {
    agent: Arc<Agent>,
    _listening: Listening,
}

#[derive(Clone)]
pub(crate) struct Tick;

impl Page {
    pub(crate) fn new(overview: Overview, name: String, version: String) -> Self {
        let agent = Arc::new(Agent::new(overview.clone(), name, version));
        let hears = Arc::clone(&agent);
        let _listening = overview.listen(NAME, move |message| hears.hear(message));
        Self { agent, _listening }
    }
}

impl LiveView for Page {
    type Model = Model;
    type ExternalEvent = Press;
    type InternalEvent = Tick;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Tick>), MountError> {
        let model = Model { shown: self.agent.first_look(), chosen: None };
        Ok((model, Command::batch([Command::title("Status"), Command::publish(TOPIC, &Said::Watch)])))
    }

    fn update(&self, model: &mut Model, event: Event<Press, Tick>) -> Command<Tick> {
        match event {
            Event::Internal(Tick) => {
                if !self.is_watched() {
                    return Command::none();
                }
                model.shown = self.agent.look();
                Command::batch([Command::publish(TOPIC, &Said::Watch), self.look(model)])
            }
            Event::External(Press::Look(named)) => {
                model.chosen = Some(Chosen { named, state: ChosenState::Asked });
                let text = format!("Session {} is shown below the list", named.session);
                Command::batch([self.look(model), Command::announce(text)])
            }
            Event::External(Press::Leave) => {
                model.chosen = None;
                Command::none()
            }
            Event::External(Press::End(named)) => Command::publish(TOPIC, &Said::End(named)),
        }
    }

    fn view(&self, model: &Model) -> impl View<Press> {
        view::page(model)
    }

    fn subscriptions(&self, _: &Model) -> Subscription<Tick> {
        Subscription::every(PERIOD, Tick)
    }

    fn model_bytes(&self, _: &Model) -> usize {
        // All pages share the numbers.
        size_of::<Model>()
    }
}

impl Page {
    /// Returns false if all pages were closed: their sessions live a little longer.
    fn is_watched(&self) -> bool {
        let [unattached, attached, _] = self.agent.sessions_of(type_name::<Self>());
        unattached + attached > 0
    }

    /// Shows what is known of the chosen session, and asks for more.
    fn look(&self, model: &mut Model) -> Command<Tick> {
        let Some(Chosen { named, state }) = &mut model.chosen else { return Command::none() };
        if matches!(state, ChosenState::Ended) {
            return Command::none();
        }
        match self.agent.looked(*named) {
            Some(Some(session)) => *state = ChosenState::Known(session),
            Some(None) => {
                *state = ChosenState::Ended;
                return Command::announce("The session has ended");
            }
            None => *state = ChosenState::Asked,
        }
        Command::publish(TOPIC, &Said::Look(*named))
    }
}
