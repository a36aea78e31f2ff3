//! Numbers for people.

/// A time in microseconds, such as `850 µs` or `1.2 ms`.
pub(crate) fn short_time(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => scaled(microseconds, 1e3, "ms"),
        _ => scaled(microseconds, 1e6, "s"),
    }
}

/// A time in seconds, such as `12 s` or `3 h 20 min`.
pub(crate) fn long_time(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min"),
        3_600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{} d {} h", hours / 24, hours % 24),
    }
}

/// A length in bytes, such as `850 B` or `1.2 KB`.
pub(crate) fn length(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => scaled(bytes, 1e3, "KB"),
        1_000_000..1_000_000_000 => scaled(bytes, 1e6, "MB"),
        _ => scaled(bytes, 1e9, "GB"),
    }
}

/// A number a second, such as `0.4` or `1,200`.
pub(crate) fn rate(a_second: f64) -> String {
    if a_second < 10.0 && a_second.fract() > 0.05 { format!("{a_second:.1}") } else { count(a_second.round() as u64) }
}

/// A number with its digits in groups, such as `12,345`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn scaled(value: u64, unit: f64, name: &str) -> String {
    let value = value as f64 / unit;
    if value < 10.0 { format!("{value:.1} {name}") } else { format!("{value:.0} {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([850, 1_250, 999_000, 4_200_000].map(short_time), ["850 µs", "1.2 ms", "999 ms", "4.2 s"]);
        assert_eq!([59, 60, 12_000, 100_000].map(long_time), ["59 s", "1 min", "3 h 20 min", "1 d 3 h"]);
        assert_eq!([0, 1_500, 12_345_678, u64::MAX].map(length), ["0 B", "1.5 KB", "12 MB", "18446744074 GB"]);
        assert_eq!([0.0, 0.44, 9.96, 1_200.4].map(rate), ["0", "0.4", "10.0", "1,200"]);
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
}
