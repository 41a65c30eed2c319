//! A small plot of lines over time: where everything goes. The template draws it, and escapes what is said in it.
//!
//! No colour stands here and no style: lines have classes, and the page's sheet follows theme, print and forced colours.

use jiff::Timestamp;
use serde::Serialize;

use super::words::date;

/// The drawing's size, in units that are about a pixel.
const WIDTH: i32 = 400;
const HEIGHT: i32 = 150;
/// Where the lines are, between labels of the values, of the lines and of the dates.
const LEFT: i32 = 34;
const RIGHT: i32 = 280;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 126.0;
/// What is between two labels at least.
const LABEL_HEIGHT: f64 = 15.0;
/// About how many lines across there are, beside zero.
const TICKS: f64 = 3.0;

/// Some values over time.
#[derive(Debug)]
pub struct Series {
    /// What is written at its end, beside its last value.
    pub label: &'static str,
    /// By time, oldest first.
    pub values: Vec<(Timestamp, f64)>,
}

/// What values are measured in.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// As it is written.
    pub name: &'static str,
    /// How many of it are one of the next smaller one: values below one are told in that.
    pub smaller: (&'static str, f64),
}

/// A plot.
#[derive(Debug, PartialEq, Serialize)]
pub struct Plot {
    /// An id that no other plot of the page has.
    pub id: String,
    /// What is to be seen, in words.
    pub sentence: String,
    width: i32,
    height: i32,
    left: i32,
    right: i32,
    unit: &'static str,
    ticks: Vec<Tick>,
    dates: [DateLabel; 2],
    lines: Vec<Line>,
}

/// A line across, with its value.
#[derive(Debug, PartialEq, Serialize)]
struct Tick {
    y: String,
    label: String,
}

#[derive(Debug, PartialEq, Serialize)]
struct DateLabel {
    x: i32,
    anchor: &'static str,
    label: String,
}

/// A series.
#[derive(Debug, PartialEq, Serialize)]
struct Line {
    /// Which: `line-1`, `line-2`.
    class: String,
    path: String,
    /// Its last point.
    x: String,
    y: String,
    /// What is written beside that.
    label: String,
    label_y: String,
}

/// The plot of `series`; nothing when there are no two moments to draw a line between.
pub fn plot(id: String, sentence: String, unit: Unit, series: &[Series]) -> Option<Plot> {
    let times = || series.iter().flat_map(|series| series.values.iter().map(|(at, _)| *at));
    let (first, last) = (times().min()?, times().max()?);
    if first == last || series.iter().any(|series| series.values.len() < 2) {
        return None;
    }
    let largest = series.iter().flat_map(|series| series.values.iter().map(|(_, value)| *value)).fold(0.0, f64::max);
    let (name, scale) = if largest < 1.0 { unit.smaller } else { (unit.name, 1.0) };
    let step = step(largest * scale);
    let count = (largest * scale / step).ceil().max(1.0);
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * value * scale / (step * count);
    let span = (last.as_second() - first.as_second()) as f64;
    let x = |at: Timestamp| f64::from(LEFT) + f64::from(RIGHT - LEFT) * (at.as_second() - first.as_second()) as f64 / span;
    let mut lines: Vec<(f64, Line)> = Vec::new();
    for (number, series) in (1..).zip(series) {
        let points: Vec<(f64, f64)> = series.values.iter().map(|(at, value)| (x(*at), y(*value))).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect();
        let (&(end_x, end_y), &(_, value)) = points.last().zip(series.values.last())?;
        let label = format!("{} {name} {}", figure(value * scale), series.label);
        let line =
            Line { class: format!("line-{number}"), path: format!("M{}", path.join("L")), x: short(end_x), y: short(end_y), label, label_y: String::new() };
        lines.push((end_y, line));
    }
    Some(Plot {
        id,
        sentence,
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: RIGHT,
        unit: name,
        ticks: (0..=count as u32).map(|number| Tick { y: short(y(f64::from(number) * step / scale)), label: figure(f64::from(number) * step) }).collect(),
        dates: [DateLabel { x: LEFT, anchor: "start", label: date(first).to_string() }, DateLabel { x: RIGHT, anchor: "end", label: date(last).to_string() }],
        lines: apart(lines),
    })
}

