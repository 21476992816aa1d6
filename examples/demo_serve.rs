use std::time::Instant;
#[tokio::main]
async fn main() {
    let mut o = eksdeck::demo::FleetOptions::default();
    let args: Vec<String> = std::env::args().collect();
    for pair in args[2..].chunks(2) {
        let n: usize = pair[1].parse().unwrap();
        match &*pair[0] {
            "clusters" => o.clusters = n,
            "pods" => o.pods = Some(n),
            "nodes" => o.nodes = Some(n),
            "jobs" => o.jobs = n,
            "churn" => o.churn_per_second = n as u32,
            "seed" => o.seed = n as u64,
            _ => panic!(),
        }
    }
    let t = Instant::now();
    let fleet = eksdeck::demo::Fleet::start(o).await.unwrap();
    eprintln!("started in {:?}", t.elapsed());
    std::fs::write(&args[1], fleet.kubeconfig()).unwrap();
    tokio::signal::ctrl_c().await.unwrap();
}
