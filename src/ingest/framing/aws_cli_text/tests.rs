//! Outputs of the AWS CLI with `--output text`, as versions 1.46 and 2 print them, and the items read from them.

use proptest::prelude::*;

use super::*;
use crate::ingest::framing::item::describe::describe;

/// The items of an output, one per line.
fn items(text: &[u8]) -> Vec<String> {
    let source_format = source_format_of(text).expect("an output of the command line");
    let mut items = Vec::new();
    for_each_cli_item(text, source_format, |number, item| items.push(describe(number, &item))).unwrap();
    items
}

fn check(text: &str, expect: &[&str]) {
    assert_eq!(items(text.as_bytes()), expect, "{text}");
    assert_eq!(items(text.replace('\n', "\r\n").as_bytes()), expect, "{text}");
}

const FILTERED: &str = "EVENTS\t39\t2\teni-1-all\t2 1 eni-1\t1\nEVENTS\t40\t4\teni-2-all\t2 2 eni-2\n\t3\n";
const TOKEN: &str = "Bxkq6kVGFtq2y_MoigeqscPOdhXVbhiVtLoAmXb5jCqYS-";

#[test]
fn events_are_distinguished_from_other_lines() {
    let expect = |at: u64| {
        let line = |number, n| format!("{number} filter-log-events-text: 2 {n} eni-{n}");
        [line(at, 1), line(at + 1, 2)]
    };
    let [one, two] = expect(1);
    check(FILTERED, &[&one, &two]);
    let [three, four] = expect(5);
    let page = format!("{FILTERED}SEARCHEDLOGSTREAMS\teni-1-all\tTrue\n");
    check(&format!("{page}{page}NEXTTOKEN\teyJ9\n"), &[&one, &two, &three, &four]);
    let [one, two] = expect(2);
    check(&format!("{TOKEN}\n{FILTERED}"), &[&one, &two]);
    check(&format!("SEARCHEDLOGSTREAMS\teni-1-all\tTrue\n{FILTERED}"), &[&one, &two]);
    check(
        "b/1\tf/1\nEVENTS\t2\t2 1 eni-1\t1\nEVENTS\t4\t2 2 eni-2\n\t3\n",
        &["2 get-log-events-text: 2 1 eni-1", "3 get-log-events-text: 2 2 eni-2"],
    );
    check("b/1\tf/1\n", &[]);
    check("EVENTS\t2\t2\t1\teni-1\t1\nNone\n", &["1 filter-log-events-text: eni-1"]);
}

#[test]
fn results_are_collected_into_rows() {
    check(
        "CWLI\tComplete\nRESULTS\t@timestamp\tt\nRESULTS\t@message\t2 1\nRESULTS\t@ptr\tCp\n\
         RESULTS\t@message\t2 2\nRESULTS\t@ptr\tCp\nSTATISTICS\t0.0\t2.0\n",
        &["3 insights-text: 2 1", "5 insights-text: 2 2"],
    );
    // A missing value has no line, and a query may omit the pointer.
    check(
        "Complete\nRESULTS\tsrcAddr\t10.0.0.1\nRESULTS\tdstAddr\t10.0.0.2\nRESULTS\tsrcAddr\t10.0.0.3\n\
         RESULTS\tdstAddr\t\n",
        &["2 names of 2", "2 insights-text| 10.0.0.1 10.0.0.2", "4 insights-text| 10.0.0.3 -"],
    );
    check("CWLI\tRunning\nSTATISTICS\t0.0\n", &[]);
    check("RESULTS\tcount\t5\n", &["1 foreign! expected flow-log records, found other query results"]);
}

#[test]
fn a_row_is_shown_as_fields_and_values() {
    let text = b"RESULTS\tsrcAddr\t10.0.0.1\nRESULTS\tdstAddr\t10.0.0.2\nRESULTS\t@ptr\tCp\n";
    let mut all = Vec::new();
    for_each_cli_item(&text[..], SourceFormat::InsightsText, |_, item| {
        all.extend(item.shown().map(|text| String::from_utf8_lossy(text).into_owned()));
    })
    .unwrap();
    assert_eq!(all, ["srcAddr=10.0.0.1 dstAddr=10.0.0.2"]);
}

#[test]
fn other_lines_are_read_as_records() {
    check(
        "EVENTS\t2\t2 1 eni-1\t1\n2 2 eni-2 10.0.0.1\nEVENTS\t5\nEVEN\n",
        &[
            "1 get-log-events-text: 2 1 eni-1",
            "2 get-log-events-text: 2 2 eni-2 10.0.0.1",
            "3 wrong-field-count! expected a label and its values, found too few",
            "4 get-log-events-text: EVEN",
        ],
    );
    let long = format!("EVENTS\t2\t2 1\t1\n{}\nEVENTS\t2\t2 2\t1\n", "x".repeat(MAX_LINE + 1));
    let items = items(long.as_bytes());
    assert!(items.len() == 3 && items[1].starts_with("2 line-too-long!"), "{items:?}");
}

#[test]
fn other_text_is_not_cli_output() {
    for text in [
        "",
        "2 1 eni-1 10.0.0.1\n",
        "version\taccount-id\n",
        "EVENTS of the day\n",
        "EVENTS\n",
        "Complete\n",
        "None\n",
        "a\nEVENTS\t2\t2 1\t1\n",
        "name\tComplete with care\nEVENTS\t2\t2 1\t1\n",
    ] {
        assert_eq!(source_format_of(text.as_bytes()), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_lines_can_be_read(text in "((EVENTS|RESULTS|b/|f/|@ptr|@message|a|2 1|5)?[\t\n ]){0,40}") {
        let mut last = 0;
        for_each_cli_item(text.as_bytes(), SourceFormat::InsightsText, |number, _| last = number.max(last)).unwrap();
        prop_assert!(last <= text.lines().count() as u64);
    }

    #[test]
    fn each_event_gives_its_record(record in "[2-9] [a-z0-9. -]{1,40}[a-z]", n_before in 0_usize..3) {
        let text = format!("{}EVENTS\t39\t2\ts\t{record}\t1\n", "EVENTS\t2\t2 1\t1\n".repeat(n_before));
        let expect = format!("{} filter-log-events-text: {record}", n_before + 1);
        let items = items(text.as_bytes());
        prop_assert_eq!(items.last(), Some(&expect));
    }
}
