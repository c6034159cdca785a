//! Laws of remedies.

use proptest::prelude::*;

use crate::path::configured::{ConfiguredPath, Request};
use crate::path::fixture::{World, shown};
use crate::path::laws::{request, world};
use crate::path::query::Query;
use crate::path::remedy::extract::extract;
use crate::path::{Change, evaluate, remedy};

fn paths_with(world: &World, changes: &[Change], requests: &[Request]) -> Vec<ConfiguredPath> {
    let mut changed = world.clone();
    for change in changes {
        change.apply(&mut changed.inventory, &mut changed.sender);
    }
    requests.iter().map(|request| evaluate(&changed.inventory, &changed.sender, request)).collect()
}

fn is_open(paths: &[ConfiguredPath]) -> bool {
    paths.iter().all(ConfiguredPath::is_open)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_verified_remedy_opens_every_path(
        world in world(),
        requests in prop::collection::vec(request(), 1..4),
    ) {
        let remedy = remedy(&world.inventory, &world.sender, &requests);
        let after = paths_with(&world, &remedy.changes, &requests);
        prop_assert_eq!(remedy.is_verified, is_open(&after) && !remedy.changes.is_empty());
        prop_assert_eq!(
            remedy.remaining.is_empty(),
            after.iter().all(|path| path.denials().next().is_none())
        );
    }

    #[test]
    fn every_change_is_needed(world in world(), requests in prop::collection::vec(request(), 1..4)) {
        let remedy = remedy(&world.inventory, &world.sender, &requests);
        let all = paths_with(&world, &remedy.changes, &requests);
        for at in 0..remedy.changes.len() {
            let mut fewer = remedy.changes.clone();
            fewer.remove(at);
            let without = paths_with(&world, &fewer, &requests);
            prop_assert!(!remedy.is_verified || !is_open(&without));
            prop_assert!(without != all, "{:?} changes nothing", remedy.changes[at]);
        }
    }

    #[test]
    fn an_extract_gives_the_path_of_the_whole(world in world(), request in request()) {
        let part = extract(&world.inventory, &world.sender, &[Query::from(&request)]);
        let (whole, part) =
            (evaluate(&world.inventory, &world.sender, &request), evaluate(&part, &world.sender, &request));
        prop_assert_eq!(shown(&whole), shown(&part));
    }

    #[test]
    fn commands_are_one_line_of_plain_words(world in world(), request in request()) {
        for change in remedy(&world.inventory, &world.sender, &[request]).changes {
            let command = change.command().unwrap_or_default();
            prop_assert!(!command.contains(['\n', ';', '`', '$', '"', '|', '&', '<', '>']), "{command}");
            prop_assert!(!change.text().ends_with('.'));
        }
    }
}
