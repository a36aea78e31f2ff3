use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value in a model that some work brings: not asked for, on its way, here, or not to be had.
///
/// `T` is the value, and `E` the reason why there is none.
///
/// ```
/// use tealight_core::{Command, Event, Remote, View, html};
///
/// #[derive(Default)]
/// struct Model { rate: Remote<f64, String> }
///
/// #[derive(Hash)]
/// enum ExternalEvent { Refresh }
///
/// enum InternalEvent { Rate(Result<f64, String>) }
///
/// # async fn rate() -> Result<f64, String> { Ok(1.1) }
/// fn update(model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
///     match event {
///         Event::External(ExternalEvent::Refresh) => {
///             model.rate.load();
///             Command::perform_keyed("rate", rate(), InternalEvent::Rate)
///         }
///         Event::Internal(InternalEvent::Rate(result)) => {
///             model.rate.set(result);
///             Command::none()
///         }
///     }
/// }
///
/// fn view(model: &Model) -> impl View<ExternalEvent> {
///     html! {
///         <p aria-busy={model.rate.is_loading()}>
///             match model.rate.value() {
///                 Some(rate) => { {rate} },
///                 None => "…",
///             }
///         </p>
///         if let Some(reason) = model.rate.error() {
///             <p role="alert">{reason} " " <button on:click={ExternalEvent::Refresh}>"Try again"</button></p>
///         }
///     }
/// }
/// # let mut model = Model::default();
/// # let _ = update(&mut model, Event::External(ExternalEvent::Refresh));
/// # assert!(model.rate.is_loading());
/// # let _ = update(&mut model, Event::Internal(InternalEvent::Rate(Ok(1.1))));
/// # assert_eq!(model.rate.value(), Some(&1.1));
/// # let _ = view(&model);
/// ```
///
/// A saved session does not save work that is under way. So `Loading` is saved as `NotAsked`, and `Reloading` as `Ready`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Remote<T, E> {
    /// Nobody has asked for it.
    #[default]
    NotAsked,
    /// It is on its way for the first time.
    Loading,
    /// It is here.
    Ready(T),
    /// It is here, and a newer one is on its way.
    Reloading(T),
    /// It could not be had. The value of before is still here, if there was one.
    Failed(E, Option<T>),
}

impl<T, E> Remote<T, E> {
    /// Notes that the value is on its way. A value that is here stays.
    pub fn load(&mut self) {
        *self = match std::mem::take(self) {
            Self::Ready(value) | Self::Reloading(value) | Self::Failed(_, Some(value)) => Self::Reloading(value),
            Self::NotAsked | Self::Loading | Self::Failed(_, None) => Self::Loading,
        };
    }

    /// Takes the result of the work. If it has failed, a value that is here stays.
    pub fn set(&mut self, result: Result<T, E>) {
        *self = match (result, std::mem::take(self)) {
            (Ok(value), _) => Self::Ready(value),
            (Err(reason), Self::Ready(value) | Self::Reloading(value)) => Self::Failed(reason, Some(value)),
            (Err(reason), Self::Failed(_, value)) => Self::Failed(reason, value),
            (Err(reason), Self::NotAsked | Self::Loading) => Self::Failed(reason, None),
        };
    }

    /// Returns the value, which may be that of before.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value) | Self::Reloading(value) | Self::Failed(_, Some(value)) => Some(value),
            Self::NotAsked | Self::Loading | Self::Failed(_, None) => None,
        }
    }

    /// Returns the reason why there is no value, or none that is newer.
    pub const fn error(&self) -> Option<&E> {
        match self {
            Self::Failed(reason, _) => Some(reason),
            _ => None,
        }
    }

    /// Returns true if the value, or a newer one, is on its way. This is the value of `aria-busy`.
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading | Self::Reloading(_))
    }
}

/// The part of it that is saved.
#[derive(Serialize, Deserialize)]
enum Saved<T, E> {
    NotAsked,
    Ready(T),
    Failed(E, Option<T>),
}

impl<T: Serialize, E: Serialize> Serialize for Remote<T, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NotAsked | Self::Loading => Saved::<&T, &E>::NotAsked,
            Self::Ready(value) | Self::Reloading(value) => Saved::Ready(value),
            Self::Failed(reason, value) => Saved::Failed(reason, value.as_ref()),
        }
        .serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, E: Deserialize<'de>> Deserialize<'de> for Remote<T, E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Saved::deserialize(deserializer)? {
            Saved::NotAsked => Self::NotAsked,
            Saved::Ready(value) => Self::Ready(value),
            Saved::Failed(reason, value) => Self::Failed(reason, value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Remote::{self, Failed, Loading, NotAsked, Ready, Reloading};

    #[test]
    fn a_value_stays_until_there_is_a_newer_one() {
        type Step = fn(&mut Remote<u32, &'static str>);
        let (load, fail, bring): (Step, Step, Step) =
            (Remote::load, |remote| remote.set(Err("no")), |remote| remote.set(Ok(2)));
        for (before, step, after) in [
            (NotAsked, load, Loading),
            (Loading, load, Loading),
            (Ready(1), load, Reloading(1)),
            (Reloading(1), load, Reloading(1)),
            (Failed("no", None), load, Loading),
            (Failed("no", Some(1)), load, Reloading(1)),
            (NotAsked, fail, Failed("no", None)),
            (Loading, fail, Failed("no", None)),
            (Ready(1), fail, Failed("no", Some(1))),
            (Reloading(1), fail, Failed("no", Some(1))),
            (Failed("yes", Some(1)), fail, Failed("no", Some(1))),
            (Loading, bring, Ready(2)),
            (Reloading(1), bring, Ready(2)),
            (Failed("no", Some(1)), bring, Ready(2)),
        ] {
            let mut remote = before.clone();
            step(&mut remote);
            assert_eq!(remote, after, "after {before:?}");
            assert_eq!(remote.is_loading(), matches!(after, Loading | Reloading(_)));
        }
    }

    #[test]
    fn work_that_is_under_way_is_not_saved() {
        for (remote, restored) in [
            (NotAsked, NotAsked),
            (Loading, NotAsked),
            (Ready(1), Ready(1)),
            (Reloading(1), Ready(1)),
            (Failed("no".to_owned(), Some(1)), Failed("no".to_owned(), Some(1))),
        ] {
            let saved = serde_json::to_string(&remote).expect("JSON");
            assert_eq!(serde_json::from_str::<Remote<u32, String>>(&saved).expect("a state"), restored);
        }
    }
}
