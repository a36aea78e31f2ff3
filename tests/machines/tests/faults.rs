//! Small runs with each fault: no event is lost or doubled, and all pages are right in the end.

#![cfg(unix)]

use std::process::Command;

fn run(arguments: &[&str]) {
    let program = env!("CARGO_BIN_EXE_machines");
    let ended = Command::new(program).args(["--pages", "60", "--warm", "1", "--seed", "1"]).args(arguments).output();
    let ended = ended.expect("it runs");
    let text = [ended.stdout, ended.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(ended.status.success(), "{text}");
}

#[test]
fn a_process_that_ends_loses_nothing() {
    run(&["--fault", "term"]);
}

#[test]
fn a_process_that_saves_each_event_and_is_killed_loses_nothing() {
    run(&["--fault", "kill", "--save-every", "0"]);
}

#[test]
fn pages_of_a_process_without_nats_go_on_and_catch_up() {
    run(&["--fault", "cut", "--away", "7"]);
}

#[test]
fn pages_go_on_and_catch_up_when_nats_restarts() {
    run(&["--fault", "nats", "--away", "2"]);
}
