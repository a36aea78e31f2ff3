//! The checks of engines. Each returns what is wrong.

use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use tealight_core::Topic;
use tokio::time::{sleep, timeout};

use super::Engine;
use super::ear::{AGAIN, Heard, Process, STOP, Wants};

/// The names of all checks.
pub const CHECKS: &[&str] = &[
    "all processes",
    "order",
    "names",
    "patterns",
    "long messages",
    "many topics",
    "the end of a subscription",
    "nothing is missed",
    "presence",
];

pub(super) async fn check<E: Engine>(engine: &E, name: &str) -> Result<(), String> {
    match name {
        "all processes" => all_processes(engine).await,
        "order" => order(engine).await,
        "names" => names(engine).await,
        "patterns" => patterns(engine).await,
        "long messages" => long_messages(engine).await,
        "many topics" => many_topics(engine).await,
        "the end of a subscription" => end_of_a_subscription(engine).await,
        "nothing is missed" => nothing_is_missed(engine).await,
        "presence" => presence(engine).await,
        _ => Err("there is no check of this name".to_owned()),
    }
}

/// Processes that begin together.
async fn processes<E: Engine>(engine: &E, count: usize) -> Vec<Process> {
    let state = Arc::new(AtomicU64::new(0));
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(Process::new(engine, &state).await);
    }
    all
}

fn to(names: impl IntoIterator<Item = impl Into<String>>) -> Wants {
    Wants { names: names.into_iter().map(Into::into).collect(), ..Wants::default() }
}

fn count(heard: &Heard) -> usize {
    heard.messages.len()
}

#[track_caller]
fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, found {found:?}")) }
}

/// Each session hears each message once, also those of its own process.
async fn all_processes<E: Engine>(engine: &E) -> Result<(), String> {
    let all = processes(engine, 3).await;
    let mut listeners = Vec::new();
    for process in all.iter().chain(all.first()) {
        listeners.push(process.listen(to(["all"])).await?);
    }
    for (i, process) in all.iter().enumerate() {
        process.say("all", &format!("from {i}"))?;
    }
    for listener in &mut listeners {
        let heard = listener.hears("a message of each process", |heard| count(heard) >= 3).await?;
        let mut texts: Vec<_> = heard.messages.into_iter().map(|(_, text)| text).collect();
        texts.sort_unstable();
        expect("messages", texts, ["from 0", "from 1", "from 2"].map(str::to_owned).to_vec())?;
    }
    // A second copy would come before it.
    all[0].say("all", "last")?;
    for listener in &mut listeners {
        let heard = listener.hears("the last message", |heard| count(heard) >= 4).await?;
        expect("the last message", &*heard.messages[3].1, "last")?;
    }
    Ok(())
}

/// Messages of one process on one topic keep their order, and none is lost.
async fn order<E: Engine>(engine: &E) -> Result<(), String> {
    const COUNT: usize = 1_000;
    let all = processes(engine, 2).await;
    let mut listeners = [all[0].listen(to(["order"])).await?, all[1].listen(to(["order"])).await?];
    for number in 0..COUNT {
        all[0].say("order", &format!("number {number}"))?;
        if number % 100 == 99 {
            // No session is so far behind that it lags.
            for listener in &mut listeners {
                listener.hears("all messages so far", |heard| count(heard) > number).await?;
            }
        }
    }
    for listener in &listeners {
        let heard = listener.heard.borrow();
        let texts = heard.messages.iter().map(|(_, text)| &**text);
        let expected: Vec<_> = (0..COUNT).map(|number| format!("number {number}")).collect();
        expect("messages", texts.collect::<Vec<_>>(), expected.iter().map(|text| &**text).collect())?;
    }
    Ok(())
}

/// Names may have any characters, and one is not taken for another.
async fn names<E: Engine>(engine: &E) -> Result<(), String> {
    let long = format!("a:{}", "long ".repeat(40));
    let names = [
        "room:7",
        "room:70",
        "room",
        "room:*",
        "room:>",
        "room.7",
        "room:7:",
        "ROOM:7",
        "größe",
        "two words",
        "*",
        ">",
        "%",
        "'",
        "a\r\nb",
        "茶",
        &long,
    ];
    let all = processes(engine, 2).await;
    let mut listener = all[0].listen(to(names)).await?;
    for name in names {
        all[1].say(name, name)?;
    }
    let heard = listener.hears("a message for each name", |heard| count(heard) >= names.len()).await?;
    for (topic, text) in &heard.messages {
        expect("the topic of a message", topic, text)?;
    }
    expect("the count of messages", count(&heard), names.len())
}

