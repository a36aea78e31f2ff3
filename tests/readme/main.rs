//! The applications of README.md and of the guide to getting started run as they are printed there, and the links of all
//! documents work.

#![allow(missing_docs)]
#![allow(clippy::unused_async, reason = "a real shop would wait for its database")]

include!("dashboard.rs");

mod links;
mod units;

use tealight::runtime::Live;

mod teapot {
    include!("teapot.rs");
    include!("teapot_test.rs");
}

#[expect(dead_code, reason = "it would serve for ever")]
mod serve {
    use super::{Dashboard, Shop};

    include!("serve.rs");
}

#[test]
fn readme_prints_the_code_that_is_tested_here() {
    let readme = include_str!("../../README.md");
    for code in [include_str!("dashboard.rs"), include_str!("serve.rs")] {
        assert!(readme.contains(&format!("```rust\n{code}```\n")), "not in README.md, letter for letter:\n{code}");
    }
}

#[test]
fn getting_started_prints_the_code_that_is_tested_here() {
    let guide = include_str!("../../docs/guide/getting-started.md");
    let code = include_str!("teapot.rs");
    assert!(guide.contains(&format!("```rust,no_run\n{code}\n#[tokio::main]\n")), "not in the guide:\n{code}");
    let test = include_str!("teapot_test.rs");
    assert!(guide.contains(&format!("```rust\n{test}```\n")), "not in the guide:\n{test}");
}

#[tokio::test]
async fn its_page_shows_the_figures() {
    let live = Live::new(Dashboard { shop: Shop::default() });
    let page = live.page(PageRequest::default(), "/").await.expect("a page");
    for figure in ["<h2>1</h2>", "1,250", "<h2>5.0</h2>"] {
        assert!(page.html().contains(figure), "{figure} in {}", page.html());
    }
}
