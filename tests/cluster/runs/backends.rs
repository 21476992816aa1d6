//! The module for EKS with the stand-in provider, and each place where a state may lie.

use eksdeck::domain::provision::Identity;

use super::*;
use crate::cluster::iam::Swept;

const BUCKET: &str = r#"{ bucket = "rig-tfstate", region = "eu-west-1", use_path_style = true, skip_credentials_validation = true, skip_requesting_account_id = true, skip_metadata_api_check = true, skip_region_validation = true, skip_s3_checksum = true, endpoints = { s3 = "http://10.244.0.1:26000" } }"#;

fn identity(region: &str, name: &str) -> Identity {
    let (organisation, account) = ("default".to_owned(), "111111111111".to_owned());
    Identity { organisation, account, region: region.to_owned(), name: name.to_owned() }
}

/// The keys of the profile `sre`.
fn keys() -> [String; 2] {
    let text = std::fs::read_to_string(std::env::var("EKSDECK_E2E_AWS_SHARED_CREDENTIALS_FILE").unwrap()).unwrap();
    let section = text.split("[sre]").nth(1).unwrap();
    ["aws_access_key_id", "aws_secret_access_key"].map(|key| {
        let line = section.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim_matches([' ', '=']).to_owned()
    })
}

impl Lab {
    /// Runs a command in a pod that has a volume at `/volume`; what it says.
    fn on_volume(&self, volume: &str, command: &str) -> String {
        let name = format!("hand-{:x}", command.len() * 1_000 + volume.len());
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": self.namespace.name},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "it", "image": "busybox:1.36",
                "command": ["sh", "-c", command], "volumeMounts": [{"name": "v", "mountPath": "/volume"}]}],
                "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": volume}}]}});
        self.server().apply(&pod.to_string());
        self.kubectl(&["wait", "--for=jsonpath={.status.phase}=Succeeded", &format!("pod/{name}"), "--timeout=60s"]);
        let said = self.kubectl(&["logs", &name]);
        self.kubectl(&["delete", "pod", &name, "--force", "--grace-period=0"]);
        said
    }

    /// Gives the runs these keys, and a session's token if there is one.
    fn credentials<const N: usize>(&self, keys: [String; N]) {
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        let data: serde_json::Map<String, Value> =
            names.iter().zip(keys).map(|(name, key)| ((*name).to_owned(), json!(key))).collect();
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "stringData": data,
            "metadata": {"name": "aws", "namespace": self.namespace.name}});
        self.server().apply(&secret.to_string());
    }

    /// Keys of a session that ends after 60 s.
    fn short_keys(&self) -> [String; 3] {
        let ([key, secret], (_, url)) = (keys(), &self.aws[0]);
        let form =
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=it&RoleArn=arn:aws:iam::222222222222:role/short";
        let mut curl = Command::new("curl");
        curl.args(["-sf", "--aws-sigv4", "aws:amz:us-east-1:sts", "--user", &format!("{key}:{secret}"), "-d", form]);
        let output = curl.arg(format!("{url}/")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let text = String::from_utf8(output.stdout).unwrap();
        ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(|name| {
            let told = text.split_once(&format!("<{name}>")).unwrap().1;
            told.split_once("</").unwrap().0.to_owned()
        })
    }

    /// A state as it lies there, or what stands for its bytes.
    fn state(&self, backend: &str, identity: &Identity) -> String {
        match backend {
            "\"kubernetes\"" => {
                let secret = format!("tfstate-default-{}-state", identity.slug());
                self.kubectl(&["get", "secret", &secret, "-o", "jsonpath={.metadata.resourceVersion} {.data.tfstate}"])
            }
            "\"volume\"" => {
                self.on_volume(&format!("tfstate-{}", identity.slug()), "sha256sum /volume/terraform.tfstate")
            }
            _ => {
                let [key, secret] = keys();
                let url = format!("{}/rig-tfstate/{}", self.aws[0].1, identity.state_key());
                let mut curl = Command::new("curl");
                curl.args(["-sf", "--aws-sigv4", "aws:amz:eu-west-1:s3", "--user", &format!("{key}:{secret}")]);
                let output = curl.args(["-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", &url]).output().unwrap();
                assert!(output.status.success(), "{url}");
                String::from_utf8(output.stdout).unwrap()
            }
        }
    }

    fn registered(&self) -> Vec<(String, String)> {
        let rows = ended(self.eksdeck(&["clusters", "list", "-o", "json"])).json();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        rows.as_array().unwrap().iter().map(|row| (text(row, "name"), text(row, "region"))).collect()
    }
}

