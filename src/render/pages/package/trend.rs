//! How a value moved, in words: what a plot says to those who do not see it, and to those who do not look long.

/// Less than this is the same, in percent.
const SAME_PERCENT: f64 = 2.0;

/// How `to` differs from `from`: `13 % more`, `about the same`, `three times as much`.
pub fn trend(from: f64, to: f64, [more, less]: [&str; 2]) -> String {
    if from <= 0.0 {
        return if to <= 0.0 { "the same".to_owned() } else { more.to_owned() };
    }
    let percent = 100.0 * (to - from) / from;
    if percent.abs() < SAME_PERCENT {
        "about the same".to_owned()
    } else if percent >= 100.0 {
        format!("{} times as much", super::plot::figure((10.0 * to / from).round() / 10.0))
    } else if percent > 0.0 {
        format!("{percent:.0}\u{a0}% {more}")
    } else {
        format!("{:.0}\u{a0}% {less}", -percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_is_told_in_words() {
        for (from, to, expected) in [
            (10.0, 10.1, "about the same"),
            (10.0, 11.3, "13\u{a0}% more"),
            (10.0, 5.0, "50\u{a0}% less"),
            (10.0, 20.0, "2 times as much"),
            (10.0, 35.0, "3.5 times as much"),
            (0.0, 0.0, "the same"),
            (0.0, 1.0, "more"),
        ] {
            assert_eq!(trend(from, to, ["more", "less"]), expected);
        }
    }
}
