//! The look-up of a cause by its id.

pub use crate::diagnose::cause::Cause;
use crate::diagnose::causes::CAUSES;

/// The cause with this id or alias.
#[must_use]
pub fn find(id: &str) -> Option<&'static Cause> {
    CAUSES.iter().copied().find(|cause| cause.id.name() == id || cause.aliases.contains(&id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::diagnose::causes::FILES;
    use crate::finding::CauseId;

    /// The sections of a page, in their order.
    const SECTIONS: &[&str] = &[
        "What happens",
        "What flow logs show",
        "What confirms it",
        "What rules it out",
        "What flow logs cannot show",
        "What to do",
        "References",
    ];

    fn is_kebab_case(id: &str) -> bool {
        id.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
    }

    fn headings<'a>(page: &'a str, mark: &str) -> Vec<&'a str> {
        page.lines().filter_map(|line| line.strip_prefix(mark)).collect()
    }

    #[test]
    fn ids_and_aliases_are_kebab_case_and_collide_with_nothing() {
        let mut seen = BTreeSet::new();
        for id in CAUSES
            .iter()
            .flat_map(|cause| std::iter::once(cause.id.name()).chain(cause.aliases.iter().copied()))
        {
            assert!(is_kebab_case(id), "{id}");
            assert!(seen.insert(id), "{id} is there twice");
            assert_eq!(
                find(id).map(|cause| cause.id.name() == id || cause.aliases.contains(&id)),
                Some(true)
            );
        }
        assert!(find("no-such-cause").is_none());
    }

    #[test]
    fn every_file_is_listed_and_named_by_its_id() {
        let ids: Vec<String> = CAUSES.iter().map(|cause| cause.id.name().replace('-', "_")).collect();
        assert_eq!(ids, FILES);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnose/causes");
        let mut expected: Vec<String> = FILES.iter().map(|name| format!("{name}.md")).collect();
        expected.extend(FILES.iter().chain(&["mod"]).map(|name| format!("{name}.rs")));
        expected.sort();
        let entries = std::fs::read_dir(folder).unwrap();
        let mut found: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn pages_have_their_sections_in_order() {
        for cause in CAUSES {
            assert!(!cause.title.ends_with('.'), "{}", cause.title);
            let opening = format!("# {}\n\nId: `{}`\n\nCulprit: ", cause.title, cause.id);
            assert!(cause.page.starts_with(&opening), "{} does not start with {opening:?}", cause.id);
            assert_eq!(headings(cause.page, "## "), SECTIONS, "{}", cause.id);
        }
    }

    #[test]
    fn summaries_are_sentences() {
        for cause in CAUSES {
            assert!(cause.summary().ends_with('.'), "{}: {}", cause.id, cause.summary());
        }
    }

    #[test]
    fn undetermined_is_last() {
        assert_eq!(CAUSES.last().map(|cause| cause.id), Some(CauseId::Undetermined));
    }
}
