//! Tables as people save them, and damaged tables.

use super::*;
use crate::ingest::framing::item::describe::describe;

/// The items of a table, one per line.
fn rows(text: &[u8]) -> Vec<String> {
    let first =
        text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).split(|&byte| byte == b'\n').next().unwrap();
    let delimiter = delimiter_of(first.trim_ascii()).expect("a table");
    let mut items = Vec::new();
    for_each_row(text, delimiter, |number, item| items.push(describe(number, &item))).unwrap();
    items
}

#[test]
fn the_first_line_identifies_a_table() {
    let check = |line: &str, expect| assert_eq!(delimiter_of(line.as_bytes()), expect, "{line}");
    check("timestamp,message", Some(Delimiter::Comma));
    check("@message", Some(Delimiter::Comma));
    check("\"@timestamp\",\"@message\"", Some(Delimiter::Comma));
    check("version,account_id,interface_id", Some(Delimiter::Comma));
    check("srcAddr;dstAddr", Some(Delimiter::Semicolon));
    check("src_addr\tdst_addr", Some(Delimiter::Tab));
    check("version account-id interface-id", None);
    check("version account-id\tinterface-id dstaddr", None);
    check("2,123456789010,eni-1", None);
    check("name,size", None);
    check("Dear Sir, action and start are words", None);
    check("srcaddr", None);
}

#[test]
fn a_cell_may_contain_the_record() {
    let check = |text: &str, expect: &[&str]| assert_eq!(rows(text.as_bytes()), expect, "{text}");
    check(
        "timestamp,message\n1,2 1 eni-1\n\n2,\"2 2 eni-2\"\n",
        &["2 console-csv: 2 1 eni-1", "4 console-csv: 2 2 eni-2"],
    );
    check("@timestamp,@message,@ptr\r\n\"t\",\"2 1\",x\r\n", &["2 insights-csv: 2 1"]);
    check("@message\n2 1 eni-1\n", &["2 insights-csv: 2 1 eni-1"]);
    check("timestamp,message\n1,\n1\n", &["3 wrong-field-count! expected at least 2 cells, found 1"]);
}

#[test]
fn columns_may_contain_the_fields() {
    let check = |text: &str, expect: &[&str]| assert_eq!(rows(text.as_bytes()), expect, "{text}");
    check(
        "src_addr,dstAddr,\"x y\"\n\"10.0.0.1\",,\"a \"\"b\"\"\"\n",
        &["1 names of 3", "2 csv| 10.0.0.1 - a_\"b\""],
    );
    check("srcaddr\tdstaddr\n10.0.0.1\t\n", &["1 names of 2", "2 tsv| 10.0.0.1 -"]);
    check("\u{feff}srcaddr;dstaddr\n1;2", &["1 names of 2", "2 csv| 1 2"]);
    // The header is repeated, as after `cat`.
    check(
        "srcaddr,dstaddr\n1,2\nsrcaddr,dstaddr\n3,4\n",
        &["1 names of 2", "2 csv| 1 2", "3 names of 2", "4 csv| 3 4"],
    );
    check("tgw_id,srcaddr\nx,1\n", &["1 names of a transit gateway", "2 csv| x 1"]);
    check("srcaddr,dstaddr\n# a remark\n1,2\n", &["1 names of 2", "3 csv| 1 2"]);
}

#[test]
fn complete_columns_take_precedence_over_a_message() {
    let names = "@timestamp,srcAddr,dstAddr,srcPort,dstPort,protocol,packets,bytes,start,end,action,@message";
    let row = "t,10.0.0.1,10.0.0.2,1,443,6,1,60,5,6,ACCEPT,2 1 eni-1";
    let items = rows(format!("{names}\n{row}\n").as_bytes());
    assert_eq!(
        items,
        ["1 names of 12", "2 insights-csv| t 10.0.0.1 10.0.0.2 1 443 6 1 60 5 6 ACCEPT 2_1_eni-1"]
    );
    let few = rows(b"@timestamp,srcAddr,dstAddr,@message\nt,10.0.0.1,10.0.0.2,2 1 eni-1\n");
    assert_eq!(few, ["2 insights-csv: 2 1 eni-1"]);
}

#[test]
fn a_row_may_extend_over_lines_and_an_unclosed_one_loses_its_first() {
    assert_eq!(
        rows(b"timestamp,message\n1,\"2 1\n\"\n2,2 2\n"),
        ["2 console-csv: 2 1", "4 console-csv: 2 2"]
    );
    let open = rows(b"timestamp,message\n1,\"2 1\n2,2 2\n3,2 3\n");
    let bad = "2 bad-value! expected a quote at the end of a quoted cell";
    assert_eq!(open, [bad, "3 console-csv: 2 2", "4 console-csv: 2 3"]);
    let many = format!("timestamp,message\n1,\"2 1\n{}", "1,2 1\n".repeat(40));
    let items = rows(many.as_bytes());
    assert_eq!((items.len(), items[0].as_str(), items[40].as_str()), (41, bad, "42 console-csv: 2 1"));
    let long = format!("timestamp,message\n1,\"2 1\n{}\n1,2 2\n", "x".repeat(MAX_LINE + 1));
    let items = rows(long.as_bytes());
    assert!(items[0] == bad && items[1].starts_with("3 line-too-long!"), "{items:?}");
    assert_eq!(items[2], "4 console-csv: 2 2");
}

#[test]
fn unusual_bytes_are_passed_on_unchanged() {
    assert_eq!(rows(b"timestamp,message\n1,\xff\xfe\n"), ["2 console-csv: \u{fffd}\u{fffd}"]);
    assert_eq!(rows(b"srcaddr,dstaddr\n1,2,3\n\0\n"), ["1 names of 2", "2 csv| 1 2 3", "3 csv| _"]);
}
