//! The embedded fleet: small Kubernetes API servers over HTTP on 127.0.0.1, for trying the program out and for fast
//! tests.

mod bulk;
mod kinds;
mod random;
mod store;
mod wire;
