//! Links in Markdown files lead to a file and a heading; in the guides, also when rustdoc renders them. Paths in
//! ARCHITECTURE.md exist.

use std::fs;
use std::path::{Path, PathBuf};

/// The links that rustdoc reads in place of a guide's own.
const RUSTDOC_LINKS: &str = include_str!("../../src/guide/links.md");

fn documents() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"].map(Into::into).into();
    for folder in ["docs", "docs/guide"] {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        paths.extend(entries.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    paths
}

/// A document without its code blocks.
fn read(document: &Path) -> String {
    fs::read_to_string(document).expect("text").split("```").step_by(2).collect()
}

/// A document without any code.
fn prose(document: &Path) -> String {
    read(document).split('`').step_by(2).collect()
}

/// The targets of `[text](target)`.
fn inline_links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// The label and the target of each `[label]: target`.
fn definitions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "))
}

/// The anchors of a document's headings, as GitHub and rustdoc make them.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| line.strip_prefix('#')).map(|heading| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
    })
}

/// Reports a link that leads nowhere.
fn follow(document: &Path, target: &str) -> Option<String> {
    if target.contains("://") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { document.to_owned() } else { document.parent()?.join(path) };
    let is_found = file.exists() && (anchor.is_empty() || anchors(&read(&file)).any(|other| other == anchor));
    (!is_found).then(|| format!("{}: {target}", document.display()))
}

#[test]
fn links_lead_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = prose(&document);
        let targets = inline_links(&text).chain(definitions(&text).map(|(_, target)| target));
        broken.extend(targets.filter_map(|target| follow(&document, target)));
        let labels = text.split("][").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0));
        let undefined = labels.filter(|label| !definitions(&text).any(|(other, _)| other == *label));
        broken.extend(undefined.map(|label| format!("{}: [{label}] is not defined", document.display())));
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn links_of_the_guides_work_in_rustdoc_too() {
    let mut broken = Vec::new();
    for document in documents().iter().filter(|path| path.starts_with("docs")) {
        let text = prose(document);
        let is_local = |target: &&str| !target.starts_with('#') && !target.contains("://");
        broken.extend(inline_links(&text).filter(is_local).map(|target| format!("{}: {target}", document.display())));
        for (label, target) in definitions(&text).filter(|(_, target)| is_local(target)) {
            let expected = match target.split_once('#').unwrap_or((target, "")) {
                (path, anchor) if path.ends_with(".md") && !path.contains("README") => {
                    let file = path.rsplit('/').next().unwrap_or(path);
                    let name = file.trim_end_matches(".md").replace('-', "_");
                    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
                    format!("mod@crate::guide::{name}{anchor}")
                }
                _ => "https://".to_owned(),
            };
            let found = definitions(RUSTDOC_LINKS).find(|(other, _)| *other == label).map(|(_, target)| target);
            if !found.is_some_and(|found| found == expected || expected == "https://" && found.starts_with(&expected)) {
                broken.push(format!("{}: [{label}] is {found:?} in src/guide/links.md", document.display()));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn paths_in_the_code_map_exist() {
    let architecture = fs::read_to_string("ARCHITECTURE.md").expect("text");
    let paths = architecture.split("```").step_by(2).flat_map(|text| text.split('`').skip(1).step_by(2));
    let is_path =
        |path: &&str| path.contains('/') && path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let missing: Vec<&str> = paths.filter(is_path).filter(|path| !Path::new(path).exists()).collect();
    assert_eq!(missing, [""; 0]);
}
