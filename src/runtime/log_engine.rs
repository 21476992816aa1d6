//! stub
use std::sync::Arc; use std::path::PathBuf;
use super::ports::FleetPort; use crate::domain::log_view::*; use crate::domain::logs::*;
#[derive(Default)] pub struct LogLimits {}
pub struct LogEngine; pub struct LogHandle;
impl LogEngine { pub fn start(_f: Arc<dyn FleetPort>, _w: impl Fn(LogWindow)+Send+Sync+'static, _l: LogLimits) -> LogHandle { LogHandle } }
impl LogHandle { pub fn restart(&self){} pub fn set_sources(&self,_s: Vec<LogSourceSpec>, _o: LogOptions){} pub fn query(&self,_q: LogQuery){} pub fn seek(&self,_s: Seek){} pub fn pause(&self,_p: bool){} pub fn clear(&self){} pub fn save(&self,_p: PathBuf)->futures::future::BoxFuture<'static, Result<u64,std::io::Error>>{ Box::pin(async{Ok(0)}) } }
