//! One cluster as it is drawn: a row of the table, or a card.

use super::FleetScene;
use super::clusters::{at, column};
use super::seen::{Seen, support, version, via};
use crate::domain::age::Age;
use crate::domain::filter::Filterable;
use crate::domain::gate::Environment;
use crate::domain::health::Health;
use crate::domain::registry::Status;
use crate::domain::text::without_name;
use crate::screens::deck::clusters::{region, state_of};
use crate::store::fleet::ClusterState;
use crate::ui::frame::Piece;
use crate::ui::gauge::gauge;
use crate::ui::table::{Cell, Line};
use crate::ui::theme::{Role, State, Theme};

fn environment_role(environment: Environment) -> Role {
    match environment {
        Environment::Production => Role::Production,
        Environment::Staging => Role::Staging,
        Environment::Development => Role::Development,
        Environment::Unclassified => Role::Muted,
    }
}

/// Cells of a bar of CPU or memory.
const BAR: usize = 6;

/// One row as it is drawn.
pub fn line<'a>(cluster: &'a ClusterState, scene: FleetScene<'a>, theme: &'a Theme) -> Line<'a> {
    let seen = Seen { cluster, scene };
    let (word, state) = seen.standing();
    let none = || Cell::dim("—");
    let text = |text: String| if text.is_empty() { none() } else { Cell::plain(text) };
    let dim = |text: String| if text.is_empty() { none() } else { Cell::dim(text) };
    let now_ms = scene.scene.now_ms;
    let status = match &cluster.standing {
        Some(standing) if matches!(state, State::Ok | State::Warning | State::Broken) => {
            format!("{word} {}", Age((now_ms - standing.since_ms).max(0) / 1_000))
        }
        _ => word.into_owned(),
    };
    let summary = seen.summary();
    let nodes = seen.nodes().map_or_else(none, |(ready, all)| {
        let role = if ready < all { Role::Warning } else { Role::Text };
        Cell::new(format!("{ready}/{all}"), role)
    });
    let pods = seen.pods().map_or_else(none, |(running, all)| {
        Cell::plain(if running == all { all.to_string() } else { format!("{running}/{all}") })
    });
    let bar = |column: usize| {
        seen.share(column).map_or_else(none, |share| {
            let role = if share > 0.9 { Role::Warning } else { Role::Text };
            Cell::new(format!("{} {:>3.0}%", gauge(share, BAR, theme), share * 100.0), role)
        })
    };
    let warnings = summary.and_then(|summary| summary.warnings).map_or_else(none, |count| match count {
        0 => Cell::dim("0"),
        _ => Cell::new(count.to_string(), Role::Warning),
    });
    let synced = cluster.surveyed_ms().map_or_else(none, |at| Cell::dim(Age((now_ms - at).max(0) / 1_000).to_string()));
    let environment = seen.environment();
    let environment = match environment {
        Environment::Unclassified => none(),
        known => Cell::new(known.to_string(), environment_role(known)),
    };
    let name_role = if cluster.is_gone { Role::Muted } else { Role::Text };
    Line {
        sign: (theme.sign(state), state.role()),
        cells: vec![
            Cell::new(cluster.info.name.as_str(), name_role),
            Cell::new(status, state.role()),
            environment,
            dim(seen.text(at(column::TEAM)).into_owned()),
            dim(cluster.provider_name().to_owned()),
            dim(region(cluster)),
            text(version(cluster)),
            support(&seen).map_or_else(none, |(words, role)| Cell::new(words, role)),
            nodes,
            pods,
            bar(column::CPU),
            bar(column::MEMORY),
            warnings,
            synced,
            dim(via(cluster)),
        ],
        below: below(&seen),
        marked: false,
    }
}

/// One cluster as a card.
pub struct Card {
    pub sign: Piece,
    pub name: String,
    pub status: Piece,
    pub lines: Vec<Vec<Piece>>,
}

/// What the row has in columns, in five lines; the last one says why it is not well.
pub fn card(cluster: &ClusterState, scene: FleetScene<'_>, theme: &Theme) -> Card {
    let seen = Seen { cluster, scene };
    let line = line(cluster, scene, theme);
    let cell = |column: usize| {
        let cell = &line.cells[column];
        Piece::new(cell.text.as_ref(), cell.role)
    };
    let gap = |words: &str| Piece::new(words, Role::Dim);
    let where_it_is = [column::ENVIRONMENT, column::PROVIDER, column::REGION];
    let mut place = Vec::new();
    for column in where_it_is {
        if line.cells[column].text != "—" {
            place.extend((!place.is_empty()).then(|| gap(" · ")));
            place.push(cell(column));
        }
    }
    let mut lines = vec![
        place,
        vec![cell(column::VERSION), gap("  "), cell(column::SUPPORT)],
        vec![
            gap("nodes "),
            cell(column::NODES),
            gap("  pods "),
            cell(column::PODS),
            gap("  warn "),
            cell(column::WARNINGS),
        ],
        vec![gap("cpu "), cell(column::CPU), gap("  mem "), cell(column::MEMORY)],
    ];
    lines.push(match below(&seen) {
        Some(why) => vec![Piece::new(why.text.as_ref(), why.role)],
        None => vec![gap("via "), cell(column::VIA), gap("  synced "), cell(column::SYNCED)],
    });
    Card {
        sign: Piece::new(line.sign.0, line.sign.1),
        name: cluster.info.name.clone(),
        status: cell(column::STATUS),
        lines,
    }
}

/// Why a row is not well, and what mends it.
fn below(seen: &Seen<'_>) -> Option<Cell<'static>> {
    let (cluster, name) = (seen.cluster, &seen.cluster.info.name);
    if cluster.is_gone {
        return Some(Cell::dim("AWS does not list it any more"));
    }
    if let Some(eks) = cluster.eks.as_ref().filter(|eks| !eks.status.serves()) {
        return Some(Cell::dim(eks.status_words()));
    }
    // A session knows the remedy too.
    let trouble = match &cluster.health {
        Health::Unauthorised { trouble, .. } | Health::Unreachable { trouble, .. } | Health::Broken { trouble } => {
            Some(trouble)
        }
        _ => None,
    };
    if let Some(trouble) = trouble {
        return Some(Cell::new(without_name(&trouble.in_a_line(), name).to_owned(), state_of(cluster).role()));
    }
    if let Some(standing) = cluster.standing.as_ref().filter(|standing| !standing.why.is_empty()) {
        let role = if standing.status == Status::Down { Role::Broken } else { Role::Warning };
        return Some(Cell::new(standing.why.clone(), role));
    }
    let issue = cluster.eks.as_ref().and_then(|eks| eks.issues.first())?;
    Some(Cell::new(format!("{}: {}", issue.code, issue.message), Role::Warning))
}
