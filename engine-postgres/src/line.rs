use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_postgres::config::{LoadBalanceHosts, SslMode, TargetSessionAttrs};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Notification, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::PostgresError;

/// The address of a database, and the settings of its connections.
pub(crate) struct Place {
    config: Config,
    tls: MakeRustlsConnect,
    pub(crate) channel: String,
}

/// A connection that listens to the channel.
pub(crate) struct Line {
    pub(crate) client: Client,
    pub(crate) ear: Ear,
    /// Sends the payloads of an array in one transaction.
    pub(crate) notify: Statement,
}

/// The part of a connection that carries everything. It must be polled all the time.
pub(crate) struct Ear(Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>);

/// The longest time in which a connection is made.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// The longest time for the address of one host. The others have their turn then.
const HOST_WITHIN: Duration = Duration::from_secs(2);

/// Notifications are not kept, so they need not wait for the disk. A transaction that cannot get PostgreSQL's lock for notifications gives up
/// before this process takes the line for lost. PostgreSQL keeps notifications for a dead connection until it knows that it is dead.
const SETTINGS: &str = "SET synchronous_commit = off; SET statement_timeout = '3s'; SET lock_timeout = '3s'; \
    SET tcp_user_timeout = '10s'; SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3";
const NOTIFY: &str = "SELECT count(pg_notify($1, payload)) FROM unnest($2::text[]) AS payload";

impl Place {
    /// Uses TLS if there is a configuration for it, or if `sslmode=require` asks for it.
    pub(crate) fn new(mut config: Config, tls: Option<ClientConfig>, channel: String) -> Result<Self, PostgresError> {
        let must_encrypt = tls.is_some() || matches!(config.get_ssl_mode(), SslMode::Require);
        config.ssl_mode(if must_encrypt { SslMode::Require } else { SslMode::Disable });
        // A standby server takes no notifications.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(HOST_WITHIN);
        }
        // A host may take the connection and say nothing. The next attempt then begins with another one.
        config.load_balance_hosts(LoadBalanceHosts::Random);
        if config.get_application_name().is_none() {
            config.application_name("tealight");
        }
        let tls = match tls {
            Some(tls) => tls,
            None => client_config(if must_encrypt { system_roots()? } else { RootCertStore::empty() }),
        };
        Ok(Self { config, tls: MakeRustlsConnect::new(tls), channel })
    }

    /// Connects, and listens.
    pub(crate) async fn open(&self) -> Result<Line, PostgresError> {
        timeout(CONNECT_WITHIN, self.connect()).await.unwrap_or(Err(PostgresError::Silent))
    }

    async fn connect(&self) -> Result<Line, PostgresError> {
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(PostgresError::Connect)?;
        match connection.parameter("server_encoding") {
            Some("UTF8") | None => {}
            Some(other) => return Err(PostgresError::Encoding(other.to_owned())),
        }
        let mut ear = Ear(connection);
        let ready = async {
            client.batch_execute(SETTINGS).await?;
            let notify = client.prepare(NOTIFY).await?;
            client.batch_execute(&format!("LISTEN \"{}\"", self.channel)).await?;
            Ok(notify)
        };
        let notify = tokio::select! {
            notify = ready => notify,
            // Subscribers hear later that they may have missed these.
            error = ear.hear(|_| {}) => Err(error),
        };
        let notify = notify.map_err(PostgresError::Connect)?;
        Ok(Line { client, ear, notify })
    }
}

impl Ear {
    /// Carries everything until the connection breaks. Hands each notification to `hear`.
    pub(crate) async fn hear(&mut self, mut hear: impl FnMut(&Notification)) -> tokio_postgres::Error {
        loop {
            match poll_fn(|cx| self.0.poll_message(cx)).await {
                Some(Ok(AsyncMessage::Notification(notification))) => hear(&notification),
                Some(Ok(AsyncMessage::Notice(notice))) => tracing::info!("PostgreSQL says: {}", notice.message()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return error,
                // The client was dropped, and this is dropped with it.
                None => return pending().await,
            }
        }
    }
}

fn client_config(roots: RootCertStore) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("ring has them");
    builder.with_root_certificates(roots).with_no_client_auth()
}

fn system_roots() -> Result<RootCertStore, PostgresError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    match found.errors.into_iter().next() {
        Some(error) if roots.is_empty() => Err(PostgresError::Certificates(Box::new(error))),
        _ => Ok(roots),
    }
}
