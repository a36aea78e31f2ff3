use std::mem;

use thiserror::Error;

use super::{Audience, Output, Scratch, Session};
use crate::form::FormAddress;
use crate::html::Search;
use crate::refusal::Refusal;
use crate::{Event, FieldErrors, FormData, LiveView, wire};

/// The reason why a form that was posted without JavaScript was not applied.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PostError {
    /// The page does not have this form now.
    #[error("{0}")]
    Refused(Refusal),
    /// The form does not decode to the type that its handler takes.
    #[error("{0}")]
    Fields(FieldErrors),
}

impl<A: LiveView> Session<A> {
    /// Applies a form that was posted without JavaScript.
    ///
    /// The session must have been painted, so that it knows the form, and no page may have attached. The outputs are
    /// appended to `outputs`. Topics run until [`Session::end_post`]; then the answer is another first paint.
    ///
    /// # Errors
    /// Returns a [`PostError`] if the form was not applied. Then the model is unchanged.
    pub fn post(
        &mut self,
        app: &A,
        scratch: &mut Scratch,
        address: &FormAddress,
        data: &FormData,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Result<(), PostError> {
        let payload = wire::write_form(data);
        let search = Search { address: &address.steps, event: 0, payload: &payload, mark: Some(address.mark) };
        let found = self.find_handler(app, &mut scratch.0, &search, self.patch).map_err(|refusal| match refusal {
            Refusal::Payload => PostError::Fields(scratch.0.take_field_errors()),
            other => PostError::Refused(other),
        })?;
        if self.audience == Audience::Nobody {
            self.audience = Audience::PostedForm;
        }
        self.follow_subscriptions(app, outputs);
        self.update(app, Event::External(found), outputs);
        Ok(())
    }

    /// Stops the topics until a page attaches. Call it when all work that the posted form started has finished.
    pub fn end_post(&mut self, outputs: &mut Vec<Output<A::InternalEvent>>) {
        if self.audience == Audience::PostedForm {
            self.audience = Audience::Nobody;
            outputs.extend(mem::take(&mut self.active).into_iter().map(Output::Stop));
        }
    }
}
