use rstest::rstest;

use super::fixture::*;
use super::*;
use crate::domain::terraform::plan::lines;

/// The row of a change by its address.
fn row_of(page: &PlanPage, address: &str) -> Row {
    let place = page.plan.changes.iter().position(|change| &*change.address == address).unwrap();
    Row::Thing(Holder::Change(place))
}

fn go(page: &mut PlanPage, row: Row) {
    let place = page.rows.iter().position(|other| *other == row).unwrap_or_else(|| panic!("{row:?} is not shown"));
    page.act(PlanAction::To(place), 20);
}

fn module(page: &PlanPage, wanted: &str) -> Row {
    let is_it = |entry: &Entry| matches!(entry, Entry::Module { address, .. } if &**address == wanted);
    Row::Module(page.tree.entries().iter().position(is_it).unwrap())
}

fn things(page: &PlanPage) -> Vec<&str> {
    let of = |row: &Row| match row {
        Row::Thing(Holder::Output(place)) => Some(page.plan.outputs[*place].name.as_str()),
        Row::Thing(holder) => page.change(*holder).map(|change| &*change.address),
        _ => None,
    };
    page.rows.iter().filter_map(of).collect()
}

#[test]
fn what_is_lost_comes_first_and_leads_to_its_place() {
    let mut page = page();
    let lost: Vec<&str> = page.lost.iter().map(|place| &*page.plan.changes[*place].address).collect();
    assert_eq!(lost, [SPOT, "module.data.aws_s3_bucket.old", "aws_security_group.nodes"]);
    let first = page.rows.iter().position(|row| *row == Row::Group(Group::Lost)).unwrap();
    assert!(page.rows[..first].iter().all(|row| matches!(row, Row::Note(_))));
    page.act(PlanAction::FoldAll, 20);
    assert!(!things(&page).contains(&SPOT), "its module is folded");
    let Row::Thing(Holder::Change(place)) = row_of(&page, SPOT) else { panic!("a change") };
    go(&mut page, Row::Lost(place));
    page.act(PlanAction::Toggle, 20);
    assert_eq!((page.selected(), page.selected_address()), (Some(row_of(&page, SPOT)), Some(SPOT)));
    assert!(told(&page).contains("forces replacement"), "it is unfolded");
}

#[test]
fn much_that_is_lost_is_shortened_and_told_when_asked() {
    let mut page = PlanPage::new(plan(&large(1_000)), head());
    assert!(told(&page).contains("20 resources are destroyed:") && told(&page).contains("and 15 more"));
    go(&mut page, Row::LostMore);
    page.act(PlanAction::Unfold, 20);
    assert_eq!(page.rows.iter().filter(|row| matches!(row, Row::Lost(_))).count(), 20);
    assert!(matches!(page.selected(), Some(Row::Lost(_))), "the cursor is where more came");
    page.act(PlanAction::Fold, 20);
    assert_eq!(page.selected(), Some(Row::Group(Group::Lost)));
    page.act(PlanAction::Fold, 20);
    assert_eq!(page.rows.iter().filter(|row| matches!(row, Row::Lost(_))).count(), 5);
}

#[test]
fn modules_fold_with_all_that_is_in_them() {
    let mut page = page();
    let cluster = module(&page, "module.cluster");
    assert!(things(&page).contains(&QUEUE));
    go(&mut page, cluster);
    page.act(PlanAction::Fold, 20);
    assert!(!things(&page).contains(&QUEUE) && !things(&page).contains(&CLUSTER));
    assert_eq!(page.selected(), Some(cluster));
    page.act(PlanAction::Toggle, 20);
    assert!(things(&page).contains(&QUEUE));
    let row = row_of(&page, QUEUE);
    go(&mut page, row);
    page.act(PlanAction::Fold, 20);
    assert_eq!(page.selected(), Some(module(&page, "module.cluster.module.karpenter[\"a.b\"]")), "left goes outwards");
}

