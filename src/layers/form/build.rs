//! The forms that there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Form, FormField, FormFor, FormStage};
use crate::domain::field::FieldKind;
use crate::domain::ids::ClusterId;
use crate::domain::manifest::scalar::is_printable;
use crate::domain::template::{Template, Values};

/// Given to every namespace by the server, which does not let it be changed.
const SERVER_LABEL: &str = "kubernetes.io/metadata.name";

/// What a form of a template knows beforehand.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Where the object goes unless something else is typed.
    pub namespace: Arc<str>,
    /// Labels that objects of the namespace carry, as `key=value`.
    pub labels: Vec<String>,
    /// The CronJobs of the namespace.
    pub cronjobs: Vec<String>,
    /// What tells the new object's name from the next one's.
    pub suffix: String,
}

impl Form {
    /// The form that a template declares. `place` names the cluster in the title.
    pub fn for_template(template: &Arc<Template>, cluster: ClusterId, place: &str, known: Known) -> Self {
        let field = |declared: &crate::domain::template::Field| {
            let default = match declared.kind {
                FieldKind::Namespace => known.namespace.to_string(),
                FieldKind::Labels if declared.default.is_empty() => known.labels.join(", "),
                _ => template.default_of(declared, &Values::new(), &known.suffix),
            };
            let kind = match &declared.kind {
                FieldKind::CronJob if !known.cronjobs.is_empty() => FieldKind::Choice(known.cronjobs.clone()),
                kind => kind.clone(),
            };
            let mut field = FormField::new(&declared.id, &declared.label, kind, &default).help(&declared.help);
            (field.kind, field.optional) = (declared.kind.clone(), declared.optional);
            // Labels are added to, not typed over.
            field.is_fresh &= declared.kind != FieldKind::Labels;
            field
        };
        let mut form = Self {
            title: format!("{} \u{b7} {place}/{}", template.title, known.namespace),
            fields: template.fields.iter().map(field).collect(),
            purpose: FormFor::Template { template: template.clone(), cluster, namespace: known.namespace },
            focus: 0,
            suffix: known.suffix,
            tried: false,
            cronjob: None,
            stage: FormStage::Filled,
        };
        form.follow();
        form
    }

    /// A new namespace. `keys` are the label keys of team and cost center that the configuration names.
    pub fn for_namespace(cluster: ClusterId, place: &str, keys: [String; 2], taken: BTreeSet<Arc<str>>) -> Self {
        let environments = ["none", "production", "staging", "development", "other"].map(str::to_owned).to_vec();
        let value = |id: &str, label: &str| label_value(id, label).optional();
        let quantity = |id: &str, label: &str| FormField::new(id, label, FieldKind::Quantity, "").optional();
        let count = |id: &str, label: &str| {
            FormField::new(id, label, FieldKind::Integer { least: 0, most: i64::MAX }, "").optional()
        };
        let quota = "Together, for everything in the namespace. Empty: no limit.";
        let each = "What a container gets that asks for none. Empty: nothing.";
        let fields = vec![
            FormField::new("name", "Name", FieldKind::Namespace, "")
                .help("Lower-case letters, digits and dashes, at most 63."),
            value("team", "Team").help(&format!("The label {}.", keys[0])),
            value("cost-center", "Cost center").help(&format!("The label {}.", keys[1])),
            FormField::new("environment", "Environment", FieldKind::Choice(environments), "none")
                .help("The label environment; how hard a delete asks goes by it."),
            label_value("environment-other", "  named").shown_if("environment", "other"),
            quantity("cpu", "Quota CPU").help(quota),
            quantity("memory", "Quota memory").help(quota),
            count("pods", "Quota pods").help("At the same time. Empty: no limit."),
            count("jobs", "Quota Jobs")
                .help("Jobs that are there, ended ones too (count/jobs.batch). Empty: no limit."),
            quantity("default-cpu", "Default CPU").help(each),
            quantity("default-memory", "Default memory").help(each),
        ];
        let purpose = FormFor::Namespace { cluster, taken, keys };
        Self {
            title: format!("new namespace \u{b7} {place}"),
            purpose,
            fields,
            focus: 0,
            suffix: String::new(),
            tried: false,
            cronjob: None,
            stage: FormStage::Filled,
        }
    }

    /// The labels of a namespace, a line each, and a blank one for the next.
    pub fn for_labels(cluster: ClusterId, place: &str, namespace: Arc<str>, labels: &[(String, String)]) -> Self {
        let before: Vec<_> = labels.iter().filter(|(key, _)| key != SERVER_LABEL).cloned().collect();
        let mut fields: Vec<_> = before.iter().map(|(key, value)| label_line(&format!("{key}={value}"))).collect();
        fields.push(label_line(""));
        Self {
            title: format!("labels \u{b7} {place}/{namespace}"),
            purpose: FormFor::Labels { cluster, namespace, before },
            focus: 0,
            fields,
            suffix: String::new(),
            tried: false,
            cronjob: None,
            stage: FormStage::Filled,
        }
    }
}

/// A line of the labels' form: what stands there is edited, not typed over.
pub fn label_line(text: &str) -> FormField {
    let label = if text.is_empty() { "add" } else { "label" };
    let help = "key=value. An emptied line takes the label away.";
    // A server's text: what cannot be typed is not drawn either.
    let text: String = text.chars().filter(|char| is_printable(*char)).collect();
    FormField { is_fresh: false, ..FormField::new("label", label, FieldKind::Label, &text).help(help) }
}

fn label_value(id: &str, label: &str) -> FormField {
    FormField::new(id, label, FieldKind::LabelValue, "")
}
