//! `/livez` and `/readyz` by check.

use crate::adapters::kube::errors::say;
use crate::adapters::kube::reader::Reader;
use crate::domain::registry::Check;
use crate::domain::request::PortError;

/// The endpoints, and what a check is called of which the answer tells no name.
const ENDPOINTS: [(&str, &str); 2] = [("/livez?verbose", "livez"), ("/readyz?verbose", "readyz")];

/// The checks that fail, each once, in the order in which the server tells them.
///
/// # Errors
/// The server does not answer, or says this is not for us.
pub async fn checks(reader: &Reader) -> Result<Vec<Check>, PortError> {
    let told = futures::future::join_all(ENDPOINTS.map(|(path, _)| reader.told(path))).await;
    let mut failed: Vec<Check> = Vec::new();
    for ((_, name), answer) in ENDPOINTS.into_iter().zip(told) {
        let (status, text) = answer?;
        for check in read(name, status.is_success(), &text) {
            if !failed.iter().any(|known| known.name == check.name) {
                failed.push(check);
            }
        }
    }
    Ok(failed)
}

/// `[-]etcd failed: reason withheld`, a line for each check; `[+]` is one that passes.
fn read(endpoint: &str, is_well: bool, text: &str) -> Vec<Check> {
    if is_well {
        return Vec::new();
    }
    let failing = text.lines().filter_map(|line| line.strip_prefix("[-]"));
    let named = failing.map(|line| {
        let (name, words) = line.split_once(' ').unwrap_or((line, ""));
        let words = words.strip_prefix("failed:").unwrap_or(words).trim();
        Check { name: say(name), words: say(words) }
    });
    let named: Vec<Check> = named.collect();
    if named.is_empty() {
        return vec![Check { name: endpoint.to_owned(), words: say(text.lines().next().unwrap_or_default()) }];
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_that_fail_are_told_by_name_and_an_answer_without_names_is_one_itself() {
        let text = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/rbac/bootstrap-roles failed: not finished\n\
                    readyz check failed\n";
        let check = |name: &str, words: &str| Check { name: name.to_owned(), words: words.to_owned() };
        let expected = [check("etcd", "reason withheld"), check("poststarthook/rbac/bootstrap-roles", "not finished")];
        assert_eq!(read("readyz", false, text), expected);
        assert_eq!(read("livez", false, "boom\u{1b}[31m\n"), [check("livez", "boom")]);
        assert_eq!(read("livez", true, "ok"), []);
    }
}