/// Two clusters of one name, each in a region of its own: whatever happens to one leaves the other's state alone.
fn a_life(word: &str, backend: &str) {
    let config = format!(
        "variables = {{ TFAWS_DRIFT = \"/work/drift.json\" }}\nstate = {backend}\n\
         [provision.environments.dev]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\ncredentials-secret = \"aws\"\n\
         defaults = {{ kubernetes_version = \"1.33\", deletion_protection = false }}\n"
    );
    let Some(lab) = Lab::new(&format!("life-{word}"), &config) else { return };
    lab.credentials(keys());
    let name = format!("prod-{word}-{}", std::process::id());
    let (one, other) = ("eu-west-1", "eu-central-1");
    let _swept = Swept { name: name.clone(), regions: vec![one, other] };

    for region in [one, other] {
        let run = lab.planned(&format!("apply {name} --region {region}"));
        lab.approved(id(&run), None);
    }
    // The rig's clusters share a control plane, which takes tokens for the first of a name alone.
    assert_eq!(lab.registered(), [(name.clone(), one.to_owned())]);
    let found = ended(lab.eksdeck(&["clusters", "discover", "--region", one, "-o", "json"]));
    assert!(found.stdout.contains(&name), "{found:?}");
    lab.say(&format!("drift {name} -y")).failed(5, "is several clusters");

    let drifted = json!({format!("aws_eks_cluster.{name}"): {"version": "1.34"}});
    let volume = format!("work-{}", identity(one, &name).slug());
    lab.on_volume(&volume, &format!("echo '{drifted}' >/volume/drift.json"));
    let ended = lab.say(&format!("drift {name} --region {one} -y --wait -o json"));
    let drift = ended.json();
    assert_eq!((ended.code, &drift["state"]), (Some(0), &json!("planned")), "{ended:?}");
    let plan = lab.say(&format!("status {} --plan", id(&drift)));
    assert!(plan.stdout.contains("changed outside Terraform") && plan.stdout.contains("1.34"), "{plan:?}");
    lab.on_volume(&volume, "rm /volume/drift.json");
    let ended = lab.say(&format!("drift {name} --region {one} -y --wait -o json"));
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("no changes")), "{ended:?}");

    let before = lab.state(backend, &identity(other, &name));
    assert!(!before.is_empty());
    for region in [one, other] {
        let run = lab.planned(&format!("destroy {name} --region {region}"));
        assert_eq!(run["region"], region);
        // Only what the registry knows can be looked into.
        let word = if region == one { name.clone() } else { format!("{name} unseen") };
        let ended = lab.run(&["approve", id(&run), "--confirm", &word, "--wait"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        if region == one {
            assert_eq!(lab.state(backend, &identity(other, &name)), before, "byte for byte");
            assert!(ended.stderr.contains("has left the registry"), "{ended:?}");
            assert_eq!(lab.registered(), []);
        }
    }
}

#[test]
fn a_cluster_with_its_state_in_a_secret() {
    a_life("secret", "\"kubernetes\"");
}

#[test]
fn a_cluster_with_its_state_on_a_volume() {
    a_life("volume", "\"volume\"");
}

#[test]
fn a_cluster_with_its_state_in_a_bucket() {
    a_life("bucket", BUCKET);
}

#[test]
fn credentials_that_end_in_the_middle_of_an_apply_lose_no_state() {
    let config = format!(
        "state = {BUCKET}\n[provision.environments.dev]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\n\
         module = \"trial\"\ncredentials-secret = \"aws\"\ndefaults = {{ kubernetes_version = \"1.33\" }}\n"
    );
    let Some(lab) = Lab::new("ends", &config) else { return };
    let name = format!("ends-{}", std::process::id());
    lab.credentials(lab.short_keys());
    let run = lab.planned(&format!("apply {name} --var delay_seconds=70"));
    lab.applying(id(&run));
    let failed = lab.say(&format!("status {} --wait -o json", id(&run))).json();
    assert_eq!((&failed["state"], &failed["errored_state"]), (&json!("failed"), &json!(true)), "{failed}");

    lab.credentials(keys());
    let push = format!("push {name} --run {} --confirm {name} --wait -o json", id(&run));
    let refused = lab.say(&push).json();
    assert_eq!(refused["reason"], "lock", "it could not be given back either: {refused}");
    let lock = refused["lock"]["id"].as_str().unwrap();
    let ended = lab.say(&format!("unlock {name} --lock {lock} --confirm {name} --wait"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = lab.say(&push);
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("done")), "{ended:?}");
    let next = lab.planned(&format!("update {name}"));
    assert!(changes(&next)[0] < changes(&run)[0], "what was made is known: {next}");
}
