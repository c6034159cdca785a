//! The subject of a document: by manifest, by name, by content, or none.

use super::*;
use crate::inventory::recognise::PageExtent;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::Manifest,
    call: "iam list-role-policies",
    prefix: Some("role-policies-"),
    expected_name: Some("role-policies-ROLE.json"),
};

const A: &str = "arn:aws:iam::123456789012:role/a";

fn role(name: &str) -> KnownSubject {
    KnownSubject { name: name.to_owned(), id: format!("arn:aws:iam::123456789012:role/{name}") }
}

fn call(file: &str, subject: Option<&str>) -> SavedCall {
    SavedCall {
        file: file.to_owned(),
        call: CONTRACT.call.to_owned(),
        subject: subject.map(ToOwned::to_owned),
        has_all_pages: true,
        ..SavedCall::default()
    }
}

fn inventory(calls: impl IntoIterator<Item = SavedCall>) -> Inventory {
    Inventory {
        manifest: crate::model::access::Manifest { calls: calls.into_iter().collect(), ..Default::default() },
        ..Inventory::default()
    }
}

/// Finds the subject among roles of these names, and compares it.
fn check(
    calls: &[SavedCall],
    file: &str,
    within: Option<&str>,
    known: &[&str],
    want: Result<&str, UnplacedReason>,
) {
    let known: BTreeSet<KnownSubject> = known.iter().map(|name| role(name)).collect();
    let mut inventory = inventory(calls.to_vec());
    let found = inventory.subject_of(&CONTRACT, file, within, &known);
    assert_eq!(found.as_deref(), want.as_ref().ok().copied(), "{file} {within:?}");
    let reasons: Vec<UnplacedReason> = inventory.unplaced.into_iter().map(|one| one.reason).collect();
    assert_eq!(reasons, want.err().into_iter().collect::<Vec<_>>(), "{file} {within:?}");
}

#[test]
fn the_name_of_the_file_is_compared_with_the_known_subjects() {
    let by_name = |file: &str, known: &[&str], want| check(&[], file, None, known, want);
    by_name("m/role-policies-a.json", &["a", "b"], Ok(A));
    by_name("role-policies-a.JSON", &["a"], Ok(A));
    by_name("m\\role-policies-a.json.gz", &["a"], Ok(A));
    by_name("role-policies-a", &["a"], Ok(A));
    by_name("role-policies-c.json", &["a", "b"], Err(UnplacedReason::UnknownName));
    by_name("role-policies-A.json", &["a"], Err(UnplacedReason::UnknownName));
    by_name("attached-role-policies-a.json", &["a"], Err(UnplacedReason::NotNamed));
    by_name("role-policies-.json", &["a"], Err(UnplacedReason::NotNamed));
    by_name("role-policies-a/b.json", &["a"], Err(UnplacedReason::NotNamed));
    by_name("", &["a"], Err(UnplacedReason::NotNamed));
}

#[test]
fn replaced_characters_may_fit_two_subjects() {
    let both = ["a+b", "a=b"].map(|name| role(name).id).to_vec();
    check(&[], "role-policies-a-b.json", None, &["a+b"], Ok(&both[0]));
    check(
        &[],
        "role-policies-a-b.json",
        None,
        &["a+b", "a=b"],
        Err(UnplacedReason::SeveralSubjects(both.clone())),
    );
    let calls = [call("role-policies-a-b.json", Some(&both[1]))];
    check(&calls, "role-policies-a-b.json", None, &["a+b", "a=b"], Ok(&both[1]));
}

#[test]
fn hostile_names_are_names() {
    assert_eq!(file_form("../../etc/ü\n\"$(id)\u{202e}"), "..-..-etc------id--");
    let hostile = "../../etc/passwd";
    check(&[], "role-policies-..-..-etc-passwd.json", None, &[hostile], Ok(&role(hostile).id));
    check(&[], "role-policies-../../etc/passwd.json", None, &[hostile], Err(UnplacedReason::NotNamed));
    check(&[], "role-policies-\u{202e}.json", None, &["\u{202e}"], Err(UnplacedReason::UnknownName));
}

