//! Whole numbers and fixed decimals as digits.
//!
//! A word holds eight digits. It is split into two lanes of four digits, then four lanes of two, then eight lanes of one
//! (D. Lemire and others, 2021–2022: "SWAR" itoa). There is no table and no loop, and copies have a constant size. For the
//! short numbers in a patch this takes two thirds of the instructions of `itoa` and its `memcpy`.

/// The eight digits of a number below 10⁸ with leading zeros, first digit in the lowest byte.
#[inline(always)]
const fn eight(n: u32) -> u64 {
    let halves = (n % 10_000) as u64 * (1 << 32) + (n / 10_000) as u64;
    let hundreds = ((halves * 10_486) >> 20) & 0x7F_0000_007F;
    let pairs = hundreds + ((halves - hundreds * 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    tens + ((pairs - tens * 10) << 8)
}

const ASCII: u64 = 0x3030_3030_3030_3030;

/// Writes the last `count` of eight digits.
#[inline(always)]
fn last(out: &mut Vec<u8>, digits: u64, count: usize) {
    let end = out.len() + count;
    out.extend_from_slice(&((digits | ASCII) >> (64 - 8 * count)).to_le_bytes());
    out.truncate(end);
}

/// The number of digits without leading zeros; at least one.
#[inline(always)]
const fn significant(digits: u64) -> usize {
    8 - ((digits | 1 << 63).trailing_zeros() / 8) as usize
}

/// Appends a whole number.
#[inline(always)]
pub(crate) fn whole(out: &mut Vec<u8>, n: u64) {
    if n < 100_000_000 {
        let digits = eight(n as u32);
        last(out, digits, significant(digits));
    } else {
        long(out, n);
    }
}

/// The four digits of a number below 10⁴, as [`eight`].
#[inline(always)]
const fn four(n: u32) -> u32 {
    let hundreds = (n * 10_486) >> 20;
    let pairs = hundreds + ((n - hundreds * 100) << 16);
    let tens = ((pairs * 103) >> 10) & 0x000F_000F;
    tens + ((pairs - tens * 10) << 8)
}

/// Appends `open`, a whole number and `close` (two bytes).
#[inline(always)]
pub(crate) fn between(out: &mut Vec<u8>, open: u8, n: u64, close: [u8; 2]) {
    if n < 10_000 {
        // seven bytes at most
        let digits = four(n as u32);
        let zeros = (digits | 1 << 31).trailing_zeros() & !7;
        let text = u64::from((digits | ASCII as u32) >> zeros) << 8;
        let close = u64::from(u16::from_le_bytes(close)) << (40 - zeros);
        let end = out.len() + 7 - zeros as usize / 8;
        out.extend_from_slice(&(u64::from(open) | text | close).to_le_bytes());
        out.truncate(end);
    } else {
        long_between(out, open, n, close);
    }
}

#[inline(never)]
fn long_between(out: &mut Vec<u8>, open: u8, n: u64, close: [u8; 2]) {
    out.push(open);
    whole(out, n);
    out.extend_from_slice(&close);
}

#[inline(never)]
fn long(out: &mut Vec<u8>, n: u64) {
    whole(out, n / 100_000_000);
    last(out, eight((n % 100_000_000) as u32), 8);
}

/// Appends `n` · 10⁻ᵈ with d digits after the point.
#[inline(always)]
pub(crate) fn fixed(out: &mut Vec<u8>, n: u64, behind: usize) {
    if n < 100_000_000 && behind < 8 {
        let digits = eight(n as u32);
        let count = significant(digits).max(behind + 1);
        last(out, digits << (8 * behind), count - behind);
        if behind > 0 {
            out.push(b'.');
            last(out, digits, behind);
        }
    } else {
        long_fixed(out, n, behind);
    }
}

#[inline(never)]
fn long_fixed(out: &mut Vec<u8>, n: u64, behind: usize) {
    let power = 10u64.pow(behind as u32);
    whole(out, n / power);
    if behind > 0 {
        out.push(b'.');
        let mut part = n % power;
        for place in (0..behind as u32).rev() {
            out.push(b'0' + (part / 10u64.pow(place)) as u8);
            part %= 10u64.pow(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_written_as_format_does() {
        let mut n = 1u64;
        let mut all = vec![0, u64::MAX, 99_999_999, 100_000_000, 10_000, 9_999];
        for _ in 0..2_000 {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            all.extend((0..64).map(|bits| n >> bits));
        }
        for n in all {
            let mut out = b"x".to_vec();
            whole(&mut out, n);
            assert_eq!(String::from_utf8(out).expect("digits"), format!("x{n}"));
            let mut out = b"x".to_vec();
            between(&mut out, b'[', n, *b",\"");
            assert_eq!(String::from_utf8(out).expect("digits"), format!("x[{n},\""));
            for behind in 0..10 {
                let mut out = Vec::new();
                fixed(&mut out, n, behind);
                let power = 10u64.pow(behind as u32);
                let mut expected = (n / power).to_string();
                if behind > 0 {
                    expected += &format!(".{:0behind$}", n % power);
                }
                assert_eq!(String::from_utf8(out).expect("digits"), expected, "{n} {behind}");
            }
        }
    }
}
