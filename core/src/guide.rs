//! For the snippets of `tealight::guide`.

use crate::View;
use crate::html::HashSeed;
use crate::html::private::Cx;
use crate::html::renderer::{Mode, Renderer};
use crate::html::tape::Store;
use crate::html::view::Position;

/// Renders a view as HTML.
pub fn page(view: impl View<()>) -> String {
    let mut out = Vec::new();
    let mut renderer = Renderer::new(HashSeed::new(7));
    renderer.full(&mut Store::default(), Mode::Html, &mut out, |pass| view.render(Cx::new(pass), Position::ROOT));
    String::from_utf8(out).expect("HTML is text")
}
