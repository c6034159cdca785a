//! Texts with wildcards, matched without backtracking.
//!
//! The time is the product of both lengths at most, so no pattern of a document can make an evaluation slow.

/// How `*` and `?` of a text are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wildcards {
    /// As plain characters.
    None,
    /// As wildcards that match every character.
    Free,
    /// As in the `Resource` element: within one of the first five segments, except that `*` at the end of a segment may
    /// match further colons; free in the sixth.
    Resource,
    /// As in the ARN operators: each of the first five segments is compared separately; free in the sixth.
    Arn,
}

/// One character of a pattern before the wildcards are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PatternChar {
    /// A character of the policy, which may be a wildcard.
    Written(char),
    /// A character that stands for itself.
    Literal(char),
    /// A value that is not known: any text.
    Anything,
}

/// One step of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    One { crosses_colons: bool },
    Many { crosses_colons: bool },
}

/// Whether the whole text matches.
pub(super) fn matches(pattern: &[PatternChar], wildcards: Wildcards, text: &str) -> bool {
    run(&tokens(pattern, wildcards), text)
}

fn tokens(pattern: &[PatternChar], wildcards: Wildcards) -> Vec<Token> {
    let mut colons = 0;
    let mut tokens = Vec::with_capacity(pattern.len());
    for (at, &one) in pattern.iter().enumerate() {
        let next = pattern.get(at + 1);
        let ends_segment = matches!(next, None | Some(PatternChar::Written(':') | PatternChar::Literal(':')));
        let is_free = wildcards == Wildcards::Free || colons >= 5;
        tokens.push(match one {
            PatternChar::Anything => Token::Many { crosses_colons: true },
            PatternChar::Written('*') if wildcards != Wildcards::None => {
                Token::Many { crosses_colons: is_free || wildcards == Wildcards::Resource && ends_segment }
            }
            PatternChar::Written('?') if wildcards != Wildcards::None => {
                Token::One { crosses_colons: is_free }
            }
            PatternChar::Written(c) | PatternChar::Literal(c) => {
                colons += usize::from(c == ':');
                Token::Char(c)
            }
        });
    }
    tokens
}

/// Follows all ways through the tokens at once: `reached[n]` is whether the text so far matches the first n tokens.
fn run(tokens: &[Token], text: &str) -> bool {
    let mut reached = vec![false; tokens.len() + 1];
    reached[0] = true;
    skip_empty(tokens, &mut reached);
    for c in text.chars() {
        let mut next = vec![false; tokens.len() + 1];
        let mut is_alive = false;
        for (at, token) in tokens.iter().enumerate().filter(|(at, _)| reached[*at]) {
            let to = match *token {
                Token::Char(expected) => (c == expected).then_some(at + 1),
                Token::One { crosses_colons } => (crosses_colons || c != ':').then_some(at + 1),
                Token::Many { crosses_colons } => (crosses_colons || c != ':').then_some(at),
            };
            if let Some(to) = to {
                next[to] = true;
                is_alive = true;
            }
        }
        if !is_alive {
            return false;
        }
        skip_empty(tokens, &mut next);
        reached = next;
    }
    reached[tokens.len()]
}

/// A `*` may match no character.
fn skip_empty(tokens: &[Token], reached: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        if reached[at] && matches!(token, Token::Many { .. }) {
            reached[at + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, wildcards: Wildcards, text: &str) -> bool {
        let pattern: Vec<_> = pattern.chars().map(PatternChar::Written).collect();
        matches(&pattern, wildcards, text)
    }

    #[test]
    fn wildcards_match_as_in_actions() {
        let check = |pattern, text, expect| {
            assert_eq!(is_match(pattern, Wildcards::Free, text), expect, "{pattern} {text}");
        };
        check("", "", true);
        check("*", "", true);
        check("*", "a:b/c", true);
        check("a*c", "abc:c", true);
        check("a*c", "abcd", false);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("*a*b*", "xxaxxbxx", true);
        check("*a*b*", "xxbxxaxx", false);
    }

    #[test]
    fn the_segments_of_a_resource_are_matched_separately() {
        let check = |pattern, text, expect| {
            assert_eq!(is_match(pattern, Wildcards::Resource, text), expect, "{pattern} {text}");
        };
        let text = "arn:aws:logs:eu-west-1:111122223333:log-group:/a/b:log-stream:x";
        check("arn:aws:logs:*:*:log-group:/a/*", text, true);
        check("arn:aws:logs:*", text, true);
        check("arn:aws:logs:eu*1:111122223333:log-group:/a/b", text, false);
        check("arn:aws:logs:eu*1:111122223333:log-group:/a*", text, true);
        check("arn:aws:lo*x", text, false);
        check("arn:aws:logs:eu-west-?:111122223333:log-group*x", text, true);
        check("arn:aws:logs:eu-west-1?111122223333:*", text, false);
    }

    #[test]
    fn the_operators_of_arns_compare_each_segment() {
        let check =
            |pattern, text, expect| assert_eq!(is_match(pattern, Wildcards::Arn, text), expect, "{pattern}");
        let text = "arn:aws:iam::111122223333:role/a:b";
        check("arn:aws:iam::*:role/*", text, true);
        check("arn:*:role/a:b", text, false);
        check("arn:aws:iam:*:role/*", text, false);
    }

    #[test]
    fn many_wildcards_do_not_take_long() {
        let pattern = "*a".repeat(2_000);
        assert!(!is_match(&pattern, Wildcards::Free, &"a".repeat(1_999)));
    }
}
