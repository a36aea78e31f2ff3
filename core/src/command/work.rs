//! The commands that begin work of the server.

use std::hash::Hash;
use std::time::Duration;

use futures_core::Stream;

use super::{Action, Command};
use crate::batch::Batch;
use crate::retry::Retry;
use crate::work::{Attempt, Attempts, Mapped, Task, Work, WorkKey};

impl<E> Command<E> {
    /// Runs `future`, then hands its output to `update` as the event that `event` makes of it.
    ///
    /// The future runs after `update` has returned, so it cannot borrow from the application or the model. Clone what
    /// it needs, and move the clone into an `async move` block:
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// #[derive(Clone)]
    /// struct Shop;
    ///
    /// impl Shop {
    ///     async fn latest(&self) -> u32 {
    ///         92
    ///     }
    /// }
    ///
    /// enum Internal { Latest(u32) }
    ///
    /// fn refresh(shop: &Shop) -> Command<Internal> {
    ///     let shop = shop.clone();
    ///     Command::perform(async move { shop.latest().await }, Internal::Latest)
    /// }
    /// # let _ = refresh(&Shop);
    /// ```
    ///
    /// Without the clone, `Command::perform(shop.latest(), Internal::Latest)` does not compile. The compiler reports
    /// E0521, "borrowed data escapes outside of function": the future of `latest(&self)` borrows `shop`.
    pub fn perform<T>(
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self::work(Work::Future(Box::pin(async move { event(future.await) })), None)
    }

    /// Runs `future` as [`perform`](Self::perform) does, in place of earlier work of this session with the same key, which ends
    /// without an event.
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// enum Internal { Found(Vec<String>) }
    ///
    /// # async fn search(_: String) -> Vec<String> { Vec::new() }
    /// fn typed(query: String) -> Command<Internal> {
    ///     Command::perform_keyed("search", search(query), Internal::Found)
    /// }
    /// # let _ = typed("tea".into());
    /// ```
    ///
    /// Each component has keys of its own.
    pub fn perform_keyed<T>(
        key: impl Hash,
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self::perform(future, event).keyed(key)
    }

    /// Runs `future` as [`perform`](Self::perform) does. If it panics, `update` gets the event `failed` in place of a result.
    ///
    /// Use it if the model waits for the result: otherwise it would wait for ever.
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// enum Internal { Placed, NotPlaced }
    ///
    /// async fn place_order() {}
    ///
    /// let command = Command::perform_or(place_order(), |()| Internal::Placed, Internal::NotPlaced);
    /// # let _ = command;
    /// ```
    ///
    /// A panic of any other future reaches the model by [`LiveView::command_failed`](crate::LiveView::command_failed).
    pub fn perform_or<T>(
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
        failed: E,
    ) -> Self {
        Self::work(Work::Future(Box::pin(async move { event(future.await) })), Some(failed))
    }

