use std::time::Duration;
use tealight::prelude::*;

// What all pages share.
struct Dashboard { shop: Shop }

// The model: each page has one.
struct Figures { new_orders: u32, sales_amount: u64, rating: f32 }

// What a page can say.
#[derive(Hash)]
enum ExternalEvent { Refresh }

// What the server says to itself.
enum InternalEvent { Tick, Latest(Figures) }

impl LiveView for Dashboard {
    type Model = Figures;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Figures, Command<InternalEvent>), MountError> {
        Ok((self.shop.latest().await, Command::none()))
    }

    fn update(&self, model: &mut Figures, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Refresh) | Event::Internal(InternalEvent::Tick) =>
                Command::perform(self.shop.latest(), InternalEvent::Latest),
            Event::Internal(InternalEvent::Latest(figures)) => {
                *model = figures;
                Command::none()
            }
        }
    }

    fn view(&self, model: &Figures) -> impl View<ExternalEvent> {
        html! {
            <h1>"Sales Dashboard"</h1>
            <hr/> <span>"🥡 New Orders"</span>   <h2>{model.new_orders}</h2>
            <hr/> <span>"💰 Sales Amount"</span> <h2>"$" {grouped(model.sales_amount, ',')}</h2>
            <hr/> <span>"🌟 Rating"</span>       <h2>{fixed(model.rating, 1)}</h2>
            <button on:click={ExternalEvent::Refresh}>"Refresh"</button>
        }
    }

    fn subscriptions(&self, _model: &Figures) -> Subscription<InternalEvent> {
        Subscription::every(Duration::from_secs(1), InternalEvent::Tick)
    }
}
