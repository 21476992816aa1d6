//! IAM principals as access entries name them.

use crate::domain::aws::arn::{Arn, is_account, principal, role_name};

/// Why a text cannot be the principal of an access entry; `None` if it can.
pub fn problem(arn: &str) -> Option<String> {
    let wanted = "arn:aws:iam::ACCOUNT:role/NAME or arn:aws:iam::ACCOUNT:user/NAME";
    let Some(Arn { service, account, resource, .. }) = Arn::parse(arn) else {
        return Some(format!("a principal is {wanted}"));
    };
    if service == "sts" {
        let role = principal(arn);
        return Some(format!("{arn} is a session: an access entry names its role, {role}"));
    }
    let is_named =
        ["role/", "user/"].iter().any(|kind| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
    (service != "iam" || !is_account(&account) || !is_named).then(|| format!("a principal is {wanted}"))
}

/// Whether an entry is the caller's. A role's path is left out of account, since a session does not tell it.
pub fn is_own(entry: &str, caller: &str) -> bool {
    let account = |arn: &str| Arn::parse(arn).map(|arn| arn.account);
    let is_session = principal(caller) != caller;
    let same_role = || role_name(entry) == role_name(caller) && account(entry) == account(caller);
    entry == caller || is_session && same_role()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_its_role() {
        let session = "arn:aws:sts::222222222222:assumed-role/eksdeck/me";
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
