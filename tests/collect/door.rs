//! A door before a server: hands every byte on, and counts the rounds that come through.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every round asks for this first, once.
const FIRST: &[u8] = b"GET /version ";

pub struct Door {
    pub port: u16,
    rounds: Arc<AtomicU64>,
}

impl Door {
    /// Before this port of this machine, until the process ends.
    pub fn before(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, rounds) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU64::new(0)));
        let counted = rounds.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let counted = counted.clone();
                std::thread::spawn(move || {
                    let server = TcpStream::connect(("127.0.0.1", target)).ok()?;
                    let (mut back, mut to) = (server.try_clone().ok()?, client.try_clone().ok()?);
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut back, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                    hand_on(client, server, &counted);
                    Some(())
                });
            }
        });
        Self { port, rounds }
    }

    pub fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::SeqCst)
    }
}

fn hand_on(mut client: TcpStream, mut server: TcpStream, rounds: &AtomicU64) {
    let (mut bytes, mut tail) = (vec![0; 16 * 1024], Vec::new());
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        // A request may come in pieces.
        tail.extend_from_slice(&bytes[..count]);
        let found = tail.windows(FIRST.len()).filter(|window| *window == FIRST).count();
        rounds.fetch_add(found as u64, Ordering::SeqCst);
        let keep = tail.len().min(FIRST.len() - 1);
        tail.drain(..tail.len() - keep);
        if server.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}
