//! IAM principals as access entries name them.

/// Why a text cannot be the principal of an access entry; `None` if it can.
pub fn problem(arn: &str) -> Option<String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let wanted = "arn:aws:iam::ACCOUNT:role/NAME or arn:aws:iam::ACCOUNT:user/NAME";
    let ["arn", _, service, _, account, resource] = parts.as_slice() else {
        return Some(format!("a principal is {wanted}"));
    };
    if *service == "sts" {
        let role = entry_principal(arn);
        return Some(format!("{arn} is a session: an access entry names its role, {role}"));
    }
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_named =
        ["role/", "user/"].iter().any(|kind| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
    (*service != "iam" || !is_account || !is_named).then(|| format!("a principal is {wanted}"))
}

/// The role behind a session (`arn:aws:sts::A:assumed-role/R/S` → `arn:aws:iam::A:role/R`); any other ARN as it is. A
/// session does not tell its role's path.
pub fn entry_principal(caller: &str) -> String {
    session(caller).map_or_else(
        || caller.to_owned(),
        |(partition, account, role)| format!("arn:{partition}:iam::{account}:role/{role}"),
    )
}

/// Whether an entry is the caller's. A role's path is left out of account, since a session does not tell it.
pub fn is_own(entry: &str, caller: &str) -> bool {
    let Some((_, account, role)) = session(caller) else { return entry == caller };
    let parts: Vec<&str> = entry.splitn(6, ':').collect();
    let [_, _, "iam", _, owner, resource] = parts.as_slice() else { return false };
    let name = resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    *owner == account && name == Some(role)
}

/// Partition, account and role of a session's ARN.
fn session(arn: &str) -> Option<(&str, &str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "sts", _, account, resource] = parts.as_slice() else { return None };
    let (role, _) = resource.strip_prefix("assumed-role/")?.split_once('/')?;
    Some((partition, account, role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_its_role() {
        let session = "arn:aws:sts::222222222222:assumed-role/eksdeck/me";
        assert_eq!(entry_principal(session), "arn:aws:iam::222222222222:role/eksdeck");
        assert!(is_own("arn:aws:iam::222222222222:role/team/eksdeck", session));
        assert!(!is_own("arn:aws:iam::111111111111:role/eksdeck", session));
        assert!(!is_own("arn:aws:iam::222222222222:user/eksdeck", session));
        assert!(is_own("arn:aws:iam::111111111111:user/sre", "arn:aws:iam::111111111111:user/sre"));
    }

    #[test]
    fn what_is_no_principal_is_told_with_what_is() {
        assert_eq!(problem("arn:aws:iam::111111111111:role/a/b"), None);
        assert_eq!(problem("arn:aws-us-gov:iam::111111111111:user/x"), None);
        for wrong in
            ["sre", "arn:aws:iam::111:user/sre", "arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:user/"]
        {
            assert!(problem(wrong).unwrap().contains("a principal is arn:"), "{wrong}");
        }
        let session = problem("arn:aws:sts::222222222222:assumed-role/eksdeck/me").unwrap();
        assert!(session.contains("its role, arn:aws:iam::222222222222:role/eksdeck"), "{session}");
    }
}
