//! Finds the id that was probably meant.

/// Typing mistakes that an id may have: characters that are wrong, missing or in addition.
const MISTAKES: usize = 2;

/// The known id that is most similar to the typed one: the rest of it is missing, or it has few typing mistakes. Ids are
/// random, so anything less similar is another resource.
pub(super) fn similar_id<'a>(typed: &str, known: &'a [String]) -> Option<&'a str> {
    let candidates = known.iter().filter_map(|id| {
        let is_begun = typed.len() > 4 && id.starts_with(typed);
        let mistakes = if is_begun { 0 } else { distance(typed, id) };
        (mistakes <= MISTAKES && mistakes < id.len() / 2).then_some((mistakes, id))
    });
    candidates.min().map(|(_, id)| id.as_str())
}

/// The number of characters to change, add or remove.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > MISTAKES {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (n, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[m + 1];
            row[m + 1] = changed.min(diagonal + 1).min(row[m] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_with_few_mistakes_is_similar() {
        let known = ["eni-0a31c5", "eni-0b72d9", "82f6c1d04a9913"].map(str::to_owned);
        let check =
            |typed: &str, expect: Option<&str>| assert_eq!(similar_id(typed, &known), expect, "{typed}");
        check("eni-0a31c6", Some("eni-0a31c5"));
        check("eni-0a31c", Some("eni-0a31c5"));
        check("eni-a031c5", Some("eni-0a31c5"));
        check("eni-00b72d9", Some("eni-0b72d9"));
        check("82f6c1", Some("82f6c1d04a9913"));
        check("82f6d1d04a9913", Some("82f6c1d04a9913"));
        check("eni-", None);
        check("eni-0ffffff", None);
        check("", None);
    }
}
