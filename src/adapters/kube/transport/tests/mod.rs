mod gate;
pub mod layers;
mod server;
mod tls;
