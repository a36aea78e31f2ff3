//! Passwords, certificates and encodings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tealight_postgres::rustls::crypto::ring;
use tealight_postgres::rustls::pki_types::CertificateDer;
use tealight_postgres::rustls::pki_types::pem::PemObject;
use tealight_postgres::rustls::{ClientConfig, RootCertStore};
use tealight_postgres::tokio_postgres::Config;
use tealight_postgres::{Postgres, PostgresError, PostgresOptions};

use crate::open;
use crate::server::Server;

async fn refused(url: &str) -> PostgresError {
    Postgres::connect(url).await.map(drop).expect_err("it is refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_refused_and_not_shown() {
    let server = Server::start();
    let error = refused(&server.url().replace("light", "se%40cret")).await;
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("password authentication failed for user \"tea\""), "{shown}");
    assert!(!shown.contains("cret"), "{shown}");
}

#[tokio::test]
async fn a_wrong_address_is_refused_and_not_shown() {
    for url in ["postgres://tea:secret@h:secret", "postgres://tea:se@h/db?secret=1", "password=se secret=1"] {
        let error = refused(url).await;
        assert!(matches!(error, PostgresError::Address), "{error}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_encoding_is_refused() {
    let server = Server::with("LATIN1", |_| Vec::new());
    let error = refused(&server.url()).await;
    assert!(matches!(&error, PostgresError::Encoding(name) if name == "LATIN1"), "{error}");
}

/// Makes a certificate for `localhost` that signs itself. Returns the server's settings.
fn certify(folder: &Path) -> Vec<String> {
    let (certificate, key) = (folder.join("server.crt"), folder.join("server.key"));
    let mut openssl = Command::new("openssl");
    openssl.args("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=tea".split(' '));
    openssl.args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]);
    let made = openssl.arg("-out").arg(&certificate).arg("-keyout").arg(&key).output().expect("openssl is installed");
    assert!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a file");
    let files = [("ssl_cert_file", certificate), ("ssl_key_file", key)];
    let files = files.iter().map(|(name, file)| format!("{name}={}", file.display()));
    files.chain(["ssl=on".to_owned()]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_encrypted() {
    let mut certificates = Vec::new();
    let server = Server::with("UTF8", |folder| {
        let settings = certify(folder);
        certificates.extend(CertificateDer::pem_file_iter(folder.join("server.crt")).expect("a file").flatten());
        settings
    });
    let url = server.url().replace("127.0.0.1", "localhost");
    // The roots of the system do not know the certificate.
    let error = refused(&format!("{url}?sslmode=require")).await.to_string();
    assert!(error.contains("certificate"), "{error}");

    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("ring has them");
    let tls = builder.with_root_certificates(roots).with_no_client_auth();
    let options = PostgresOptions::new(url.parse::<Config>().expect("an address")).tls(tls);
    let engine = options.connect().await.expect("a connection");
    let encrypted =
        "SELECT pid FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'tealight'";
    assert_eq!(server.client().await.execute(encrypted, &[]).await.expect("a connection"), 1);
    let mut page = open(Arc::new(engine), "/a").await;
    page.say("a", "hello");
    page.shows("a=hello").await;
}
