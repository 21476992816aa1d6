//! What AWS offers where a cluster is to be, and what a plan costs there.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::Runs;
use crate::domain::eks::Versions;
use crate::domain::health::Trouble;
use crate::domain::provision::Identity;
use crate::domain::provision::cost::{Cost, Sizes, types_of};
use crate::domain::provision::offers::Offers;
use crate::domain::terraform::plan::Plan;
use crate::runtime::ports::OffersPort;

/// How long AWS may take: nobody has to know it.
const PATIENCE: Duration = Duration::from_secs(20);

impl Runs {
    /// Who is asked what AWS offers; `None`: nobody.
    pub fn with_offers(self, offers: Option<Arc<dyn OffersPort>>) -> Self {
        Self { offers, ..self }
    }

    /// What AWS offers an account in a region, as far as it tells.
    pub async fn offers(&self, account: &str, region: &str) -> Offers {
        let (account, region) = (account.to_owned(), region.to_owned());
        let Some(offers) = &self.offers else {
            return Offers::refused(account, region, &nobody());
        };
        let asked = tokio::time::timeout(PATIENCE, offers.offers(account.clone(), region.clone())).await;
        asked.unwrap_or_else(|_| Offers::refused(account, region, &late()))
    }

    /// About what a plan adds to a month's bill.
    pub async fn cost(&self, identity: &Identity, plan: &Plan) -> Cost {
        let sizes = self.sizes(identity, plan).await;
        Cost::of(plan, sizes.as_ref(), &Versions::default(), Timestamp::now().as_second())
    }

    async fn sizes(&self, identity: &Identity, plan: &Plan) -> Result<Sizes, Trouble> {
        let names = types_of(plan);
        if names.is_empty() {
            return Ok(Sizes::new());
        }
        let offers = self.offers.as_ref().ok_or_else(nobody)?;
        let asked = offers.sizes(identity.account.clone(), identity.region.clone(), names);
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err(late()))
    }
}

fn nobody() -> Trouble {
    Trouble::new("nobody here asks AWS")
}

fn late() -> Trouble {
    Trouble::new("AWS did not answer in time")
}
