//! A connection to a database that can be cut and mended.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

/// Carries bytes between a port of its own and a server, until it is cut.
pub struct Wire {
    pub address: SocketAddr,
    server: SocketAddr,
    cut: CancellationToken,
}

impl Wire {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self { address: listener.local_addr().unwrap(), server, cut: CancellationToken::new() };
        wire.carry(listener);
        wire
    }

    /// Ends every connection and refuses new ones.
    pub fn cut(&self) {
        self.cut.cancel();
    }

    pub async fn mend(&mut self) {
        self.cut = CancellationToken::new();
        let listener = loop {
            // The old one is closed by a task that may not have run yet.
            match listen(self.address) {
                Ok(listener) => break listener,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        self.carry(listener);
    }

    fn carry(&self, listener: TcpListener) {
        let (server, cut) = (self.server, self.cut.clone());
        tokio::spawn(self.cut.clone().run_until_cancelled_owned(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                tokio::spawn(cut.clone().run_until_cancelled_owned(async move {
                    let mut there = TcpStream::connect(server).await?;
                    tokio::io::copy_bidirectional(&mut here, &mut there).await
                }));
            }
        }));
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(64)
}
