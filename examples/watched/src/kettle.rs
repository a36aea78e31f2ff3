use std::time::Duration;

use tealight::prelude::*;

const POURED: Topic<u32> = Topic::new("poured");

/// A kettle. All pages see how many cups were poured since they were opened.
pub(crate) struct Kettle;

#[derive(Default)]
pub(crate) struct Model {
    is_boiling: bool,
    cups: u32,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Boil,
}

#[derive(Clone)]
pub(crate) enum InternalEvent {
    Boiled,
    Poured(u32),
}

impl LiveView for Kettle {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Boil) => {
                model.is_boiling = true;
                // With spans, this line names its session.
                tracing::info!("somebody wants tea");
                Command::perform(tokio::time::sleep(Duration::from_secs(1)), |()| InternalEvent::Boiled)
            }
            Event::Internal(InternalEvent::Boiled) => {
                model.is_boiling = false;
                Command::publish(POURED, &1)
            }
            Event::Internal(InternalEvent::Poured(cups)) => {
                model.cups += cups;
                Command::none()
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <main>
                <h1>"Kettle"</h1>
                <button on:click={ExternalEvent::Boil} disabled={model.is_boiling}>"Boil"</button>
                <p>"Cups poured: " <output>{model.cups}</output></p>
            </main>
        }
    }

    fn subscriptions(&self, _: &Model) -> Subscription<InternalEvent> {
        Subscription::topic(POURED, InternalEvent::Poured)
    }
}

#[cfg(test)]
mod tests {
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn all_pages_see_a_poured_cup() {
        let app = TestApp::start(Kettle);
        let (page, other) = (app.open("/"), app.open("/"));
        page.click("button");
        assert_eq!(page.attribute("button", "disabled").as_deref(), Some(""));
        app.advance(Duration::from_secs(1));
        for page in [page, other] {
            assert_eq!((page.text("output"), page.attribute("button", "disabled")), ("1".to_owned(), None));
        }
    }
}
