//! The units of systemd in the guide to deploying are valid.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

const GUIDE: &str = include_str!("../../docs/guide/deploying.md");

/// The guide's units by their names.
fn units() -> HashMap<&'static str, &'static str> {
    let blocks = GUIDE.split("```ini\n").skip(1).map(|rest| rest.split("```").next().expect("a block"));
    let named = blocks.map(|unit| {
        let (name, unit) = unit.split_once('\n').expect("a line with the unit's path");
        (name.strip_prefix("# /etc/systemd/system/").expect("the unit's path"), unit)
    });
    named.collect()
}

#[test]
fn the_units_have_sections_and_settings() {
    let units = units();
    assert_eq!(units.len(), 2);
    for (name, sections) in [("cart.socket", "[Socket] [Install]"), ("cart.service", "[Unit] [Service] [Install]")] {
        let lines: Vec<_> = units[name].lines().filter(|line| !line.is_empty()).collect();
        let (found, settings): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.starts_with('['));
        assert_eq!(found.join(" "), sections, "{name}");
        for setting in settings {
            let (key, value) = setting.split_once('=').unwrap_or_else(|| panic!("{name}: {setting}"));
            assert!(key.chars().all(char::is_alphanumeric) && !value.is_empty(), "{name}: {setting}");
        }
    }
}

#[test]
fn systemd_accepts_the_units() {
    let folder = std::env::temp_dir().join(format!("tealight-units-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let files: Vec<_> = units()
        .into_iter()
        .map(|(name, unit)| {
            let file = folder.join(name);
            // the program must exist
            fs::write(&file, unit.replace("/usr/local/bin/cart", "/bin/sh")).expect("a file");
            file
        })
        .collect();
    let verified = Command::new("systemd-analyze").arg("verify").args(files).output();
    fs::remove_dir_all(&folder).expect("it is there");
    match verified {
        Ok(output) => {
            let complaints = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && complaints.is_empty(), "{complaints}");
        }
        Err(error) => println!("systemd is not installed, so only the test above has read the units: {error}"),
    }
}

/// The guide's block of this language.
fn block(language: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```{language}\n")).expect("a block");
    rest.split("```").next().expect("its end")
}

#[test]
fn the_container_keeps_its_store_and_gets_the_signal() {
    let dockerfile = block("dockerfile");
    let known = ["FROM", "COPY", "WORKDIR", "VOLUME", "ENV", "STOPSIGNAL", "ENTRYPOINT"];
    for line in dockerfile.lines() {
        assert!(known.contains(&line.split(' ').next().expect("a word")), "{line}");
    }
    // a shell would not pass the signal on
    assert!(dockerfile.contains("ENTRYPOINT [\"/usr/local/bin/cart\"]"), "{dockerfile}");
    let compose = block("yaml");
    for setting in ["cart:/data", "3000:3000", "stop_grace_period: 10s"] {
        assert!(compose.contains(setting), "{setting} in {compose}");
    }
    assert!(dockerfile.contains("VOLUME /data") && dockerfile.contains("ENV LISTEN=0.0.0.0:3000"), "{dockerfile}");
}
