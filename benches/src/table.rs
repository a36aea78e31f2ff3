//! A table of goods. Plain rows have five cells; rich rows have a branch, an inner list and a handler.

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, fixed, html, lazy};

use crate::text_tree::{Node, TextTree, Undone, element, text};
use crate::{Attached, Case};

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    id: u64,
    version: u64,
    name: String,
    price: f64,
    quantity: u32,
    is_rising: bool,
    sale: Option<u32>,
    tags: Vec<(u64, &'static str)>,
}

const TAGS: [&str; 5] = ["new", "hot", "organic food", "last chance to buy this", "eu"];

impl Row {
    fn new(id: u64) -> Self {
        Self {
            id,
            version: 0,
            name: format!("Product {id:05}"),
            price: (id * 37 % 1000) as f64 + 0.25,
            quantity: (id * 7 % 90 + 10) as u32,
            is_rising: id.is_multiple_of(3),
            sale: id.is_multiple_of(4).then_some((id % 50) as u32),
            tags: (0..id % 4).map(|i| (i, TAGS[((id + i) % 5) as usize])).collect(),
        }
    }
}

/// The change that a step makes.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// Changes one cell of the middle row.
    OneCell,
    /// Changes one cell in every tenth row.
    HundredRows,
    /// Inserts a row at the start.
    Insert,
    /// Swaps two rows.
    Swap,
    /// Removes the middle row.
    Remove,
    /// Switches the branch of one row.
    Branch,
}

/// The rows, and the change to make.
#[derive(Clone, Debug)]
pub struct Goods {
    rows: Vec<Row>,
    gone: Option<Row>,
    change: Change,
    next: u64,
}

impl Goods {
    fn new(rows: u64, change: Change) -> Self {
        Self { rows: (0..rows).map(|i| Row::new(1_000 + i)).collect(), gone: None, change, next: 1_000 + rows }
    }

    fn step(&mut self) {
        let middle = self.rows.len() / 2;
        let touch = |row: &mut Row| {
            row.version += 1;
            row.quantity = 10 + row.quantity % 90;
        };
        match self.change {
            Change::OneCell => touch(&mut self.rows[middle]),
            Change::HundredRows => self.rows.iter_mut().step_by(10).for_each(touch),
            Change::Insert => {
                self.rows.insert(0, Row::new(self.next));
                self.next += 1;
            }
            Change::Swap => self.rows.swap(10, 990),
            Change::Remove => self.gone = Some(self.rows.remove(middle)),
            Change::Branch => {
                let row = &mut self.rows[middle + 1];
                row.version += 1;
                row.sale = if row.sale.is_none() { Some(7) } else { None };
            }
        }
    }

    fn undo(&mut self) {
        match self.change {
            Change::Insert => drop(self.rows.remove(0)),
            Change::Remove => {
                let middle = self.rows.len() / 2;
                self.rows.splice(middle..middle, self.gone.take());
            }
            _ => {}
        }
    }
}

/// The events of a row.
#[derive(Debug, Hash)]
pub enum RowEvent {
    /// Remove the row.
    Delete(u64),
}

#[derive(Debug, Hash)]
enum TableEvent {
    Row(RowEvent),
}

fn cells<E: 'static>(row: &Row) -> impl View<E> {
    html! {
        <tr>
            <td>{row.id}</td> <td>{row.name}</td> <td>{fixed(row.price, 2)}</td> <td>{row.quantity}</td>
            <td>{if row.is_rising { "up" } else { "down" }}</td>
        </tr>
    }
}

fn rich_cells(row: &Row) -> impl View<RowEvent> {
    html! {
        <tr>
            <td>{row.id}</td> <td>{row.name}</td> <td>{fixed(row.price, 2)}</td> <td>{row.quantity}</td>
            <td>{if row.is_rising { "up" } else { "down" }}</td>
            <td>if let Some(percent) = row.sale { <b>"sale " {percent} "%"</b> }</td>
            <td>for (id, tag) in &row.tags, key = id { <i>{tag}</i> }</td>
            <td><button on:click={RowEvent::Delete(row.id)}>"x"</button></td>
        </tr>
    }
}

