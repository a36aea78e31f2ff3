//! The application in README.md compiles and runs as it stands there.

#![allow(missing_docs)]

include!("dashboard.rs");

use tealight::runtime::Live;

/// What README.md leaves to the reader.
struct Shop;

impl Shop {
    fn latest(&self) -> impl Future<Output = Figures> + use<> {
        async { Figures { new_orders: 92, sales_amount: 1_008_870, rating: 4.96 } }
    }
}

#[expect(dead_code, reason = "it would serve for ever")]
mod serve {
    use super::{Dashboard, Shop};

    include!("serve.rs");
}

#[test]
fn readme_shows_what_is_tested_here() {
    let readme = include_str!("../../README.md");
    for code in [include_str!("dashboard.rs"), include_str!("serve.rs")] {
        assert!(readme.contains(&format!("```rust\n{code}```\n")), "not in README.md, letter for letter:\n{code}");
    }
}

#[tokio::test]
async fn its_page_has_the_figures() {
    let live = Live::new(Dashboard { shop: Shop });
    let page = live.page(PageRequest::default(), "/").await.expect("a page");
    for figure in ["<h2>92</h2>", "1,008,870", "<h2>5.0</h2>"] {
        assert!(page.html().contains(figure), "{figure} in {}", page.html());
    }
}
