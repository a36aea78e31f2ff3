//! Writes cases for the browser, one a line: `tealight-proof FIRST COUNT`, or `tealight-proof moves`.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};
use tealight_proof::case;
use tealight_proof::live::Shape;
use tealight_proof::model::Item;
use tealight_proof::page::adopt;
use tealight_proof::random::Random;
use tealight_test::model::{Id, Page, ROOT};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_some_and(|name| name == "moves") {
        let (shape, models) = case::moves();
        return writeln!(io::stdout(), "{}", written(0, shape, &models, &mut Random::new(0), 0));
    }
    let first: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let count: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut out = BufWriter::new(io::stdout().lock());
    for seed in first..first + count {
        let (shape, models, mut random) = case::of_seed(seed);
        serde_json::to_writer(&mut out, &written(seed, shape, &models, &mut random, 8))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Writes a case. `mounts` of a hundred steps are full renders.
fn written(seed: u64, shape: Shape, models: &[Item], random: &mut Random, mounts: usize) -> Value {
    let mut live = (shape.start)(models[0].clone(), seed);
    let paint = live.paint();
    let mut page = adopt(&paint);
    live.attach(0, 0);
    // the test has the page's connection
    live.frames();
    let mut handlers = vec![handlers(&page)];
    let mut steps = Vec::new();
    for pair in models.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let is_mount = random.percent(mounts);
        live.show(after);
        if is_mount {
            live.remount(page.patch);
        }
        let frames = live.frames();
        for frame in &frames {
            page.receive(frame);
        }
        handlers.push(self::handlers(&page));
        steps.push(json!({
            "frames": frames,
            "html": (shape.start)(after.clone(), seed).paint(),
            "mount": is_mount,
            "duplicates": before.has_duplicates() || after.has_duplicates(),
        }));
    }
    json!({ "seed": seed, "shape": shape.name, "html": paint, "steps": steps, "handlers": handlers })
}

/// Writes the handlers of a page: the element's number in the document, the event, the modifiers, the address.
fn handlers(page: &Page) -> Value {
    let numbers: BTreeMap<Id, usize> =
        page.dom.elements(ROOT).into_iter().enumerate().map(|(number, element)| (element, number)).collect();
    page.handlers()
        .into_iter()
        .map(|shown| json!([numbers[&shown.element], shown.binding.event, shown.binding.modifiers, shown.address]))
        .collect()
}