#[test]
fn a_change_unfolds_to_its_attributes_and_a_long_value_to_its_lines() {
    let mut page = page();
    let row = row_of(&page, ROLE);
    go(&mut page, row);
    page.act(PlanAction::Unfold, 20);
    page.act(PlanAction::Unfold, 20);
    let Some(row @ Row::Attribute(holder, 0)) = page.selected() else { panic!("{:?}", page.selected()) };
    page.act(PlanAction::Toggle, 20);
    assert!(page.rows.contains(&Row::Part(holder, 0, 3)));
    let text = told(&page);
    assert!(text.contains("-         \"eks:List*\",") && text.contains("+         \"eks:DescribeCluster\","), "{text}");
    go(&mut page, Row::Part(holder, 0, 3));
    page.act(PlanAction::Toggle, 20);
    assert_eq!(page.selected(), Some(row), "folding takes the cursor to what was folded");
    page.act(PlanAction::FoldAll, 20);
    assert_eq!(page.selected(), Some(module(&page, "module.cluster")));
    assert!(!page.rows.iter().any(|row| matches!(row, Row::Attribute(..))));
}

#[test]
fn the_one_small_attribute_stands_on_the_row() {
    let text = told(&page());
    let row = text.lines().find(|line| line.contains("aws_eks_cluster.this")).unwrap();
    assert!(row.contains("~ update") && row.contains("version 1.33 → 1.34"), "{row}");
    let row = text.lines().find(|line| line.contains("aws_instance.jump")).unwrap();
    assert!(row.contains("4 attributes: tags.team"), "{row}");
}

#[rstest]
#[case(ActionKind::Destroy, &["module.data.aws_s3_bucket.old"])]
#[case(ActionKind::Replace, &["aws_security_group.nodes", SPOT])]
#[case(ActionKind::Create, &[QUEUE, GPU, "token"])]
#[case(ActionKind::Move, &["aws_subnet.a"])]
#[case(ActionKind::Import, &["aws_vpc.main"])]
#[case(ActionKind::Forget, &["aws_ecr_repository.keep"])]
#[case(ActionKind::Read, &["data.aws_ami.node"])]
#[case(ActionKind::Other, &["aws_thing.later"])]
fn a_kind_is_kept_alone(#[case] kind: ActionKind, #[case] wanted: &[&str]) {
    let mut page = page();
    page.act(PlanAction::FoldAll, 20);
    page.act(PlanAction::Only(Some(kind)), 20);
    assert_eq!(things(&page), wanted, "folded modules or not");
    page.act(PlanAction::Only(None), 20);
    assert!(!things(&page).contains(&QUEUE), "what was folded before is folded again");
}

#[test]
fn kinds_are_gone_through_and_come_round() {
    let mut page = page();
    let mut seen = Vec::new();
    loop {
        page.act(PlanAction::CycleOnly, 20);
        match page.only() {
            Some(kind) => seen.push(kind),
            None => break,
        }
        assert!(!things(&page).is_empty(), "{seen:?}");
    }
    assert_eq!(seen, [ActionKind::ALL[..9].to_vec()].concat());
}

