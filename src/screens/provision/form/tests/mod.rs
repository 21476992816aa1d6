mod actions;
mod bad_input;
mod drawing;
mod environments;
mod fixture;
mod offers;
mod random;
mod text;

use super::*;
