//! Writes the generated shapes: templates that combine all that `html!` has, the same ones at every build.

#[path = "build/elements.rs"]
mod elements;
#[path = "build/generator.rs"]
mod generator;
#[path = "src/random.rs"]
#[allow(dead_code, unreachable_pub)]
mod random;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// The number of generated shapes.
const SHAPES: u64 = 120;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/random.rs");
    let out = env::var_os("OUT_DIR").expect("cargo says where");
    let mut source = String::new();
    let mut names = Vec::new();
    for number in 1..=SHAPES {
        let name = format!("shape_{number:03}");
        source += &generator::shape(&name, number);
        names.push(name);
    }
    writeln!(source, "shapes! {{ GENERATED: {} }}", names.join(", ")).expect("a String takes all");
    fs::write(Path::new(&out).join("shapes.rs"), source).expect("OUT_DIR can be written");
}
