//! The page on which people log in. Its form is an ordinary one: only the answer to a request can set a cookie.

use tealight::prelude::*;

use crate::routes::Login;
use crate::shell::{self, Place, Shell};
use crate::shop::{DEMO, Shop};

pub(crate) struct Door(pub(crate) Shop);

pub(crate) struct Model {
    shell: Shell,
    login: Login,
}

impl LiveView for Door {
    type Model = Model;
    type ExternalEvent = shell::ExternalEvent;
    type InternalEvent = shell::InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<shell::InternalEvent>), MountError> {
        let login = request.route()?;
        let (shell, command) = Shell::mount(&self.0, request);
        Ok((Model { shell, login }, Command::batch([Command::title("Log in"), command])))
    }

    fn update(
        &self,
        model: &mut Model,
        event: Event<shell::ExternalEvent, shell::InternalEvent>,
    ) -> Command<shell::InternalEvent> {
        match event {
            Event::External(shell::ExternalEvent::Searched(search)) => shell::search(search),
            Event::Internal(event) => model.shell.update(event),
        }
    }

    fn view(&self, Model { shell, login }: &Model) -> impl View<shell::ExternalEvent> {
        let (name, password) = DEMO;
        let content = html! {
            <h1>"Log in"</h1>
            <p>"This is a demonstration. The name is “" {name} "”, the password “" {password} "”."</p>
            if login.failed { <p role="alert">"The name or the password is wrong."</p> }
            <form method="post" action="/login">
                <input type="hidden" name="next" value={login.next.as_deref().unwrap_or_default()}>
                <div class="field">
                    <label for="name">"Name"</label>
                    <input id="name" name="name" autocomplete="username" required>
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input id="password" name="password" type="password" autocomplete="current-password" required>
                </div>
                <button>"Log in"</button>
            </form>
        };
        shell::page(shell::header(shell, Place::Login, ""), content)
    }

    fn subscriptions(&self, model: &Model) -> Subscription<shell::InternalEvent> {
        model.shell.subscriptions()
    }
}
