//! `eksdeck collect` as a process: several that share a fleet through PostgreSQL, one that ends, one that is watched,
//! one whose webhook hangs.

mod door;
mod one;
mod process;
mod sharing;
