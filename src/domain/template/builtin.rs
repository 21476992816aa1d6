//! The templates that ship with the program.

use std::sync::Arc;

use super::{Broken, Templates, parse};

const FILES: [(&str, &str); 7] = [
    ("plain", include_str!("../../../assets/templates/job.yaml")),
    ("parallel", include_str!("../../../assets/templates/parallel.yaml")),
    ("indexed", include_str!("../../../assets/templates/indexed.yaml")),
    ("volume", include_str!("../../../assets/templates/volume.yaml")),
    ("cronjob", include_str!("../../../assets/templates/cronjob.yaml")),
    ("from-cronjob", include_str!("../../../assets/templates/from-cronjob.yaml")),
    ("debug-pod", include_str!("../../../assets/templates/debug-pod.yaml")),
];

/// The templates that ship, in the order of the picker.
pub fn builtin() -> Templates {
    let mut templates = Templates::default();
    for (name, text) in FILES {
        match parse(name, text) {
            Ok(template) => templates.all.push(Arc::new(template)),
            Err(error) => templates.broken.push(Broken { name: name.into(), file: name.to_owned(), error }),
        }
    }
    templates
}
