//! Reads the JSON values of a text: one value, several in sequence, or one per line.
//!
//! Goes in: a [`JsonSource`]. Comes out, through [`Visit`]: every complete value, and the lines where the text is damaged. After
//! damage, reading resumes at the next line that starts a value. `salvage` keeps the complete items of a truncated page.
//! The parts: `source` (bytes as they come), `scan` (bytes to nodes), `value` (nodes to values).

mod decode;
mod node;
mod salvage;
mod scan;
mod source;
mod value;

pub(super) use decode::{decode, decoded};
pub(super) use scan::{DEEPEST, Fault};
pub(super) use source::{Beyond, JsonSource, Most, Taken};
pub(super) use value::{JsonFields, OwnedValue, Value};

/// Takes what a text holds.
pub(super) trait Visit {
    /// A value, its line from 1, and whether it is the complete part of a damaged one.
    fn value(&mut self, value: Value<'_>, line: u64, is_salvaged: bool);

    /// A value that is too large to be read at once, and what it has too much of. Passes it, or returns its damage.
    fn large(&mut self, source: &mut JsonSource<'_>, line: u64, beyond: Beyond) -> Result<(), Fault>;

    /// A place where the text is not JSON.
    fn damage(&mut self, damage: Damage);
}

/// A place where the text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// The line, from 1.
    pub(super) line: u64,
    pub(super) text: String,
}

/// Whether the text is a JSON object or array, judged by its first character.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Reads every value of a text, in order; returns how many there were.
pub(super) fn read(source: &mut JsonSource<'_>, visit: &mut dyn Visit) -> u64 {
    let mut values = 0;
    while source.peek().is_some() {
        let line = source.line();
        let damage = match source.take() {
            Taken::Whole(length) => {
                visit.value(source.taken(), line, false);
                source.pass(length);
                values += 1;
                continue;
            }
            Taken::Beyond(beyond) => {
                values += 1;
                match visit.large(source, line, beyond) {
                    Ok(()) => continue,
                    Err(fault) => (0, fault),
                }
            }
            Taken::Bad(at, fault) => {
                if let Some(value) = salvage::complete_part(source.rest().get(..at).unwrap_or_default()) {
                    visit.value(value.root(), line, true);
                    values += 1;
                }
                (at, fault)
            }
        };
        let (at, fault) = damage;
        visit.damage(Damage { line: source.line_of(at), text: format!("expected JSON, found {fault}") });
        // Nothing follows the end of a text.
        if matches!(fault, Fault::Ended(_)) || !source.pass_to_value() {
            break;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Values with their lines and whether they are salvaged, and damages.
    #[derive(Default)]
    struct Found {
        values: Vec<(Value, u64, bool)>,
        damages: Vec<Damage>,
    }

    impl Visit for Found {
        fn value(&mut self, value: super::Value<'_>, line: u64, is_salvaged: bool) {
            let mut text = Vec::new();
            value.write(|key, out| out.extend_from_slice(key), &mut text);
            self.values.push((serde_json::from_slice(&text).unwrap(), line, is_salvaged));
        }

        fn large(&mut self, source: &mut JsonSource<'_>, _: u64, _: Beyond) -> Result<(), Fault> {
            if source.pass_value() { Ok(()) } else { Err(Fault::Ended("a list")) }
        }

        fn damage(&mut self, damage: Damage) {
            self.damages.push(damage);
        }
    }

    fn parse(text: &str) -> Found {
        let mut found = Found::default();
        read(&mut JsonSource::of_text(text.as_bytes(), Most::default()), &mut found);
        found
    }

    /// Values with their lines; the line of a salvaged value is negative.
    #[expect(clippy::cast_possible_wrap, reason = "lines of a test")]
    fn check(text: &str, values: &[(i64, Value)], damaged: &[u64]) {
        let Found { values: found, damages } = parse(text);
        let sign = |line: u64, is_salvaged| if is_salvaged { -(line as i64) } else { line as i64 };
        let found: Vec<(i64, Value)> =
            found.into_iter().map(|(value, line, is_salvaged)| (sign(line, is_salvaged), value)).collect();
        assert_eq!(found, values, "{text:?}");
        assert_eq!(
            damages.iter().map(|damage| damage.line).collect::<Vec<_>>(),
            damaged,
            "{text:?} {damages:?}"
        );
    }

    #[test]
    fn values_may_follow_each_other() {
        check("", &[], &[]);
        check(" \n\n", &[], &[]);
        check("{}", &[(1, json!({}))], &[]);
        check("{}\n{}\n\n[1]", &[(1, json!({})), (2, json!({})), (4, json!([1]))], &[]);
        check("{\n\"a\":1}{\"b\":2}", &[(1, json!({"a": 1})), (2, json!({"b": 2}))], &[]);
    }

    #[test]
    fn damage_loses_only_the_damaged_value() {
        check("{\"a\":1}\n{\"b\":", &[(1, json!({"a": 1}))], &[2]);
        check("{\"a\":\n{\"b\":2}\n{\"c\":3}", &[(2, json!({"b": 2})), (3, json!({"c": 3}))], &[3]);
        check("{\"a\" 1}\n{\"c\":3}", &[(2, json!({"c": 3}))], &[1]);
        check("{\"a\":1} oops\n{\"c\":3}\n", &[(1, json!({"a": 1})), (2, json!({"c": 3}))], &[1]);
    }

    #[test]
    fn a_truncated_page_keeps_its_complete_items() {
        check(
            "{\"Subnets\":[{\"SubnetId\":\"a\"},\n{\"SubnetId\":\"b\"},{\"Subn",
            &[(-1, json!({"Subnets": [{"SubnetId": "a"}, {"SubnetId": "b"}]}))],
            &[2],
        );
        check("[{\"a\":1},\n {\"b\": oops", &[(-1, json!([{"a": 1}]))], &[2]);
    }

    #[test]
    fn deep_nesting_is_damage() {
        for text in ["[", "[\n", "[1,\n", "{\"a\":\n"] {
            let found = parse(&text.repeat(100_000));
            assert!(found.values.is_empty());
            assert_eq!(found.damages.len(), 1, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}|[\\[\\]{}\":,a1é\\\\\n ]{0,60}") {
            let damages = parse(&text).damages;
            let lines = text.lines().count().max(1) as u64;
            proptest::prop_assert!(damages.iter().all(|damage| damage.line <= lines + 1));
        }
    }
}
