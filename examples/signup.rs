//! A form that shows its errors while it is filled in, and works without JavaScript.
//!
//! ```text
//! cargo run --example signup         # http://127.0.0.1:3000
//! ```
//!
//! The model holds a `Form<Account>`: the typed texts, the decoded account, and the errors. The same `update` handles
//! typing on a live page and the post of a browser without JavaScript.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Join").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    let club = Live::builder(Club::default()).layout(layout).start();
    run(club).await
}

/// The addresses that have an account.
#[derive(Clone)]
struct Club {
    members: Arc<Mutex<BTreeSet<String>>>,
}

impl Default for Club {
    fn default() -> Self {
        Self { members: Arc::new(Mutex::new(BTreeSet::from(["ada@example.org".to_owned()]))) }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Account {
    name: String,
    email: String,
    password: String,
    plan: Plan,
    /// The number of seats, for a team.
    seats: Option<u16>,
    #[serde(default)]
    topics: Vec<Topic>,
    /// People who come along.
    #[serde(default)]
    friends: Vec<Friend>,
    terms: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Friend {
    email: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Plan {
    #[default]
    Alone,
    Team,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Topic {
    Green,
    Black,
    Herbal,
}

const PLANS: [(&str, &str); 2] = [("alone", "For myself"), ("team", "For a team")];
const TOPICS: [(&str, &str); 3] = [("green", "Green tea"), ("black", "Black tea"), ("herbal", "Herbal tea")];

fn check(account: &Account, errors: &mut FieldErrors) {
    if account.name.trim().is_empty() {
        errors.add("name", "Tell us what to call you.");
    }
    if !is_address(&account.email) {
        errors.add("email", "Enter an address like name@example.org.");
    }
    for (at, friend) in account.friends.iter().enumerate() {
        if !is_address(&friend.email) {
            errors.add(format!("friends[{at}][email]"), "Enter a friend's address.");
        }
    }
    let length = account.password.chars().count();
    if length < SAFE {
        errors.add("password", format_args!("{} more characters make it safe.", SAFE - length));
    }
    if account.plan == Plan::Team && account.seats.is_none_or(|seats| seats < 2) {
        errors.add("seats", "A team has two seats or more.");
    }
    if !account.terms {
        errors.add("terms", "We need your consent.");
    }
}

fn is_address(email: &str) -> bool {
    let parts = email.split_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && host.contains('.') && !host.ends_with('.'))
}

/// The least number of characters of a password.
const SAFE: usize = 12;
/// The most friends.
const FRIENDS: usize = 5;

#[derive(Default)]
struct Model {
    form: Form<Account>,
    welcome: Option<String>,
}

#[derive(Hash)]
enum ExternalEvent {
    Typed(FormData),
    Left(FormData),
    Submitted(FormData),
    FriendAdded,
    /// The name of the friend's row.
    FriendRemoved(String),
}

enum InternalEvent {
    Joined(String),
    /// The address has an account already.
    Taken,
}

impl LiveView for Club {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model { form: Form::new(Account::default()), welcome: None }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        let Model { form, welcome } = model;
        match event {
            Event::External(ExternalEvent::Typed(data)) => drop(form.input(data).validate_with(check)),
            Event::External(ExternalEvent::Left(data)) => drop(form.change(data).validate_with(check)),
            Event::External(ExternalEvent::Submitted(data)) => {
                if let Some(account) = form.submit(data).validate_with(check).valid() {
                    return Command::perform(self.join(account.clone()), |event| event);
                }
            }
            Event::External(ExternalEvent::FriendAdded) if form.rows("friends").len() < FRIENDS => {
                form.add_row("friends", &Friend::default()).validate_with(check);
            }
            Event::External(ExternalEvent::FriendAdded) => {}
            Event::External(ExternalEvent::FriendRemoved(row)) => drop(form.remove_row(&row).validate_with(check)),
            Event::Internal(InternalEvent::Joined(name)) => *welcome = Some(name),
            Event::Internal(InternalEvent::Taken) => {
                form.set_error("email", "This address has an account already.");
            }
        }
        Command::none()
    }

    fn view(&self, Model { form, welcome }: &Model) -> impl View<ExternalEvent> {
        html! {
            if let Some(name) = welcome {
                <h1>"Welcome, " {name} "!"</h1>
                <p role="status">"The kettle is on."</p>
            } else {
                <h1>"Join the tea club"</h1>
                <form method="post" novalidate on:input={ExternalEvent::Typed} on:change={ExternalEvent::Left}
                      on:submit={ExternalEvent::Submitted}>
                    {field(form, "name", "Name", "text", "name")}
                    {field(form, "email", "E-mail", "email", "email")}
                    {field(form, "password", "Password", "password", "new-password")}
                    <fieldset>
                        <legend>"Plan"</legend>
                        for (plan, label) in PLANS {
                            <label>
                                <input type="radio" name="plan" value={plan} checked={form.is_chosen("plan", plan)}/>
                                " " {label}
                            </label>
                        }
                    </fieldset>
                    if form.is_chosen("plan", "team") {
                        {field(form, "seats", "Seats", "number", "off")}
                    }
                    <fieldset>
                        <legend>"Write to me about"</legend>
                        for (topic, label) in TOPICS {
                            <label>
                                <input type="checkbox" name="topics" value={topic}
                                       checked={form.is_chosen("topics", topic)}/>
                                " " {label}
                            </label>
                        }
                    </fieldset>
                    <fieldset class="friends">
                        <legend>"Bring friends"</legend>
                        for row in form.rows("friends"), key = row {
                            {friend(form, &row)}
                        }
                        <button type="button" on:click={ExternalEvent::FriendAdded}
                                disabled={form.rows("friends").len() == FRIENDS}>"Add a friend"</button>
                    </fieldset>
                    <div class="field">
                        <label>
                            <input type="checkbox" name="terms" checked={form.is_checked("terms")}
                                   aria-invalid={form.is_invalid("terms")}
                                   aria-describedby={form.described_by("terms")}/>
                            " I have read the terms"
                        </label>
                        {field_error(form, "terms")}
                    </div>
                    <button>"Join"</button>
                </form>
            }
        }
    }
}

/// A field with its label and its error.
fn field<'a>(
    form: &'a Form<Account>,
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
) -> impl View<ExternalEvent> + use<'a> {
    // the server never sends a password to the page
    let value = (kind != "password").then(|| form.value(name));
    html! {
        <div class="field">
            <label for={name}>{label}</label>
            <input id={name} name={name} type={kind} autocomplete={autocomplete} value={value}
                   aria-invalid={form.is_invalid(name)} aria-describedby={form.described_by(name)}/>
            {field_error(form, name)}
        </div>
    }
}

/// A friend's row: the address, its error, and a button that removes the row.
fn friend<'a>(form: &'a Form<Account>, row: &str) -> impl View<ExternalEvent> + use<'a> {
    let name = format!("{row}[email]");
    let removed = row.to_owned();
    html! {
        <div class="field">
            <input name={&name} type="email" aria-label="A friend's e-mail" value={form.value(&name)}
                   aria-invalid={form.is_invalid(&name)} aria-describedby={form.described_by(&name)}/>
            <button type="button" aria-label="Remove" on:click={ExternalEvent::FriendRemoved(removed.clone())}>"×"</button>
            {field_error(form, &name)}
        </div>
    }
}

