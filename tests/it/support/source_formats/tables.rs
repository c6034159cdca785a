//! Records as tables of cells and as JSON objects, as programs and people write them.

use flowcause::model::field::{Field, FieldKind};
use serde_json::{Map, Value};

use crate::support::table::Table;

/// A table with underscores in its column names.
pub(super) fn cells(table: &Table, delimiter: u8, is_quoted: bool) -> Vec<u8> {
    let row = |values: Vec<&str>| {
        let quoted = |value: &str| if is_quoted { format!("\"{value}\"") } else { value.to_owned() };
        let cells: Vec<String> = values.into_iter().map(quoted).collect();
        format!("{}\n", cells.join(&char::from(delimiter).to_string()))
    };
    let names: Vec<String> = table.fields.iter().map(|field| field.name().replace('-', "_")).collect();
    let mut text = row(names.iter().map(String::as_str).collect());
    for values in &table.rows {
        text.push_str(&row(values.iter().map(|value| value.as_deref().unwrap_or("")).collect()));
    }
    text.into_bytes()
}

/// A table without column names.
pub(super) fn cells_only(table: &Table, delimiter: u8) -> Vec<u8> {
    let text = cells(table, delimiter, false);
    let names = text.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    text[names..].to_vec()
}

/// The fields with the names of Logs Insights, in camel case, with the time before them.
pub(super) fn insights_fields(table: &Table) -> Vec<u8> {
    let name = |field: &Field| {
        let mut words = field.name().split('-');
        let first = words.next().unwrap_or_default().replace("addr", "Addr").replace("port", "Port");
        let rest = words.map(|word| word[..1].to_uppercase() + &word[1..]);
        std::iter::once(first).chain(rest).collect::<String>()
    };
    let names: Vec<String> = table.fields.iter().map(name).collect();
    let mut text = format!("@timestamp,{}\n", names.join(","));
    for values in &table.rows {
        let values: Vec<&str> = values.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
        text.push_str("2026-11-23 03:06:00.000,");
        text.push_str(&values.join(","));
        text.push('\n');
    }
    text.into_bytes()
}

/// One object per row. Numbers, including account ids, are numbers; a missing value is `null` or omitted.
pub(super) fn rows(table: &Table, between: &str) -> Vec<u8> {
    let object = |values: &Vec<Option<String>>| {
        let mut object = Map::new();
        for (n, (field, value)) in table.fields.iter().zip(values).enumerate() {
            let key = field.name().replace('-', "_");
            let is_number = field.spec().kind != FieldKind::Text || *field == Field::AccountId;
            match value {
                Some(text) => {
                    let number = text.parse::<u64>().ok().filter(|_| is_number);
                    object.insert(key, number.map_or_else(|| text.clone().into(), Value::from));
                }
                None if n % 2 == 0 => {
                    object.insert(key, Value::Null);
                }
                None => {}
            }
        }
        Value::Object(object).to_string()
    };
    table.rows.iter().map(object).collect::<Vec<_>>().join(between).into_bytes()
}
