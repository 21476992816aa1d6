//! The story's Jobs and CronJobs, which live through the last hours.

use serde_json::{Value, json};

use super::Teller;
use super::plot::{ClusterPlot, Plot, Work};
use crate::demo::kinds::Known;
use crate::demo::runs::story::Past;
use crate::demo::sim::Sim;
use crate::demo::sim::cron::Schedule;
use crate::demo::wire::time;

/// Minutes for which CronJobs have run when the fleet is first looked at: as many Jobs as their history limits keep.
const CRON_MINUTES: i64 = 35;

/// How old they are, and how long ago those that are suspended became so.
const CRON_DAYS: i64 = 21;
const SUSPENDED_DAYS: i64 = 9;

/// Puts the CronJobs in.
fn cron_jobs(teller: &mut Teller, plot: &Plot, of: &ClusterPlot, begin: i64) {
    for cron in plot.cronjob.iter().filter(|cron| of.is_in(&cron.clusters)) {
        let mut spec = json!({"schedule": cron.schedule, "concurrencyPolicy": "Forbid", "suspend": cron.suspend,
            "jobTemplate": {"metadata": {"labels": labels(&cron.name, &cron.work)}, "spec": job_spec(&cron.name, &cron.work)}});
        if !cron.time_zone.is_empty() {
            spec["timeZone"] = cron.time_zone.as_str().into();
        }
        // Its own last time, and not one that its schedule cannot have; who is suspended has been so for a while.
        let until = begin / 1000 - if cron.suspend { SUSPENDED_DAYS * 86_400 } else { 0 };
        let last = Schedule::parse(&cron.schedule).and_then(|schedule| schedule.last(until));
        let last = last.filter(|last| *last > begin / 1000 - CRON_DAYS * 86_400).map(time::rfc3339);
        let status = last.map_or_else(|| json!({}), |last| json!({"lastScheduleTime": last}));
        let object = json!({"metadata": {"name": cron.name, "labels": labels(&cron.name, &cron.work)}, "spec": spec,
            "status": status});
        teller.tell(Known::get().cron_job, Some(&cron.namespace), &object, CRON_DAYS);
    }
}

/// Creates each Job at its time, and lets the time between and after pass.
pub fn live_through(teller: &mut Teller, sim: &mut Sim, plot: &Plot, of: &ClusterPlot, mut past: Option<Past<'_>>) {
    let mut runs_until = |teller: &mut Teller, sim: &mut Sim, ago: f64| {
        if let Some(past) = &mut past {
            past.until(teller, sim, ago);
        }
    };
    let mut jobs: Vec<_> = plot.job.iter().filter(|job| of.is_in(&job.clusters)).collect();
    jobs.sort_by(|a, b| b.ago.total_cmp(&a.ago));
    let begin = teller.now - CRON_MINUTES * 60_000;
    let mut crons = false;
    for job in jobs {
        if !crons && job.ago < CRON_MINUTES as f64 {
            crons = true;
            runs_until(teller, sim, CRON_MINUTES as f64);
            sim.live(begin);
            cron_jobs(teller, plot, of, begin);
        }
        runs_until(teller, sim, job.ago);
        sim.live((teller.now - (job.ago * 60_000.0) as i64).max(teller.created));
        let object = json!({"metadata": {"name": job.name, "labels": labels(&job.name, &job.work)},
            "spec": job_spec(&job.name, &job.work)});
        teller.tell(Known::get().job, Some(&job.namespace), &object, 0);
    }
    if !crons {
        runs_until(teller, sim, CRON_MINUTES as f64);
        sim.live(begin);
        cron_jobs(teller, plot, of, begin);
    }
    runs_until(teller, sim, 0.0);
    sim.live(teller.now);
}

fn labels(name: &str, work: &Work) -> Value {
    json!({"app": name, "app.kubernetes.io/name": work.behaviour})
}

fn job_spec(name: &str, work: &Work) -> Value {
    let memory = work.memory.as_deref().unwrap_or("512Mi");
    let cpu = work.cpu.as_deref().unwrap_or("250m");
    let mut containers = vec![json!({"name": "main", "image": work.image,
        "resources": {"limits": {"memory": memory}, "requests": {"cpu": cpu, "memory": memory}}})];
    if let Some(image) = &work.sidecar {
        containers.push(json!({"name": "proxy", "image": image, "command": ["sh", "-c",
            "echo '{\"level\":\"info\",\"msg\":\"proxy ready\",\"port\":5432}'; sleep 5; echo '{\"level\":\"info\",\"msg\":\"draining\"}'"]}));
    }
    let restart = if work.restart_in_place { "OnFailure" } else { "Never" };
    let template = json!({"metadata": {"labels": labels(name, work)},
        "spec": {"restartPolicy": restart, "containers": containers}});
    let mut spec = json!({"template": template});
    let numbers = [
        ("parallelism", work.parallelism),
        ("completions", work.completions),
        ("backoffLimit", work.backoff),
        ("activeDeadlineSeconds", work.deadline),
        ("ttlSecondsAfterFinished", work.ttl),
    ];
    for (field, number) in numbers {
        if let Some(number) = number {
            spec[field] = number.into();
        }
    }
    if work.indexed {
        spec["completionMode"] = "Indexed".into();
    }
    if work.suspend {
        spec["suspend"] = true.into();
    }
    spec
}
