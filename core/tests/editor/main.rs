//! Checks that an editor completes names in half-typed templates. The test asks rust-analyzer, if it is installed.
//!
//! `RUST_ANALYZER=/path/to/it` chooses another binary than the one on the path. It needs the library's source
//! (`rustup component add rust-analyzer rust-src`).

mod server;

use std::path::{Path, PathBuf};

use server::Server;

const MANIFEST: &str = r#"[package]
name = "half-typed"
edition = "2024"

[workspace]

[dependencies]
tealight = { package = "tealight-core", path = '<core>' }
"#;

/// The code before and after the template.
const BEFORE: &str = "
use tealight::{View, html, lazy};

pub struct Model { pub headline: String, pub teas: Vec<Tea>, pub chosen: Option<Tea>, pub brew: Brew }
pub struct Tea { pub id: u32, pub flavour: String }
pub enum Brew { Steeping, Poured(Tea) }
#[derive(Clone, Hash)]
pub enum Event { Picked(u32), Emptied }

fn part(name: &str) -> impl View<Event> { html! { <b>{name}</b> } }

pub fn view(model: &Model) -> impl View<Event> {
    html! {
";
const AFTER: &str = "
    }
}
";

/// Templates with `…` at the cursor, and names that must be offered there. Braces are balanced, since an editor closes
/// them as they are opened.
const CASES: &[(&str, &[&str])] = &[
    ("<p>{model.…}</p>", &["headline", "teas", "chosen", "brew"]),
    ("<p>{model.head…}</p>", &["headline"]),
    ("<p>{part(&model.…)}</p>", &["headline"]),
    ("<p>{&mod…}</p>", &["model"]),
    // attributes
    ("<p title={model.…}>\"a\"</p>", &["headline"]),
    ("<p class={[(\"wide\", model.…)]}/>", &["headline"]),
    ("<input value={model.…}>", &["headline"]),
    ("<p title={model.…", &["headline"]),
    ("<p title={model.…} <b/>", &["headline"]),
    // handlers
    ("<button on:click={Event::…}>\"a\"</button>", &["Picked", "Emptied"]),
    ("<button on:click={Event::Picked(model.…)}/>", &["headline", "teas"]),
    ("<button on:clik={Event::…}/>", &["Picked", "Emptied"]),
    ("<button on:click={Event::…", &["Picked", "Emptied"]),
    ("<button on:keydown.\"/\".prevent={Event::…", &["Picked", "Emptied"]),
    ("<button on:keydown.slash={Event::…}/>", &["Picked", "Emptied"]),
    // lists
    ("for tea in model.… { <p/> }", &["teas"]),
    ("for tea in &model.…", &["teas"]),
    ("for tea in &model.teas, key = model.… { <p/> }", &["headline"]),
    ("<ul>for tea in &model.teas, key = tea.id { <li>{&model.…}", &["headline"]),
    // branches
    ("if model.… { <p/> }", &["headline", "teas"]),
    ("if model.…", &["headline", "teas"]),
    ("if true { <p/> } else if model.… { <p/> }", &["headline"]),
    ("if true { <p>{model.…}</p> } else", &["headline"]),
    ("match model.… { _ => {} }", &["brew"]),
    ("match &model.brew { Brew::… => { <p/> } }", &["Steeping", "Poured"]),
    ("match &model.brew { Brew::Poured(tea) => { <p>{&tea.…}</p> } _ => {} }", &["flavour"]),
    ("match &model.brew { Brew::Poured(tea) if tea.… => { <p/> } _ => {} }", &["flavour"]),
    ("match &model.brew { _ => { {model.…} } }", &["headline"]),
    // statements, and views in views
    ("let tea = model.…; <p/>", &["chosen"]),
    ("<p>{html! { <b>{model.…}</b> }}</p>", &["headline"]),
    ("<p>{lazy(1, |_| html! { <b>{&model.…}</b> })}</p>", &["headline"]),
    // templates with other mistakes
    ("<div><p>{model.…}", &["headline"]),
    ("<div><p>\"a\" {model.…}</div>", &["headline"]),
    ("<p>{}</p> <p clas= {model.…}</p>", &["headline"]),
    ("words <p>{model.…}</p>", &["headline"]),
    ("<p><div>{model.…}</div></p>", &["headline"]),
    ("<p>{model.}</p> <p>{&model.…}</p> </p>", &["headline"]),
];

/// Cases like [`CASES`] that need `Vec` and `Option`.
const CASES_WITH_LIBRARY: &[(&str, &[&str])] = &[
    ("for tea in &model.teas, key = tea.… { <p/> }", &["id", "flavour"]),
    ("for tea in &model.teas, key = tea.fl… { <p>{tea.id}</p> }", &["flavour"]),
    ("<ul>for tea in &model.teas, key = tea.id { <li>{&tea.…}</li> }</ul>", &["id", "flavour"]),
    ("<ul>for tea in &model.teas, key = tea.id { <li>{&tea.…}", &["id", "flavour"]),
    ("<ul>for (i, tea) in model.teas.iter().enumerate() { <li><b>{i} {&tea.…</b></li> }</ul>", &["id", "flavour"]),
    ("if let Some(tea) = &model.chosen { <p>{&tea.…}</p> }", &["flavour"]),
];

#[test]
fn names_are_completed_in_half_typed_templates() {
    let Some(command) = server::find() else {
        eprintln!("rust-analyzer is not installed, or not the library's source: nothing is tested");
        return;
    };
    let project = project();
    let mut server = Server::start(command, &project);
    let file = project.join("src/lib.rs");
    server.open(&file, &source(CASES[0].0).0);
    let with_library = match server.settle() {
        Ok(()) => CASES_WITH_LIBRARY,
        Err(warning) => {
            eprintln!("what needs the library is not tested: {warning}");
            &[]
        }
    };
    let mut wrong = Vec::new();
    for (template, names) in CASES.iter().chain(with_library) {
        let (text, line, column) = source(template);
        server.change(&file, &text);
        let offered = server.complete(&file, line, column);
        let missing: Vec<_> = names.iter().filter(|name| !offered.iter().any(|offered| offered == *name)).collect();
        if !missing.is_empty() {
            wrong.push(format!("{template}\n    lacks {missing:?}, offers {} names", offered.len()));
        }
    }
    server.stop();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Writes a project with the dependency versions of this workspace.
fn project() -> PathBuf {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("half-typed");
    std::fs::create_dir_all(project.join("src")).expect("a folder");
    let write = |name: &str, text: String| std::fs::write(project.join(name), text).expect("a file");
    write("Cargo.toml", MANIFEST.replace("<core>", &core.display().to_string()));
    write("src/lib.rs", source(CASES[0].0).0);
    if let Ok(locked) = std::fs::read_to_string(core.join("../Cargo.lock")) {
        write("Cargo.lock", locked);
    }
    project
}

/// Returns the file, and the cursor's line and column.
fn source(template: &str) -> (String, usize, usize) {
    let before = format!("{BEFORE}{}", template.split('…').next().unwrap_or_default());
    let line = before.matches('\n').count();
    let column = before.lines().last().unwrap_or_default().encode_utf16().count();
    (format!("{BEFORE}{}{AFTER}", template.replace('…', "")), line, column)
}
