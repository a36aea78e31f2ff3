use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tealight::prelude::*;

// The model: what one page shows.
struct Figures { new_orders: u32, sales_amount: u64, rating: f32 }

// Events that come from the page.
#[derive(Hash)]
enum ExternalEvent { Refresh }

// Events that come from the server itself.
enum InternalEvent { Tick, Latest(Figures) }

// The application: what all pages share.
struct Dashboard { shop: Shop }

impl LiveView for Dashboard {
    type Model = Figures;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Figures, Command<InternalEvent>), MountError> {
        Ok((self.shop.latest().await, Command::none()))
    }

    fn update(&self, model: &mut Figures, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Refresh) | Event::Internal(InternalEvent::Tick) => {
                let shop = self.shop.clone();
                Command::perform(async move { shop.latest().await }, InternalEvent::Latest)
            }
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

// Your own code. In a real application this is a connection pool or a client of another service.
#[derive(Clone, Default)]
struct Shop { orders: Arc<AtomicU32> }

impl Shop {
    async fn latest(&self) -> Figures {
        let new_orders = 1 + self.orders.fetch_add(1, Relaxed);
        Figures { new_orders, sales_amount: 1_250 * u64::from(new_orders), rating: 4.96 }
    }
}
