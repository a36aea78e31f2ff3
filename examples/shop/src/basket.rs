//! The basket of a visitor.

use serde::{Deserialize, Serialize};

use crate::stock::{Product, price};

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Basket {
    /// Grows with each change. Of two states of a basket, the greater revision is the newer one.
    pub(crate) revision: u64,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Line {
    pub(crate) product: u32,
    pub(crate) count: u32,
}

/// The most pieces of one product.
pub(crate) const MOST: u32 = 20;

impl Basket {
    /// Returns the number of pieces of a product.
    pub(crate) fn count_of(&self, product: u32) -> u32 {
        self.lines.iter().find(|line| line.product == product).map_or(0, |line| line.count)
    }

    /// Returns the number of all pieces.
    pub(crate) fn count(&self) -> u32 {
        self.lines.iter().map(|line| line.count).sum()
    }

    pub(crate) fn set(&mut self, product: u32, count: u32) {
        let count = count.min(MOST);
        match self.lines.iter_mut().find(|line| line.product == product) {
            Some(line) => line.count = count,
            None => self.lines.push(Line { product, count }),
        }
        self.lines.retain(|line| line.count > 0);
    }

    /// Takes everything out.
    pub(crate) fn empty(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }
}

/// Returns the products of lines with their counts.
pub(crate) fn products_of<'a>(lines: &[Line], products: &'a [Product]) -> Vec<(&'a Product, u32)> {
    let product = |line: &Line| Some((products.iter().find(|product| product.id == line.product)?, line.count));
    lines.iter().filter_map(product).collect()
}

pub(crate) fn total(lines: &[(&Product, u32)]) -> String {
    price(lines.iter().map(|(product, count)| product.cents * count).sum())
}
