//! From one Kubernetes version to the next, as EKS takes it.

/// An update stays on its version or goes up by one minor.
///
/// # Errors
/// Why not, in words; also for what is no version.
pub fn version_step(from: &str, to: &str) -> Result<(), String> {
    let (Some(old), Some(new)) = (minor(from), minor(to)) else {
        let strange = if minor(from).is_none() { from } else { to };
        return Err(format!("{strange:?} is no Kubernetes version; one reads like 1.34"));
    };
    match new {
        _ if new.0 != old.0 => Err(format!("EKS goes up one minor at a time; {from} and {to} are further apart")),
        _ if new.1 < old.1 => Err(format!("the cluster runs {from}; EKS does not go back to {to}")),
        _ if new.1 > old.1.saturating_add(1) => {
            let next = old.1.saturating_add(1);
            Err(format!("the cluster runs {from}; EKS goes up one minor at a time, to {}.{next} next", old.0))
        }
        _ => Ok(()),
    }
}

fn minor(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((number(major)?, number(minor)?))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1.33", "1.33", "")]
    #[case("1.33", "1.34", "")]
    #[case("1.9", "1.10", "")]
    #[case("1.33", "1.35", "the cluster runs 1.33; EKS goes up one minor at a time, to 1.34 next")]
    #[case("1.33", "1.32", "the cluster runs 1.33; EKS does not go back to 1.32")]
    #[case("1.10", "1.9", "the cluster runs 1.10; EKS does not go back to 1.9")]
    #[case("1.33", "2.0", "EKS goes up one minor at a time; 1.33 and 2.0 are further apart")]
    #[case("1.33", "latest", "\"latest\" is no Kubernetes version; one reads like 1.34")]
    #[case("1.33", "1.+34", "\"1.+34\" is no Kubernetes version; one reads like 1.34")]
    #[case("", "1.34", "\"\" is no Kubernetes version; one reads like 1.34")]
    fn one_minor_at_a_time_and_never_back(#[case] from: &str, #[case] to: &str, #[case] words: &str) {
        assert_eq!(version_step(from, to).err().unwrap_or_default(), words);
    }
}
