use std::sync::Arc;

use tealight_core::LiveView;
use tokio::runtime::Handle;

use crate::runtime::{Application, Guard, Runtime};
use crate::saving::{Codec, Saver};
use crate::turn::set_seed;
use crate::watch::{Name, Paths, Watched};

impl<A: LiveView> Application<Watched<A>> {
    /// Starts a view. `paths` are those of its router, and `place` tells it from the other views.
    pub(crate) fn start(
        live_view: A,
        runtime: Arc<Runtime>,
        codec: Option<Codec<Watched<A>>>,
        guards: Vec<Arc<Guard>>,
        paths: Option<Paths>,
    ) -> Self {
        let place = paths.as_ref().map_or(0, |(_, place)| *place as u32);
        if let Some(codec) = &codec {
            runtime.owners.add_store(Arc::clone(codec.store()));
            set_seed(codec.store().seed());
            if !runtime.topics.is_local() {
                runtime.moves.start();
            }
        }
        if !guards.is_empty() {
            // sessions will have owners: an end that comes while the first of them is made must not be missed
            runtime.topics.hear_ends();
        }
        let saver = codec
            .as_ref()
            .and_then(|codec| Some(Saver::start(&Handle::current(), Arc::clone(codec.store()), codec.every()?)));
        let name = Name::of::<A>();
        let meter = runtime.meters.start(name.text());
        Self { live_view: Watched(live_view, paths), name, meter, runtime, place, codec, guards, saver }
    }
}
