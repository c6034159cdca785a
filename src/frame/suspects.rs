//! Finds the interfaces to examine when no document names the tasks: those that failed and never succeeded
//! afterwards.

use polars::prelude::{DataFrame, DataFrameJoinOps, IntoColumn, JoinArgs, JoinType, NamedFrom, Series};

use super::FrameError;

/// Finished conversations of many interfaces, one row each.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// The number of the interface.
    pub interface: Vec<u32>,
    /// The start of the conversation, Unix seconds.
    pub first: Vec<u32>,
    /// 1 if the conversation failed, 0 if it succeeded.
    pub failed: Vec<u32>,
}

/// Returns the interfaces with at least `min_failures` failures whose last failure is later than their last success; sorted.
pub fn failing_interfaces(outcomes: Outcomes, min_failures: u32) -> Result<Vec<u32>, FrameError> {
    let n_rows = outcomes.interface.len();
    let table = DataFrame::new(
        n_rows,
        vec![
            Series::new("interface".into(), outcomes.interface).into_column(),
            Series::new("first".into(), outcomes.first).into_column(),
            Series::new("failed".into(), outcomes.failed).into_column(),
        ],
    )?;
    let failed = latest_and_count(&table, 1)?;
    let passed = latest_and_count(&table, 0)?;
    let args = JoinArgs::new(JoinType::Left);
    let joined = failed.join(&passed, ["interface"], ["interface"], args, None)?;
    let (interface, count) = (joined.column("interface")?.u32()?, joined.column("failed_count")?.u32()?);
    let (last_failure, last_success) =
        (joined.column("first_max")?.u32()?, joined.column("first_max_right")?.u32()?);
    let mut failing: Vec<u32> = interface
        .iter()
        .zip(count.iter())
        .zip(last_failure.iter().zip(last_success.iter()))
        .filter_map(|((interface, count), (failure, success))| {
            (count? >= min_failures && failure > success).then_some(interface?)
        })
        .collect();
    failing.sort_unstable();
    Ok(failing)
}

/// Returns, for each interface, the latest row with this outcome and the number of such rows.
#[expect(deprecated, reason = "the lazy engine would double the build for two aggregations")]
fn latest_and_count(table: &DataFrame, failed: u32) -> Result<DataFrame, FrameError> {
    let wanted = table.column("failed")?.u32()?.into_no_null_iter().map(|value| value == failed).collect();
    let rows = table.filter(&wanted)?;
    let latest = rows.group_by(["interface"])?.select(["first"]).max()?;
    let counts = rows.group_by(["interface"])?.select(["failed"]).count()?;
    Ok(latest.join(&counts, ["interface"], ["interface"], JoinArgs::new(JoinType::Inner), None)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_after_the_last_failure_clears_an_interface() {
        let rows = [
            (1, 10, 1),
            (1, 20, 1),
            (2, 10, 1),
            (2, 20, 1),
            (2, 30, 0),
            (3, 10, 1),
            (4, 10, 0),
            (5, 5, 0),
            (5, 9, 1),
            (5, 8, 1),
        ];
        let outcomes = Outcomes {
            interface: rows.iter().map(|row| row.0).collect(),
            first: rows.iter().map(|row| row.1).collect(),
            failed: rows.iter().map(|row| row.2).collect(),
        };
        assert_eq!(failing_interfaces(outcomes, 2).unwrap(), [1, 5]);
        assert_eq!(failing_interfaces(Outcomes::default(), 2).unwrap(), [0_u32; 0]);
    }
}