#[test]
fn words_filter_addresses_types_and_unfolded_attributes() {
    let mut page = page();
    let filtered = |page: &mut PlanPage, text: &str| {
        page.act(PlanAction::Filter(text.to_owned()), 20);
        things(page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(filtered(&mut page, "NODE_group spot"), [SPOT]);
    assert!(filtered(&mut page, "user_data").is_empty());
    filtered(&mut page, "");
    let row = row_of(&page, "aws_instance.jump");
    go(&mut page, row);
    page.act(PlanAction::Unfold, 20);
    assert_eq!(filtered(&mut page, "user_data"), ["aws_instance.jump"]);
    assert_eq!(filtered(&mut page, "main db"), ["module.data.aws_db_instance.main"; 2], "a change, and its drift");
}

#[test]
fn the_cursor_stays_on_its_row_through_folds_and_filters() {
    let mut page = page();
    let row = row_of(&page, GPU);
    go(&mut page, row);
    page.act(PlanAction::Filter("node_group".to_owned()), 20);
    assert_eq!(page.selected_address(), Some(GPU));
    page.act(PlanAction::UnfoldAll, 20);
    assert_eq!(page.selected_address(), Some(GPU));
    page.act(PlanAction::Filter(String::new()), 20);
    assert_eq!(page.selected_address(), Some(GPU));
    page.act(PlanAction::Filter("karpenter".to_owned()), 20);
    assert!(page.selected().is_some() && page.selected_address() != Some(GPU));
    page.act(PlanAction::Filter(String::new()), 20);
    page.act(PlanAction::FoldAll, 20);
    page.act(PlanAction::End, 20);
    assert_eq!(page.cursor + 1, page.len());
}

#[test]
fn a_search_goes_from_one_to_the_next_and_hides_nothing() {
    let mut page = page();
    page.act(PlanAction::FoldAll, 20);
    let before = page.len();
    page.act(PlanAction::Search("karpenter".to_owned()), 20);
    assert_eq!(page.selected_address(), Some("module.cluster.module.karpenter[\"a.b\"]"));
    page.act(PlanAction::Next, 20);
    assert_eq!(page.selected_address(), Some(QUEUE), "folded modules are opened on the way");
    assert!(page.len() > before && told(&page).contains("search karpenter 2 of 2"));
    page.act(PlanAction::Next, 20);
    assert_eq!(page.selected_address(), Some("module.cluster.module.karpenter[\"a.b\"]"), "round the end");
    page.act(PlanAction::Previous, 20);
    assert_eq!(page.selected_address(), Some(QUEUE));
    page.act(PlanAction::Search("VPC-0a1b".to_owned()), 20);
    assert_eq!(page.selected_address(), Some("aws_vpc.main"));
    page.act(PlanAction::Search("nowhere".to_owned()), 20);
    assert_eq!(page.selected_address(), Some("aws_vpc.main"));
    assert!(told(&page).contains("not found"));
    page.act(PlanAction::Search(String::new()), 20);
    assert!(!told(&page).contains("search nowhere"));
}

#[test]
fn destroyed_things_are_gone_to_in_turn() {
    let mut page = page();
    page.act(PlanAction::FoldAll, 20);
    let mut seen = Vec::new();
    for _ in 0..4 {
        page.act(PlanAction::NextDestroyed, 20);
        seen.push(page.selected_address().unwrap().to_owned());
    }
    assert_eq!(seen, ["aws_security_group.nodes", "module.data.aws_s3_bucket.old", SPOT, "aws_security_group.nodes"]);
    page.act(PlanAction::Only(Some(ActionKind::Create)), 20);
    page.act(PlanAction::NextDestroyed, 20);
    assert!(told(&page).contains("nothing that is shown is destroyed"));
}

#[test]
fn pages_keep_the_cursor_in_sight() {
    let mut page = PlanPage::new(plan(&large(400)), head());
    page.act(PlanAction::UnfoldAll, 10);
    page.act(PlanAction::Home, 10);
    for (action, cursor) in [
        (PlanAction::Page(1), 9),
        (PlanAction::Step(3), 12),
        (PlanAction::Page(-1), 3),
        (PlanAction::Step(-9), 0),
        (PlanAction::To(usize::MAX), page.len() - 1),
    ] {
        page.act(action, 10);
        assert_eq!(page.cursor, cursor);
        assert!((page.offset..page.offset + 10).contains(&page.cursor), "{} {}", page.offset, page.cursor);
    }
    assert!(!lines(page.plan()).is_empty());
}

#[test]
fn what_is_told_later_stands_beside_the_resources_and_among_the_notes() {
    let mut page = page();
    page.act(PlanAction::UnfoldAll, 20);
    page.act(PlanAction::Step(9), 20);
    let (before, selected) = (page.len(), page.selected());
    page.add(&["adds ~$215 a month".to_owned()], [(GPU.to_owned(), "+ 2 nodes, about $142 a month".to_owned())].into());
    assert_eq!((page.len(), page.selected()), (before + 1, selected));
    let text = told(&page);
    assert!(text.contains("adds ~$215 a month") && text.contains("+ 2 nodes, about $142 a month"), "{text}");
}
