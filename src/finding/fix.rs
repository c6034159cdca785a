//! The fix of a cause.

/// Text and commands that mend a cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to do, in sentences.
    pub text: String,
    /// AWS CLI commands, one each; the first ones look, the last ones change.
    pub commands: Vec<String>,
    /// Whether the changed configuration was re-evaluated on the observed packets and lets them through both ways.
    pub verified: bool,
}
