//! JSON as AWS and people write it, and as it should not be.