macro_rules! tables {
    ($($name:ident: |$rows:ident| $view:expr;)*) => {$(
        #[derive(Debug)]
        struct $name;

        impl LiveView for $name {
            type Model = Goods;
            type ExternalEvent = TableEvent;
            type InternalEvent = bool;

            async fn mount(&self, _: &PageRequest) -> Result<(Goods, Command<bool>), MountError> {
                Err(MountError::NotFound)
            }

            fn update(&self, goods: &mut Goods, event: Event<TableEvent, bool>) -> Command<bool> {
                match event {
                    Event::Internal(false) => goods.step(),
                    Event::Internal(true) => goods.undo(),
                    Event::External(TableEvent::Row(RowEvent::Delete(id))) => goods.rows.retain(|row| row.id != id),
                }
                Command::none()
            }

            fn view(&self, goods: &Goods) -> impl View<TableEvent> {
                let $rows = &goods.rows;
                $view
            }
        }
    )*};
}

tables! {
    Plain: |rows| html! {
        <table><tbody>
            for row in rows, key = row.id {
                <tr>
                    <td>{row.id}</td> <td>{row.name}</td> <td>{fixed(row.price, 2)}</td> <td>{row.quantity}</td>
                    <td>{if row.is_rising { "up" } else { "down" }}</td>
                </tr>
            }
        </tbody></table>
    };
    LazyRows: |rows| html! {
        <table><tbody>
            for row in rows, key = row.id { {lazy(row.version, move |_| cells(row))} }
        </tbody></table>
    };
    Rich: |rows| html! {
        <table><tbody>
            for row in rows, key = row.id { {rich_cells(row).map(TableEvent::Row)} }
        </tbody></table>
    };
    RichLazy: |rows| html! {
        <table><tbody>
            for row in rows, key = row.id { {lazy(row.version, move |_| rich_cells(row)).map(TableEvent::Row)} }
        </tbody></table>
    };
}

struct Live<A: LiveView>(Attached<A>, Vec<u8>);

impl<A: LiveView<InternalEvent = bool>> Case for Live<A> {
    #[inline(always)]
    fn step(&mut self) {
        self.0.event(false);
    }

    fn undo(&mut self) {
        self.1.clear();
        self.1.extend_from_slice(self.0.frame());
        self.0.event(true);
    }

    fn frame(&self) -> &[u8] {
        if self.1.is_empty() { self.0.frame() } else { &self.1 }
    }

    fn kept(&self) -> usize {
        self.0.kept()
    }
}

macro_rules! cases {
    ($($name:ident $app:ident;)*) => {$(
        /// Makes a table of this many rows, and the change to make.
        pub fn $name(rows: u64, change: Change) -> Box<dyn Case> {
            Box::new(Live(Attached::new($app, Goods::new(rows, change)), Vec::new()))
        }
    )*};
}
cases! { plain Plain; lazy_rows LazyRows; rich Rich; rich_lazy RichLazy; }

/// The plain table as a tree of strings.
pub fn text_tree(rows: u64, change: Change) -> Box<dyn Case> {
    fn view(goods: &Goods) -> Node {
        let rows = goods.rows.iter().map(|row| {
            let cell = |value| element("td", None, vec![value]);
            element(
                "tr",
                Some(row.id.to_string()),
                vec![
                    cell(text(row.id)),
                    cell(text(&row.name)),
                    cell(text(format_args!("{:.2}", row.price))),
                    cell(text(row.quantity)),
                    cell(text(if row.is_rising { "up" } else { "down" })),
                ],
            )
        });
        element("table", None, vec![element("tbody", None, rows.collect())])
    }
    let update = |goods: &mut Goods, undo: bool| if undo { goods.undo() } else { goods.step() };
    Box::new(Undone(TextTree::new(Goods::new(rows, change), update, view)))
}
