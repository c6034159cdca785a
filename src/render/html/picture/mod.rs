//! The picture of a path: stations, the controls between them in both directions, and the place where packets stopped.
//!
//! Input: a task's verdict. Output: positions on a drawing that is 1000 units wide; the template draws them.

mod stations;
mod stop;

#[cfg(test)]
mod tests;

use stations::stations;
use stop::{Stop, caption, stop};

use super::hops;
use super::text::{Text, Word, prose, text};
use crate::finding::{Hop, Leg, Side};
use crate::report::{RecordedAction, TaskReport};

/// The drawing's width.
const WIDTH: i64 = 1000;
/// A station's width.
const STATION: i64 = 156;
/// The heights of the request's lane and of the reply's lane.
const LANES: (i64, i64) = (138, 206);
/// The distance of the mark of a loss from the station before it.
const LOSS_OFFSET: i64 = 30;
/// The distance of the mark of a rejection from its station.
const REJECTION_OFFSET: i64 = 18;
/// A mark's radius.
const RADIUS: i64 = 15;

/// The picture.
pub(super) struct Picture {
    pub(super) boxes: Vec<StationBox>,
    pub(super) chips: Vec<Chip>,
    pub(super) lines: Vec<PathLine>,
    pub(super) mark: Option<StopMark>,
    pub(super) caption: Text,
    /// The words of the caption.
    pub(super) caption_words: Vec<Word>,
}

/// A station with its position.
pub(super) struct StationBox {
    pub(super) x: i64,
    pub(super) middle: i64,
    pub(super) title: Text,
    pub(super) lines: Vec<Text>,
    pub(super) request: Option<Pill>,
    pub(super) reply: Option<Pill>,
}

/// The action that an interface recorded.
pub(super) struct Pill {
    pub(super) y: i64,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
}

/// A control.
pub(super) struct Chip {
    pub(super) x: i64,
    pub(super) y: i64,
    /// The heights of the two lines of its name.
    pub(super) label_y: (i64, i64),
    pub(super) label: (&'static str, &'static str),
    pub(super) class: &'static str,
    pub(super) statement: Text,
}

/// A segment of the path.
pub(super) struct PathLine {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) y: i64,
    /// `sent`, or `unsent` where no packet is recorded.
    pub(super) class: &'static str,
    /// The points of the arrow head at its end; none if another segment continues the line.
    pub(super) head: Option<String>,
}

/// Where packets stopped.
pub(super) struct StopMark {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) label_x: i64,
    pub(super) label_y: i64,
    /// The part of its label at this position: `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    pub(super) class: &'static str,
    pub(super) words: &'static str,
}

/// Returns the picture of the attempt that a task's verdict shows; none if neither records nor documents show one.
pub(super) fn picture(task: &TaskReport) -> Option<Picture> {
    let verdict = &task.verdict;
    if verdict.observed.is_none() && verdict.path.is_empty() {
        return None;
    }
    let stations = stations(task);
    let stop = stop(verdict, &stations);
    let layout = Layout::of(&verdict.path, &stations);
    let chips: Vec<Chip> = layout.chips(&verdict.path);
    let mark = mark(stop, &layout, &chips);
    let caption = caption(stop, verdict, &stations);
    Some(Picture {
        lines: lines(&layout, stop, mark.as_ref()),
        caption_words: prose(&caption),
        caption: text(caption),
        boxes: layout.boxes(stations),
        chips,
        mark,
    })
}

/// The positions of the stations, and the gap of each control.
struct Layout {
    /// Left edges of the stations.
    edges: Vec<i64>,
    /// The gap of each hop of the path, as the index of the station before it.
    gaps: Vec<usize>,
}

impl Layout {
    fn of(path: &[Hop], stations: &[stations::Station]) -> Self {
        let gaps: Vec<usize> = path.iter().map(|hop| gap(hop, stations)).collect();
        let n_gaps = stations.len() - 1;
        let in_gap = |at: usize, leg: Leg| {
            path.iter().zip(&gaps).filter(|(hop, gap)| **gap == at && hop.leg == leg).count()
        };
        let weight = |at: usize| 1 + in_gap(at, Leg::Request).max(in_gap(at, Leg::Reply));
        let weights: Vec<i64> = (0..n_gaps).map(|at| i64::try_from(weight(at)).unwrap_or(1)).collect();
        let n_stations = i64::try_from(stations.len()).unwrap_or(2);
        let (free, total) = (WIDTH - n_stations * STATION, weights.iter().sum::<i64>());
        let (mut edges, mut before) = (vec![0], 0);
        for (weight, n) in weights.iter().zip(1..) {
            before += weight;
            edges.push(n * STATION + free * before / total);
        }
        Self { edges, gaps }
    }

    /// Returns the left and the right end of a gap.
    fn gap(&self, at: usize) -> (i64, i64) {
        (self.edges[at] + STATION, self.edges[at + 1])
    }

    /// Places the controls of each gap and leg at equal distances; those of the reply from right to left.
    fn chips(&self, path: &[Hop]) -> Vec<Chip> {
        let place = |(at, hop): (usize, &Hop)| {
            let same_lane: Vec<usize> = (0..path.len())
                .filter(|&other| self.gaps[other] == self.gaps[at] && path[other].leg == hop.leg)
                .collect();
            let nth = same_lane.iter().position(|&other| other == at).unwrap_or(0);
            let nth = if hop.leg == Leg::Reply { same_lane.len() - nth } else { nth + 1 };
            let (left, right) = self.gap(self.gaps[at]);
            let part = |n: usize| i64::try_from(n).unwrap_or(0);
            chip(hop, left + (right - left) * part(nth) / part(same_lane.len() + 1))
        };
        path.iter().enumerate().map(place).collect()
    }

