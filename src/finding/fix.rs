//! The fix of a cause.

/// Text and commands that fix a cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// The steps, in sentences.
    pub text: String,
    /// AWS CLI commands, one in each item; the first ones read, the last ones change.
    pub commands: Vec<String>,
    /// Whether the changed configuration was re-evaluated on the observed packets and allows them in both directions.
    pub verified: bool,
}