#[test]
fn the_manifest_beside_the_file_decides() {
    let of = |file: &str, subject: &str| call(file, Some(subject));
    check(&[of("m/x.json", A)], "m/x.json", None, &[], Ok(A));
    check(&[of("m/x.json", A)], "m/x.json.gz", None, &[], Ok(A));
    check(&[of("m/role-policies-b.json", A)], "m/role-policies-b.json", None, &["a", "b"], Ok(A));
    check(&[of("m/role-policies-b.json", A)], "n/role-policies-b.json", None, &["b"], Ok(&role("b").id));
    check(&[call("m/role-policies-a.json", None)], "m/role-policies-a.json", None, &["a"], Ok(A));
    let failed = SavedCall {
        exit_code: Some(254),
        error: Some("AccessDenied".into()),
        ..of("role-policies-b.json", A)
    };
    check(&[failed], "role-policies-b.json", None, &["b"], Ok(&role("b").id));
}

#[test]
fn a_manifest_that_contradicts_decides_nothing() {
    let refused = |calls: &[SavedCall], within| {
        check(calls, "role-policies-a.json", within, &["a", "b"], Err(UnplacedReason::Contradiction));
    };
    let of = |subject: &str| call("role-policies-a.json", Some(subject));
    refused(&[of(A), of(&role("b").id)], None);
    refused(&[SavedCall { call: "iam list-user-policies".to_owned(), ..of(A) }], None);
    refused(&[of(A)], Some("b"));
    refused(&[of(A)], Some(&role("b").id));
    check(&[of(A)], "role-policies-a.json", Some("a"), &["a"], Ok(A));
    check(&[of(A)], "role-policies-a.json", Some("role/a"), &["a"], Ok(A));
    let later = SavedCall { saved_at: Some(crate::model::time::Timestamp(9)), ..of(A) };
    check(&[of(A), later], "role-policies-a.json", None, &[], Ok(A));
}

#[test]
fn a_document_may_name_its_subject_itself() {
    check(&[], "all.json", Some("a"), &["a", "b"], Ok(A));
    check(&[], "role-policies-b.json", Some(A), &["a", "b"], Ok(A));
    check(&[], "all.json", Some(A), &[], Ok(A));
    check(&[], "all.json", Some("a"), &["b"], Err(UnplacedReason::UnknownName));
}

#[test]
fn a_whole_list_was_read_and_has_no_filter() {
    let listed = |change: fn(&mut SavedCall), read: fn(&mut FilesRead)| {
        let mut saved = SavedCall { call: "ec2 describe-subnets".to_owned(), ..call("m/subnets.json", None) };
        change(&mut saved);
        let mut files = FilesRead::default();
        files.page("m/subnets.json", DocumentKind::Subnets, PageExtent::Last);
        read(&mut files);
        inventory([saved]).whole_lists(&files).len()
    };
    assert_eq!(listed(|_| {}, |_| {}), 1);
    assert_eq!(listed(|saved| saved.filters.push("x".to_owned()), |_| {}), 0);
    assert_eq!(listed(|saved| saved.has_all_pages = false, |_| {}), 0);
    assert_eq!(listed(|saved| saved.exit_code = Some(254), |_| {}), 0);
    assert_eq!(listed(|saved| saved.file = "n/subnets.json".to_owned(), |_| {}), 0);
    assert_eq!(listed(|saved| saved.call = "ec2 describe-vpcs".to_owned(), |_| {}), 0);
    assert_eq!(listed(|_| {}, |files| files.damage("m/subnets.json")), 0);
    let continued =
        |files: &mut FilesRead| files.page("m/subnets.json", DocumentKind::Subnets, PageExtent::Continued);
    assert_eq!(listed(|_| {}, continued), 0, "the manifest contradicts the document");
}

#[test]
fn the_last_page_is_in_the_same_folder() {
    let mut files = FilesRead::default();
    files.page("m/1.json", DocumentKind::Subnets, PageExtent::Continued);
    files.page("n/2.json", DocumentKind::Subnets, PageExtent::Last);
    assert!(files.is_cut("m/1.json", DocumentKind::Subnets));
    assert!(!files.is_cut("n/2.json", DocumentKind::Subnets));
    files.page("m/2.json", DocumentKind::Subnets, PageExtent::Last);
    assert!(!files.is_cut("m/1.json", DocumentKind::Subnets));
}