    fn boxes(&self, stations: Vec<stations::Station>) -> Vec<StationBox> {
        let place = |(station, &x): (stations::Station, &i64)| StationBox {
            x,
            middle: x + STATION / 2,
            title: station.title,
            lines: station.lines,
            request: station.seen.map(|(request, _)| pill(LANES.0, request)),
            reply: station.seen.map(|(_, reply)| pill(LANES.1, reply)),
        };
        stations.into_iter().zip(&self.edges).map(place).collect()
    }
}

/// Returns the gap of a hop: before or after the station of its control.
fn gap(hop: &Hop, stations: &[stations::Station]) -> usize {
    let last = stations.len() - 1;
    let station = stations.iter().position(|station| station.side == hop.side).unwrap_or(last);
    let is_before = (hop.leg == Leg::Request) != hop.is_outbound;
    let at = if hop.side == Side::Task || !is_before { station } else { station.saturating_sub(1) };
    at.min(last - 1)
}

fn chip(hop: &Hop, x: i64) -> Chip {
    let is_reply = hop.leg == Leg::Reply;
    let y = if is_reply { LANES.1 } else { LANES.0 };
    Chip {
        x,
        y,
        label_y: if is_reply { (y + 29, y + 43) } else { (y - 36, y - 22) },
        label: hops::kind(hop.control.kind()),
        class: hop.decision.name(),
        statement: text(format!(
            "{} {}: {}",
            hops::name(hop),
            hop.control.ids().join(", "),
            hops::decision(&hop.decision)
        )),
    }
}

fn pill(y: i64, seen: RecordedAction) -> Pill {
    let (class, word) = match seen {
        RecordedAction::Accepted => ("accepted", "ACCEPT"),
        RecordedAction::Rejected => ("rejected", "REJECT"),
        RecordedAction::NotRecorded => ("unseen", "no record"),
    };
    Pill { y, class, word }
}

fn mark(stop: Stop, layout: &Layout, chips: &[Chip]) -> Option<StopMark> {
    let stopped = |x, is_reply, anchor| mark_at(x, is_reply, anchor, "stop", "stopped here");
    Some(match stop {
        Stop::Hop(place) => {
            let chip = chips.get(place)?;
            stopped(chip.x, chip.y == LANES.1, "middle")
        }
        // Packets leave and enter a task on its right, any other station on its left.
        Stop::Station(0, leg) => stopped(STATION + REJECTION_OFFSET, leg == Leg::Reply, "start"),
        Stop::Station(place, leg) => {
            stopped(layout.edges.get(place)? - REJECTION_OFFSET, leg == Leg::Reply, "end")
        }
        Stop::After(place) if place + 1 < layout.edges.len() => {
            let (left, right) = layout.gap(place);
            let x = (left + LOSS_OFFSET).max(left + (right - left) / 8);
            mark_at(x, false, "start", "lost", "no record after this")
        }
        Stop::After(place) => {
            mark_at(layout.edges.get(place)? - REJECTION_OFFSET, true, "end", "lost", "no reply")
        }
        Stop::End => {
            mark_at(layout.edges.last()? - REJECTION_OFFSET, true, "end", "lost", "connection ended")
        }
        Stop::Unknown => return None,
    })
}

fn mark_at(
    x: i64,
    is_reply: bool,
    anchor: &'static str,
    class: &'static str,
    words: &'static str,
) -> StopMark {
    StopMark {
        x,
        y: if is_reply { LANES.1 } else { LANES.0 },
        label_x: match anchor {
            "start" => x - RADIUS,
            "end" => x + RADIUS,
            _ => x,
        },
        label_y: if is_reply { LANES.1 - 24 } else { LANES.0 + 34 },
        anchor,
        class,
        words,
    }
}

/// Returns the lines of both directions. They are solid as far as packets are recorded.
fn lines(layout: &Layout, stop: Stop, mark: Option<&StopMark>) -> Vec<PathLine> {
    let (left, right) = (STATION, layout.edges.last().copied().unwrap_or(WIDTH));
    let is_reply = mark.is_some_and(|mark| mark.y == LANES.1);
    let at = mark.map(|mark| mark.x);
    let (to_service, to_task) = match (at, is_reply) {
        (Some(x), false) => ((x, right), (right, left)),
        (Some(x), true) => ((right, right), (x, left)),
        (None, _) => ((left, right), (right, left)),
    };
    let has_no_reply = matches!(stop, Stop::After(_)) || !is_reply;
    let solid = |from, to, y| PathLine { from, to, y, class: "sent", head: None };
    let faint = |from, to, y| PathLine { from, to, y, class: "unsent", head: Some(head(from, to, y)) };
    let mut lines = vec![faint(to_service.0, to_service.1, LANES.0), solid(left, to_service.0, LANES.0)];
    lines.push(faint(to_task.0, to_task.1, LANES.1));
    if !has_no_reply {
        lines.push(solid(right, to_task.0, LANES.1));
    }
    for line in lines.iter_mut().filter(|line| line.class == "sent" && line.to == right) {
        line.head = Some(head(line.from, line.to, line.y));
    }
    lines.retain(|line| line.from != line.to);
    lines
}

/// Returns an arrow head at the end of the line.
fn head(from: i64, to: i64, y: i64) -> String {
    let back = if from < to { to - 9 } else { to + 9 };
    format!("{to},{y} {back},{} {back},{}", y - 5, y + 5)
}
