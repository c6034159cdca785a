//! Tables as people save them, and as they should not be.
