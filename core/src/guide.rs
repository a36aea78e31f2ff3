//! Support for the code examples in `tealight::guide`.

use crate::View;
use crate::html::{Full, HashSeed, Renderer, Store, render_root};

/// Renders a view as HTML.
pub fn page(view: impl View<()>) -> String {
    let mut out = Vec::new();
    let mut renderer = Renderer::new(HashSeed::new(7));
    let form = Full::Html { query: "" };
    renderer.full(&mut Store::default(), form, &mut out, |pass| render_root(&view, pass));
    String::from_utf8(out).expect("HTML is text")
}
