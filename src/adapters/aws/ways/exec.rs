//! Kubeconfigs that log in with `aws eks get-token`: the token is made here, and no program is run.

use std::sync::Arc;

use futures::FutureExt;
use secrecy::ExposeSecret;

use super::iam::fresh;
use crate::adapters::aws::login::Aws;
use crate::adapters::kube::{ExecSettings, StandIn, Supply};
use crate::domain::aws::login::LoginKey;
use crate::domain::health::Trouble;

/// What a plugin's arguments ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    cluster: String,
    region: Option<String>,
    login: LoginKey,
}

impl StandIn for Aws {
    fn supply(&self, exec: &ExecSettings) -> Option<Supply> {
        let wanted = wanted(exec)?;
        let login = self.login(&wanted.login);
        Some(Supply(Arc::new(move || {
            let (login, wanted) = (login.clone(), wanted.clone());
            async move {
                let region = match wanted.region {
                    Some(region) => region,
                    None => login.region().await.ok_or_else(|| {
                        Trouble::new("the kubeconfig's `aws eks get-token` names no region, nor does the environment")
                            .with_remedy("export AWS_REGION=…")
                    })?,
                };
                fresh(&login, &wanted.cluster, &region).await
            }
            .boxed()
        })))
    }
}

/// `None` for anything that is not wholly understood: that is run as it stands.
fn wanted(exec: &ExecSettings) -> Option<Wanted> {
    let (program, args) = exec.argv.split_first()?;
    if program.rsplit('/').next() != Some("aws") {
        return None;
    }
    let (mut words, mut cluster, mut region, mut profile, mut role) = (Vec::new(), None, None, None, None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(flag) = arg.strip_prefix("--") else {
            words.push(arg.as_str());
            continue;
        };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (flag, args.next()?.clone()),
        };
        let place = match name {
            "cluster-name" => &mut cluster,
            "region" => &mut region,
            "profile" => &mut profile,
            "role-arn" => &mut role,
            "output" => continue,
            _ => return None,
        };
        *place = Some(value);
    }
    if words != ["eks", "get-token"] {
        return None;
    }
    for (name, value) in &exec.env {
        let value = value.expose_secret().to_owned();
        match name.as_str() {
            "AWS_PROFILE" | "AWS_DEFAULT_PROFILE" => profile = profile.or(Some(value)),
            "AWS_REGION" | "AWS_DEFAULT_REGION" => region = region.or(Some(value)),
            "AWS_STS_REGIONAL_ENDPOINTS" | "AWS_DEFAULT_OUTPUT" | "AWS_PAGER" => {}
            _ => return None,
        }
    }
    let login = LoginKey { profile, role: None };
    let login = role.map_or(login.clone(), |role| login.with_role(&role, None));
    Some(Wanted { cluster: cluster?, region, login })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exec(line: &str, env: &[(&str, &str)]) -> ExecSettings {
        ExecSettings {
            user: "ann".into(),
            api_version: "client.authentication.k8s.io/v1beta1".into(),
            argv: line.split_whitespace().map(str::to_owned).collect(),
            env: env.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
            install_hint: None,
            cluster_info: None,
        }
    }

    #[test]
    fn what_update_kubeconfig_writes_is_understood() {
        let line = "aws --region eu-west-1 eks get-token --cluster-name payments --output json";
        let found = wanted(&exec(line, &[("AWS_PROFILE", "sre")])).unwrap();
        assert_eq!((found.cluster.as_str(), found.region.as_deref()), ("payments", Some("eu-west-1")));
        assert_eq!(found.login, LoginKey::profile("sre"));
        let line = "/usr/bin/aws eks get-token --cluster-name=payments --role-arn arn:aws:iam::1:role/x --profile a";
        let found = wanted(&exec(line, &[("AWS_PROFILE", "b")])).unwrap();
        assert_eq!(found.login, LoginKey::profile("a").with_role("arn:aws:iam::1:role/x", None));
    }

    #[test]
    fn what_is_not_understood_is_run() {
        for (line, env) in [
            ("aws eks get-token --cluster-id x", None),
            ("aws eks get-token --cluster-name x --endpoint-url http://y", None),
            ("aws eks get-token --cluster-name x --no-verify-ssl", None),
            ("aws sts get-caller-identity --cluster-name x", None),
            ("/tmp/not-aws eks get-token --cluster-name x", None),
            ("aws eks get-token", None),
            ("aws eks get-token --cluster-name x", Some(("AWS_CONFIG_FILE", "/tmp/x"))),
        ] {
            assert_eq!(wanted(&exec(line, env.as_slice())), None, "{line}");
        }
    }
}