impl Club {
    fn join(&self, account: Account) -> impl Future<Output = InternalEvent> + Send + use<> {
        let members = Arc::clone(&self.members);
        async move {
            let is_new = members.lock().unwrap_or_else(PoisonError::into_inner).insert(account.email.to_lowercase());
            if is_new { InternalEvent::Joined(account.name) } else { InternalEvent::Taken }
        }
    }
}

const STYLE: &str = "
    :root { color-scheme: light dark; --ink: light-dark(#1d2b22, #e7efe9); --leaf: light-dark(#2f7d4f, #7fd6a2);
            --wrong: light-dark(#b3261e, #ffb4ab); --line: light-dark(#b9c8bd, #45554b); --paper: light-dark(#fff, #17211b) }
    body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#eef4ef, #0e1511);
           display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1.5rem; box-sizing: border-box }
    body > div { width: min(26rem, 100%); padding: 2rem; box-sizing: border-box; border-radius: 1rem;
                 background: var(--paper); box-shadow: 0 1px 2px #0002, 0 8px 32px #0001 }
    h1 { margin: 0 0 1.5rem; font-size: 1.6rem; line-height: 1.2 }
    form { display: grid; gap: .6rem }
    /* room for what is wrong: were it made when needed, the button that a person presses would move away */
    .field, fieldset { position: relative; padding: 0 0 1.4rem }
    .field { display: grid; gap: .3rem }
    .field > label:not(:has(input)), legend { font-weight: 600; padding: 0 }
    input:not([type=radio], [type=checkbox]) { font: inherit; color: inherit; padding: .55rem .7rem; width: 100%;
        box-sizing: border-box; border: 1px solid var(--line); border-radius: .5rem; background: transparent }
    input:focus-visible, button:focus-visible { outline: 2px solid var(--leaf); outline-offset: 2px }
    input { accent-color: var(--leaf) }
    input[aria-invalid=true] { border-color: var(--wrong); outline-color: var(--wrong) }
    .field-error { position: absolute; bottom: 0; margin: 0; font-size: .85rem; line-height: 1.4rem; color: var(--wrong) }
    fieldset { border: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem }
    legend { margin-bottom: .3rem }
    .friends { display: grid }
    .friends .field { grid-template-columns: 1fr 2.6rem }
    button[type=button] { color: var(--leaf); background: none; border: 1px solid var(--line) }
    button { font: inherit; font-weight: 600; padding: .65rem; border: 0; border-radius: .5rem; cursor: pointer;
             color: var(--paper); background: var(--leaf) }
    form[data-tealight-pending=submit] button { opacity: .6; cursor: progress }
";

#[cfg(test)]
mod tests {
    use tealight_test::TestApp;

    use super::*;

    fn data(pairs: &[(&str, &str)]) -> FormData {
        let whole = [
            ("name", "Grace"),
            ("email", "grace@example.org"),
            ("password", "a long enough one"),
            ("plan", "alone"),
            ("terms", "on"),
        ];
        let kept = whole.iter().filter(|(name, _)| pairs.iter().all(|(other, _)| name != other));
        kept.chain(pairs.iter().filter(|(_, value)| *value != "absent")).copied().collect()
    }

    /// Submits a form with these changes, and returns its errors.
    fn wrong(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut form = Form::default();
        form.submit(data(pairs)).validate_with(check);
        form.errors().map(|(field, message)| format!("{field}: {message}")).collect()
    }

    #[test]
    fn a_whole_form_is_valid() {
        assert_eq!(wrong(&[]), [""; 0]);
        assert_eq!(wrong(&[("topics", "green"), ("topics", "herbal"), ("plan", "team"), ("seats", "2")]), [""; 0]);
    }

    #[test]
    fn each_mistake_has_its_message() {
        assert_eq!(wrong(&[("name", " ")]), ["name: Tell us what to call you."]);
        for email in ["", "grace", "@example.org", "grace@example", "grace@example."] {
            assert_eq!(wrong(&[("email", email)]), ["email: Enter an address like name@example.org."], "{email}");
        }
        assert_eq!(wrong(&[("password", "12345")]), ["password: 7 more characters make it safe."]);
        assert_eq!(wrong(&[("plan", "team")]), ["seats: A team has two seats or more."]);
        assert_eq!(wrong(&[("plan", "team"), ("seats", "x")]), ["seats: Enter a whole number."]);
        assert_eq!(wrong(&[("plan", "absent")]), ["plan: Choose one of these."]);
        assert_eq!(wrong(&[("topics", "coffee")]), ["topics: Choose one of these."]);
        assert_eq!(wrong(&[("terms", "absent")]), ["terms: We need your consent."]);
    }

    #[tokio::test]
    async fn an_address_joins_once() {
        let club = Club::default();
        let account = Account { email: "Grace@example.org".into(), name: "Grace".into(), ..Account::default() };
        assert!(matches!(club.join(account.clone()).await, InternalEvent::Joined(name) if name == "Grace"));
        assert!(matches!(club.join(account).await, InternalEvent::Taken));
    }

    #[test]
    fn a_taken_address_is_refused_until_it_changes() {
        let page = TestApp::start(Club::default()).open("/");
        for (name, value) in [("name", "Ada"), ("email", "ada@example.org"), ("password", "a long enough one")] {
            page.fill(&format!("[name={name}]"), value);
        }
        page.click("[name=terms]");
        for _ in 0..2 {
            page.click("form > button");
            assert_eq!(page.texts(".field-error"), ["This address has an account already."]);
        }
        page.fill("[name=email]", "hopper@example.org");
        page.click("form > button");
        assert_eq!(page.text("h1"), "Welcome, Ada!");
    }

    #[test]
    fn friends_come_and_go_without_their_neighbours() {
        let page = TestApp::start(Club::default()).open("/");
        let add = ".friends > button";
        for _ in 0..3 {
            page.click(add);
        }
        page.fill("[name='friends[0][email]']", "lin@example.org");
        page.fill("[name='friends[1][email]']", "nobody");
        page.fill("[name='friends[2][email]']", "may");
        page.click("form > button");
        let wrong = "Enter a friend's address.";
        assert_eq!(page.texts(".friends .field-error"), [wrong, wrong]);
        page.click(".friends .field:nth-of-type(2) button");
        assert_eq!((page.count(".friends input"), page.texts(".friends .field-error")), (2, vec![wrong.to_owned()]));
        assert_eq!(page.text("[id='friends[2][email]-error']"), wrong);
        for _ in 0..3 {
            page.click(add);
        }
        assert_eq!(page.count(".friends input"), FRIENDS);
        assert_eq!(page.texts(".friends .field-error"), [wrong], "new rows are not wrong yet");
    }

    #[test]
    fn a_team_has_seats() {
        let page = TestApp::start(Club::default()).open("/");
        assert_eq!(page.count("[name=seats]"), 0);
        page.click("[name=plan][value=team]");
        assert_eq!(page.count("[name=seats]"), 1);
        page.click("[name=plan][value=alone]");
        assert_eq!(page.count("[name=seats]"), 0);
    }
}
