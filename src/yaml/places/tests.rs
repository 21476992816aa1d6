use rstest::rstest;

use super::super::field_path::field_path;
use super::*;

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: settle
  labels: {app.kubernetes.io/name: x, \"b\": y}
spec:
  template:
    spec:
      containers:
      - name: main
        image: busybox
        args: [a, [b, c], {d: e}]
        script: |
          key: not one
      -
        name: side
      restartPolicy: Never
  tail: 1
";

fn found(text: &str, path: &str) -> Option<(usize, usize, bool)> {
    let places = Places::of(text.lines(), 0);
    places.find(&field_path(path)).map(|(node, exact)| (node.place.line, node.place.column, exact))
}

#[rstest]
#[case("kind", 1, 0, true)]
#[case("metadata.labels[app.kubernetes.io/name]", 4, 11, true)]
#[case("metadata.labels.app.kubernetes.io/name", 4, 11, true)]
#[case("metadata.labels.b", 4, 38, true)]
#[case("spec.template.spec.containers[0].image", 10, 8, true)]
#[case("spec.template.spec.containers[0].args[1][1]", 11, 22, true)]
#[case("spec.template.spec.containers[0].args[2].d", 11, 27, true)]
#[case("spec.template.spec.containers[0].script.key", 12, 8, false)]
#[case("spec.template.spec.containers[1].name", 15, 8, true)]
#[case("spec.template.spec.containers[name=\"side\"].name", 15, 8, true)]
#[case("spec.template.spec.containers[2]", 8, 6, false)]
#[case("spec.template.spec.restartPolicy", 16, 6, true)]
#[case("spec.tail", 17, 2, true)]
fn finds_places(#[case] path: &str, #[case] line: usize, #[case] column: usize, #[case] exact: bool) {
    assert_eq!(found(JOB, path), Some((line, column, exact)));
}

#[test]
fn a_text_that_does_not_parse_has_places() {
    let text = "a:\n    b: 1\n  c: 2\nd: [1, {e: 2\nf: \"open\n";
    assert_eq!(found(text, "a.b"), Some((1, 4, true)));
    assert_eq!(found(text, "a.c"), Some((2, 2, true)));
    assert_eq!(found(text, "d[1].e"), Some((3, 8, true)));
    assert_eq!(found(text, "nothing"), None);
}
