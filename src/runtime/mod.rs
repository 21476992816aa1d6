//! Runs what `update` asks for: the only folder that calls the outside world, through the traits of [`ports`].

pub mod desk;
pub mod gate;
pub mod inbox;
pub mod log_engine;
pub mod news;
pub mod ports;
pub mod provision;
pub mod sync;
pub mod tasks;
pub mod teller;
pub mod watched;
