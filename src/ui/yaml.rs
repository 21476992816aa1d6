//! The theme's role of each part of YAML.

use super::theme::Role;
use crate::yaml::Role as YamlRole;

pub fn yaml_role(role: YamlRole) -> Role {
    match role {
        YamlRole::Key => Role::YamlKey,
        YamlRole::String => Role::YamlString,
        YamlRole::Number => Role::YamlNumber,
        YamlRole::Bool => Role::YamlBool,
        YamlRole::Null => Role::YamlNull,
        YamlRole::Comment => Role::YamlComment,
        YamlRole::Punctuation => Role::YamlPunctuation,
        YamlRole::Anchor => Role::YamlAnchor,
        YamlRole::Error => Role::Broken,
    }
}
