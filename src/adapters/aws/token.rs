//! The bearer token of an EKS cluster: a presigned GetCallerIdentity of STS, as `aws eks get-token` prints it.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;

use super::login::Login;
use crate::domain::aws::partition::sts_host;
use crate::domain::aws::trouble::LoginTrouble;

/// The header that ties a token to its cluster; its value is signed.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// `X-Amz-Expires`: the verifier counts its 15 minutes from `X-Amz-Date` and takes anything up to 900 here.
const EXPIRES: Duration = Duration::from_secs(60);
/// What clients publish as the life of a token: a minute less than it has.
pub const LIFE: Duration = Duration::from_secs(14 * 60);

/// A token and when to take another.
pub struct Token {
    pub token: SecretString,
    /// The end of [`LIFE`] or of the credentials, whichever is sooner.
    pub expires: Timestamp,
}

/// A token for a cluster, made without asking anybody but for credentials where none are held.
///
/// # Errors
/// Why there are no credentials.
pub async fn token(login: &Login, cluster: &str, region: &str) -> Result<Token, LoginTrouble> {
    let credentials = login.credentials().await?;
    let now = SystemTime::now();
    let failed = |said: String| LoginTrouble::Failed { what: "signing a token".to_owned(), said };
    let token = presigned(&credentials, cluster, region, now).map_err(failed)?;
    let end = credentials.expiry().map_or(now + LIFE, |expiry| expiry.min(now + LIFE));
    let expires = Timestamp::try_from(end).map_err(|error| failed(error.to_string()))?;
    Ok(Token { token: token.into(), expires })
}

/// `k8s-aws-v1.` and the URL in unpadded base64url.
fn presigned(credentials: &Credentials, cluster: &str, region: &str, now: SystemTime) -> Result<String, String> {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(EXPIRES);
    let identity = credentials.clone().into();
    let params =
        v4::SigningParams::builder().identity(&identity).region(region).name("sts").time(now).settings(settings);
    let params = params.build().map_err(|error| error.to_string())?.into();
    // Always the region's own host: the API server's verifier takes no other, whatever AWS_ENDPOINT_URL says here.
    let url = format!("https://{}/?Action=GetCallerIdentity&Version=2011-06-15", sts_host(region));
    let headers = [(CLUSTER_HEADER, cluster)];
    let request = SignableRequest::new("GET", &url, headers.into_iter(), SignableBody::Bytes(&[]));
    let signed = sign(request.map_err(|error| error.to_string())?, &params).map_err(|error| error.to_string())?;
    let mut request = http::Request::builder().uri(&url).body(()).map_err(|error| error.to_string())?;
    signed.into_parts().0.apply_to_request_http1x(&mut request);
    Ok(format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(request.uri().to_string())))
}

#[cfg(test)]
mod tests {
    use ring::{digest, hmac};

    use super::*;

    const NOW: u64 = 1_795_262_400;

    fn url(region: &str, session: Option<&str>) -> String {
        let credentials = Credentials::new("AKIAEXAMPLE", "wJalrXUt/secret", session.map(str::to_owned), None, "test");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let token = presigned(&credentials, "payments-prod", region, now).unwrap();
        let encoded = token.strip_prefix("k8s-aws-v1.").unwrap();
        assert!(!encoded.contains('='), "unpadded");
        String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Signature Version 4, worked out by hand from its description.
    fn signature(host: &str, region: &str, query: &str) -> String {
        let canonical = format!(
            "GET\n/\n{query}\nhost:{host}\nx-k8s-aws-id:payments-prod\n\nhost;x-k8s-aws-id\n{}",
            hex(digest::digest(&digest::SHA256, b"").as_ref())
        );
        let (time, day) = ("20261121T120000Z", "20261121");
        let scope = format!("{day}/{region}/sts/aws4_request");
        let hash = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
        let mac = |key: &[u8], text: &str| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
        };
        let key = [day, region, "sts", "aws4_request"]
            .iter()
            .fold(b"AWS4wJalrXUt/secret".to_vec(), |key, part| mac(&key, part));
        hex(&mac(&key, &to_sign))
    }

    #[test]
    fn a_token_is_signed_for_the_regions_own_host_and_the_cluster() {
        for (region, host) in [
            ("eu-west-1", "sts.eu-west-1.amazonaws.com"),
            ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
        ] {
            let url = url(region, None);
            let (before, query) = url.split_once('?').unwrap();
            assert_eq!(before, format!("https://{host}/"));
            let (unsigned, given) = query.split_once("&X-Amz-Signature=").unwrap();
            let expected = format!(
                "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&\
                 X-Amz-Credential=AKIAEXAMPLE%2F20261121%2F{region}%2Fsts%2Faws4_request&X-Amz-Date=20261121T120000Z&\
                 X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"
            );
            assert_eq!(unsigned, expected);
            assert_eq!(given, signature(host, region, unsigned));
        }
    }

    #[test]
    fn a_session_token_is_part_of_what_is_signed() {
        let url = url("eu-west-1", Some("a/b+c="));
        let mut parts: Vec<&str> = url.split_once('?').unwrap().1.split('&').collect();
        parts.sort_unstable();
        let at = parts.iter().position(|part| part.starts_with("X-Amz-Signature=")).unwrap();
        let given = parts.remove(at);
        assert!(parts.contains(&"X-Amz-Security-Token=a%2Fb%2Bc%3D"), "{url}");
        let expected = signature("sts.eu-west-1.amazonaws.com", "eu-west-1", &parts.join("&"));
        assert_eq!(given, format!("X-Amz-Signature={expected}"));
        assert!(url.len() < 4096);
    }
}
