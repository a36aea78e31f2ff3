//! The lower limit: code written by hand for exactly one page.

use crate::Case;
use crate::dashboard::Figures;

fn begin(frame: &mut Vec<u8>, number: u32) {
    frame.clear();
    frame.push(b'[');
    frame.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    frame.extend_from_slice(b",[");
}

fn value(frame: &mut Vec<u8>, text: &str) {
    frame.push(b'"');
    frame.extend_from_slice(text.as_bytes());
    frame.push(b'"');
}

pub(crate) struct Dashboard {
    now: Figures,
    sent: Figures,
    number: u32,
    frame: Vec<u8>,
}

impl Default for Dashboard {
    fn default() -> Self {
        Self { now: Figures::START, sent: Figures::START, number: 0, frame: Vec::with_capacity(64) }
    }
}

impl Case for Dashboard {
    #[inline(always)]
    fn step(&mut self) {
        let Self { now, sent, number, frame } = self;
        *number += 1;
        begin(frame, *number);
        if now.orders != sent.orders {
            value(frame, itoa::Buffer::new().format(now.orders));
        }
        if now.sales != sent.sales {
            frame.push(b',');
            value(frame, itoa::Buffer::new().format(now.sales));
        }
        if now.rating != sent.rating {
            let tenths = (now.rating * 10.0).round() as u32;
            frame.extend_from_slice(b",\"");
            frame.extend_from_slice(itoa::Buffer::new().format(tenths / 10).as_bytes());
            frame.push(b'.');
            frame.push(b'0' + (tenths % 10) as u8);
            frame.push(b'"');
        }
        frame.extend_from_slice(b"]]");
        *sent = *now;
    }

    fn undo(&mut self) {
        self.now = self.now.next();
    }

    fn frame(&self) -> &[u8] {
        &self.frame
    }

    fn kept(&self) -> usize {
        0
    }
}

#[derive(Default)]
pub(crate) struct Counter {
    now: i64,
    sent: i64,
    number: u32,
    frame: Vec<u8>,
}

impl Case for Counter {
    #[inline(always)]
    fn step(&mut self) {
        self.now += 1;
        if self.now == self.sent {
            return;
        }
        self.sent = self.now;
        self.number += 1;
        begin(&mut self.frame, self.number);
        self.frame.extend_from_slice(b"1,");
        value(&mut self.frame, itoa::Buffer::new().format(self.now));
        self.frame.extend_from_slice(b"]]");
    }

    fn frame(&self) -> &[u8] {
        &self.frame
    }

    fn kept(&self) -> usize {
        0
    }
}

/// Updates one cell of a table, whose position is known.
#[derive(Default)]
pub(crate) struct Cell {
    quantity: u32,
    number: u32,
    frame: Vec<u8>,
}

impl Case for Cell {
    #[inline(always)]
    fn step(&mut self) {
        self.quantity = 10 + (self.quantity + 1) % 90;
        self.number += 1;
        begin(&mut self.frame, self.number);
        self.frame.extend_from_slice(b"[500,[3,");
        value(&mut self.frame, itoa::Buffer::new().format(self.quantity));
        self.frame.extend_from_slice(b"]]]]");
    }

    fn frame(&self) -> &[u8] {
        &self.frame
    }

    fn kept(&self) -> usize {
        0
    }
}