/// Puts labels beside the ends of their lines, and no two upon each other.
fn apart(mut lines: Vec<(f64, Line)>) -> Vec<Line> {
    lines.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let lowest = BOTTOM - LABEL_HEIGHT * (lines.len() as f64 - 1.0);
    let mut free = TOP;
    for (number, (end, line)) in lines.iter_mut().enumerate() {
        let at = end.min(lowest + LABEL_HEIGHT * number as f64).max(free);
        line.label_y = short(at);
        free = at + LABEL_HEIGHT;
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

/// One, two or five times a power of ten.
fn step(largest: f64) -> f64 {
    let rough = (largest / TICKS).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor()).max(1e-3);
    [1.0, 2.0, 5.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough).unwrap_or(10.0 * power)
}

/// A place, with as few digits as are seen.
fn short(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A value for people: three digits at most after a decimal point that says something.
pub fn figure(value: f64) -> String {
    let text = if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEBIBYTES: Unit = Unit { name: "MiB", smaller: ("KiB", 1024.0) };

    fn drawn(series: &[&[(i64, f64)]]) -> Option<Plot> {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let series: Vec<Series> =
            series.iter().map(|values| Series { label: "x", values: values.iter().map(|(second, value)| (at(*second), *value)).collect() }).collect();
        plot("p".to_owned(), String::new(), MEBIBYTES, &series)
    }

    #[test]
    fn a_line_goes_from_its_first_to_its_last_value() {
        let plot = drawn(&[&[(0, 50.0), (86_400, 100.0)]]).expect("a plot");
        assert_eq!((plot.lines[0].path.as_str(), plot.lines[0].label.as_str()), ("M34,69L280,12", "100 MiB x"));
        assert_eq!(plot.ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>(), ["0", "50", "100"]);
        assert_eq!(plot.dates.map(|date| date.label), ["1970-01-01", "1970-01-02"]);
    }

    #[test]
    fn small_values_are_told_in_a_smaller_unit() {
        let plot = drawn(&[&[(0, 0.25), (86_400, 0.5)]]).expect("a plot");
        assert_eq!((plot.unit, plot.lines[0].label.as_str()), ("KiB", "512 KiB x"));
    }

    #[test]
    fn labels_keep_apart_and_inside() {
        for ends in [[1.0, 1.0], [100.0, 99.0], [0.0, 0.0], [50.0, 3.0]] {
            let plot = drawn(&[&[(0, 100.0), (9, ends[0])], &[(0, 100.0), (9, ends[1])]]).expect("a plot");
            let places: Vec<f64> = plot.lines.iter().map(|line| line.label_y.parse().expect("a number")).collect();
            assert!(places[0] >= TOP && places[1] - places[0] >= LABEL_HEIGHT - 0.1 && places[1] <= BOTTOM + 0.1, "{ends:?}: {places:?}");
        }
    }

    #[test]
    fn less_than_two_moments_are_no_plot() {
        assert_eq!(drawn(&[&[(0, 1.0)]]), None);
        assert_eq!(drawn(&[&[(5, 1.0), (5, 2.0)]]), None);
        assert_eq!(drawn(&[&[(5, 1.0), (6, 2.0)], &[]]), None);
        assert_eq!(drawn(&[]), None);
        assert!(drawn(&[&[(0, 0.0), (1, 0.0)]]).is_some(), "nothing is a size");
    }

    #[test]
    fn figures_have_the_digits_that_matter() {
        for (value, expected) in [(0.0, "0"), (0.25, "0.25"), (1.5, "1.5"), (12.34, "12.3"), (50.0, "50"), (123.4, "123")] {
            assert_eq!(figure(value), expected);
        }
    }
}
