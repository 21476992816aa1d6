mod layers;
mod server;
mod tls;