    /// Runs the futures that `work` makes, one after another, until one succeeds or the attempts of [`Retry`] are used up. `update` gets
    /// the last result, as the event that `event` makes of it.
    ///
    /// An error that another attempt cannot mend, such as a wrong password, is no failure here: let the value say it, as in
    /// `Ok(Err(reason))`. An attempt that panics is the last one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tealight_core::{Command, Retry};
    ///
    /// enum Internal { Rate(Result<f64, String>), TooLate }
    ///
    /// # async fn rate(_: &str) -> Result<f64, String> { Ok(1.1) }
    /// fn load(currency: String) -> Command<Internal> {
    ///     let rate = move || {
    ///         let currency = currency.clone();
    ///         async move { rate(&currency).await }
    ///     };
    ///     Command::retry(Retry::attempts(4), rate, Internal::Rate).time_limit(Duration::from_secs(20), Internal::TooLate)
    /// }
    /// # let _ = load("USD".into());
    /// ```
    pub fn retry<T, X, F>(
        retry: Retry,
        mut work: impl FnMut() -> F + Send + 'static,
        event: impl Fn(Result<T, X>) -> E + Clone + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<T, X>> + Send + 'static,
    {
        let begin = move || -> Attempt<E> {
            let (future, event) = (work(), event.clone());
            Box::pin(async move {
                let result = future.await;
                if result.is_ok() { Ok(event(result)) } else { Err(event(result)) }
            })
        };
        Self::work(Work::Attempts(Attempts { retry, begin: Box::new(begin) }), None)
    }

    /// Ends the work of this command after `limit`, and hands `event` to `update` in place of a result. The limit covers all attempts
    /// of a [`retry`](Self::retry) together. Each item of a [`stream`](Self::stream) has it for itself.
    ///
    /// The time in which a [`blocking`](Self::blocking) function waits for a thread counts. The result of one that runs already is dropped.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tealight_core::Command;
    /// enum Internal { Loaded(u32), TooLate }
    ///
    /// # async fn load() -> u32 { 42 }
    /// let command = Command::perform(load(), Internal::Loaded).time_limit(Duration::from_secs(5), Internal::TooLate);
    /// # let _ = command;
    /// ```
    ///
    /// Call it on one piece of work, before [`batch`](Self::batch).
    ///
    /// # Panics
    /// With debug assertions, panics if this command is not one piece of work. Without them, nothing happens.
    pub fn time_limit(self, limit: Duration, event: E) -> Self {
        match self.0 {
            Batch::One(Action::Perform(task)) => {
                Self(Batch::One(Action::Perform(Task { limit: Some((limit, event)), ..task })))
            }
            other => {
                debug_assert!(false, "`time_limit` is for one piece of work");
                Self(other)
            }
        }
    }

    /// Hands each item of `stream` to `update`, as the event that `event` makes of it.
    ///
    /// The next item is taken when `update` has had the one before, so a stream is never faster than its session. It runs until it
    /// ends, or the session does, or [`cancel`](Self::cancel). The answer to a form that was posted without JavaScript does not wait
    /// for it.
    ///
    /// ```
    /// # use tealight_core::Command;
    /// # use futures_core::Stream;
    /// enum Internal { Line(String) }
    ///
    /// fn follow(log: impl Stream<Item = String> + Send + 'static) -> Command<Internal> {
    ///     Command::stream(log, Internal::Line).keyed("log")
    /// }
    /// ```
    pub fn stream<T: 'static>(
        stream: impl Stream<Item = T> + Send + 'static,
        event: impl FnMut(T) -> E + Send + 'static,
    ) -> Self
    where
        E: 'static,
    {
        Self::work(Work::Stream(Box::pin(Mapped { stream: Box::pin(stream), event })), None)
    }

    /// Runs a function that takes long or waits, on a thread of its own, and hands its result to `update` as the event that `event`
    /// makes of it: a password hash, a picture to scale, a driver without `async`.
    ///
    /// The server runs as many of them at once as it has cores, or as its builder says. Others wait. One that is cancelled while it
    /// waits never runs. One that runs goes on to its end, and its result is dropped.
    ///
    /// ```
    /// # use tealight_core::Command;
    /// enum Internal { Hashed(u64) }
    ///
    /// # fn hash(_: &str) -> u64 { 0 }
    /// fn log_in(password: String) -> Command<Internal> {
    ///     Command::blocking(move || hash(&password), Internal::Hashed)
    /// }
    /// # let _ = log_in("secret".into());
    /// ```
    pub fn blocking<T>(
        function: impl FnOnce() -> T + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self::work(Work::Blocking(Box::new(move || event(function()))), None)
    }

    /// Gives the work of this command a key. Earlier work of this session with the same key ends without an event.
    ///
    /// Other commands stay the same. Give each piece of work in a batch a key of its own.
    pub fn keyed(self, key: impl Hash) -> Self {
        let key = WorkKey::new(key);
        Self(self.0.map(|action| match action {
            Action::Perform(task) => Action::Perform(Task { key: Some(key), ..task }),
            other => other,
        }))
    }

    /// Ends the work with this key, if there is any. It has no event. Of a [`blocking`](Self::blocking) function that runs already, the
    /// result is dropped.
    pub fn cancel(key: impl Hash) -> Self {
        Self(Batch::One(Action::Cancel(WorkKey::new(key))))
    }

    fn work(work: Work<E>, failed: Option<E>) -> Self {
        Self(Batch::One(Action::Perform(Task { work, failed, key: None, limit: None })))
    }

    /// Keeps the keys of a component apart from all others.
    pub(crate) fn within(self, scope: u64) -> Self {
        Self(self.0.map(|action| match action {
            Action::Perform(task) => Action::Perform(Task { key: task.key.map(|key| key.within(scope)), ..task }),
            Action::Cancel(key) => Action::Cancel(key.within(scope)),
            other => other,
        }))
    }
}
