//! The clusters that AWS logins reach, and the lane of those logins, as a screen shows them: plain data.

pub mod lane;
pub mod news;
pub mod reach;

pub use lane::{LaneKey, LaneRow, lane_order};
pub use news::{CloudCluster, CloudDetail, CloudNews, Round};
pub use reach::{Reach, ReachRole};