/// A pattern brings all names that match, with their parameters, and no others.
async fn patterns<E: Engine>(engine: &E) -> Result<(), String> {
    const PATTERN: Topic<String, (String, String)> = Topic::new("house:{house}:room:{room}");
    let all = processes(engine, 2).await;
    // The name is there so that one knows when the engine is ready.
    let wants = Wants { pattern: Some(PATTERN), ..to(["house:end"]) };
    let mut listener = all[0].listen(wants).await?;
    let said = |heard: &Heard, text: &str| heard.messages.iter().any(|(_, said)| said == text);
    while !said(&listener.heard.borrow(), "ready") {
        let name = PATTERN.of(("a".to_owned(), "b".to_owned()));
        all[1].say(name.as_str(), "ready")?;
        let _ = timeout(AGAIN, listener.heard.wait_for(|heard| said(heard, "ready"))).await;
    }
    let odd = [("a", "1"), ("a.b", "*"), ("größe", ">"), ("a:b", "two words")];
    for (house, room) in odd {
        let name = PATTERN.of((house.to_owned(), room.to_owned()));
        all[1].say(name.as_str(), "said")?;
    }
    for name in ["house:a", "house:a:room", "house:a:room:1:2", "house:a:shed:1", "house"] {
        all[1].say(name, "not said")?;
    }
    listener
        .hears("all that match", |heard| heard.messages.iter().filter(|(_, text)| text == "said").count() >= 4)
        .await?;
    all[1].say("house:end", "end")?;
    let heard = listener.hears("the end", |heard| said(heard, "end")).await?;
    let mut found: Vec<_> =
        heard.messages.into_iter().filter(|(_, text)| text != "ready").map(|(topic, _)| topic).collect();
    let mut expected: Vec<_> = odd.iter().map(|(house, room)| format!("{house} and {room}")).collect();
    expected.push("house:end".to_owned());
    found.sort_unstable();
    expected.sort_unstable();
    expect("topics", found, expected)
}

/// Messages of 256 KiB arrive whole.
async fn long_messages<E: Engine>(engine: &E) -> Result<(), String> {
    let all = processes(engine, 2).await;
    let mut listener = all[0].listen(to(["long"])).await?;
    let mut long = String::new();
    for (length, letter) in [(0, 'n'), (7_900, 'a'), (8_100, 'ü'), (250 << 10, '\''), (0, 'e')] {
        long = iter::repeat_n(letter, length).collect();
        all[1].say("long", &long)?;
    }
    let heard = listener.hears("five messages", |heard| count(heard) >= 5).await?;
    let lengths: Vec<_> = heard.messages.iter().map(|(_, text)| text.chars().count()).collect();
    expect("lengths", lengths, vec![0, 7_900, 8_100, 250 << 10, 0])?;
    expect("the last message", &heard.messages[4].1, &long)
}

/// A process can listen to hundreds of topics.
async fn many_topics<E: Engine>(engine: &E) -> Result<(), String> {
    const PAGES: usize = 10;
    const TOPICS: usize = 30;
    let all = processes(engine, 2).await;
    let mut listeners = Vec::new();
    for page in 0..PAGES {
        listeners.push(all[0].listen(to((0..TOPICS).map(|topic| format!("many:{page}:{topic}")))).await?);
    }
    for name in listeners.iter().flat_map(|listener| &listener.wants.names) {
        all[1].say(name, name)?;
    }
    for listener in &mut listeners {
        let heard = listener.hears("a message of each topic", |heard| count(heard) >= TOPICS).await?;
        for (topic, text) in &heard.messages {
            expect("the topic of a message", topic, text)?;
        }
        expect("the count of messages", count(&heard), TOPICS)?;
    }
    Ok(())
}

/// A topic that no session wants comes no more, and can be wanted again.
async fn end_of_a_subscription<E: Engine>(engine: &E) -> Result<(), String> {
    let all = processes(engine, 2).await;
    for round in 0..3 {
        let mut stays = all[0].listen(to(["other"])).await?;
        let mut ends = all[0].listen(to(["end"])).await?;
        all[1].say("end", STOP)?;
        ends.hears("the last message", |heard| count(heard) == 1).await?;
        all[1].say("end", "too late")?;
        all[1].say("other", "after it")?;
        stays.hears("a topic that goes on", |heard| count(heard) == 1).await?;
        let heard = count(&ends.heard.borrow());
        expect(&format!("messages in round {round}"), heard, 1)?;
    }
    Ok(())
}

/// While sessions come, another process changes something and tells of it. Each session knows in the end what is true, and was told of
/// each change, or that it may have missed some.
async fn nothing_is_missed<E: Engine>(engine: &E) -> Result<(), String> {
    const SESSIONS: u64 = 40;
    let all = processes(engine, 2).await;
    let mut listeners = Vec::new();
    let change = || {
        let state = all[1].state.fetch_add(1, SeqCst) + 1;
        all[1].say("state", &state.to_string())
    };
    for number in 0..SESSIONS {
        change()?;
        // Sometimes no session listens, and the engine has to subscribe anew.
        if number % 4 == 0 {
            listeners.clear();
        }
        let (listener, changed) = tokio::join!(all[0].open(to(["state"])), async {
            for _ in 0..5 {
                change()?;
                sleep(Duration::from_millis(number % 3)).await;
            }
            Ok::<_, String>(())
        });
        changed?;
        listeners.push(listener?);
        if number % 4 == 3 {
            let last = change().map(|()| all[1].state.load(SeqCst))?;
            for listener in &mut listeners {
                listener.hears("all changes", |heard| heard.state == last && !heard.missed).await?;
            }
        }
    }
    Ok(())
}

/// People see each other over processes.
async fn presence<E: Engine>(engine: &E) -> Result<(), String> {
    let all = processes(engine, 2).await;
    let at = |me: Option<&str>| Wants { place: Some(("hall:7".to_owned(), me.map(str::to_owned))), ..Wants::default() };
    let mut onlooker = all[0].open(at(None)).await?;
    let mut ann = all[0].open(at(Some("ann"))).await?;
    let bob = all[1].open(at(Some("bob"))).await?;
    let are =
        |names: &'static [&str]| move |heard: &Heard| heard.people.iter().map(|(key, _)| key).eq(names.iter().copied());
    for listener in [&mut onlooker, &mut ann] {
        listener.hears("ann and bob", are(&["ann", "bob"])).await?;
    }
    drop(bob);
    onlooker.hears("ann alone", are(&["ann"])).await?;
    Ok(())
}
