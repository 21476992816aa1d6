//! Files on a cluster's work volume: they are read, and taken away.

use super::{JOB, POD, bare, change, create, on};
use crate::domain::gate::{Change, Propagation, RunChange, Verb, Write};
use crate::domain::provision::{Run, Spec};

/// A clean-up that takes the run's files too. A state that could not be written stays, whatever else goes.
pub fn with_files(mut change: RunChange, run: &Run) -> RunChange {
    let spec = run.spec();
    change.writes.push(create(&JOB, &spec, spec.remover()));
    change.notes.push(match run.outcome() {
        Some(outcome) if outcome.errored_state => {
            format!("the files of run {} stay on the work volume: errored.tfstate is one of them", run.id)
        }
        _ => format!("the files of run {} on the work volume go: plan, logs and outputs", run.id),
    });
    change
}

/// A pod that lies on a cluster's work volume for some minutes and does nothing: commands in it read the runs' files.
pub fn reader(spec: &Spec, name: &str) -> RunChange {
    change(Verb::Read, spec, vec![create(&POD, spec, spec.reader(name))], false, Vec::new())
}

/// Reads a file of the run's folder through the reader.
pub fn read(spec: &Spec, reader: &str, file: &str) -> RunChange {
    let command = vec!["cat".to_owned(), format!("{}/{file}", spec.folder())];
    let exec = on(&POD, spec, reader, Change::Exec { container: "reader".to_owned(), command });
    change(Verb::Read, spec, vec![exec], false, Vec::new())
}

/// The reader goes.
pub fn drop_reader(spec: &Spec, reader: &str) -> RunChange {
    let gone = on(&POD, spec, reader, Change::Delete { propagation: Propagation::Background });
    change(Verb::Read, spec, vec![gone], false, Vec::new())
}

/// A reader that nobody uses any more goes.
pub fn drop_old_reader(namespace: &str, reader: &str) -> RunChange {
    let write = Write {
        resource: POD.resource(),
        namespace: namespace.to_owned(),
        name: reader.to_owned(),
        change: Change::Delete { propagation: Propagation::Background },
        uid: None,
        version: None,
        expects: Vec::new(),
    };
    bare(Verb::Read, vec![write])
}
