//! What a person picks from the account instead of typing it: a VPC, its subnets.

use serde_json::Value;

use super::FormPage;
use super::field::Id;
use crate::domain::provision::offers::{Offers, SUBNETS, Subnet, VPC, Vpc};

/// A list for the focused field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    pub title: String,
    /// What each stands for, and how it is told.
    pub rows: Vec<(String, String)>,
    /// Several can be chosen, one after the other.
    pub is_many: bool,
    /// Where one begins.
    pub at: usize,
}

const CHOSEN: &str = "[x] ";
const OTHER: &str = "[ ] ";

impl FormPage {
    /// What the account has for the focused field.
    ///
    /// # Errors
    /// In words, why there is no list.
    pub fn choices(&self) -> Result<Choices, String> {
        let field = self.focused().filter(|field| !field.is_sensitive).map(|field| &field.id);
        let variable = match field {
            Some(Id::Variable(name)) if name == VPC || name == SUBNETS => name.as_str(),
            _ => return Err(format!("there is no list for this field: {VPC} and {SUBNETS} have one")),
        };
        let Some(offers) = self.offers() else {
            return Err("AWS has not told yet what the account has there".to_owned());
        };
        let choices = if variable == VPC { self.vpcs(offers)? } else { self.subnets(offers)? };
        let place = format!("account {} in {}", offers.account, offers.region);
        if choices.rows.is_empty() { Err(format!("{place} has none: {}", choices.title)) } else { Ok(choices) }
    }

    fn vpcs(&self, offers: &Offers) -> Result<Choices, String> {
        let vpcs = offers.vpcs.as_ref().map_err(|trouble| trouble.told())?;
        let here = self.text_of(VPC);
        Ok(Choices {
            title: format!("VPCs of account {}", offers.account),
            at: vpcs.iter().position(|vpc| Some(vpc.id.as_str()) == here).unwrap_or(0),
            rows: vpcs.iter().map(|vpc: &Vpc| (vpc.id.clone(), vpc.words())).collect(),
            is_many: false,
        })
    }

    fn subnets(&self, offers: &Offers) -> Result<Choices, String> {
        let subnets = offers.subnets.as_ref().map_err(|trouble| trouble.told())?;
        let Some(vpc) = self.text_of(VPC) else {
            return Err(format!("choose {VPC} first: a new VPC gets subnets of its own"));
        };
        let chosen = self.chosen_subnets();
        let row = |subnet: &Subnet| {
            let mark = if chosen.contains(&subnet.id) { CHOSEN } else { OTHER };
            (subnet.id.clone(), format!("{mark}{}", subnet.words()))
        };
        Ok(Choices {
            title: format!("subnets of {vpc}"),
            rows: subnets.iter().filter(|subnet| subnet.vpc == vpc).map(row).collect(),
            is_many: true,
            at: 0,
        })
    }

    /// Takes what was chosen for the focused field; a subnet that is there already goes.
    pub fn pick(&mut self, id: &str) {
        let variable = match self.focused().map(|field| &field.id) {
            Some(Id::Variable(name)) if name == VPC || name == SUBNETS => name.clone(),
            _ => return,
        };
        let value = match variable == VPC {
            true => Some(Value::from(id)),
            false => {
                let mut chosen = self.chosen_subnets();
                match chosen.iter().position(|known| known == id) {
                    Some(at) => drop(chosen.remove(at)),
                    None => chosen.push(id.to_owned()),
                }
                (!chosen.is_empty()).then(|| Value::from(chosen))
            }
        };
        if let Some(field) = self.fields.iter_mut().find(|field| field.id == Id::Variable(variable.clone())) {
            field.take(value);
        }
        self.check();
    }

    fn chosen_subnets(&self) -> Vec<String> {
        let value = self.own().find(|(name, _)| *name == SUBNETS).and_then(|(_, value)| value.as_array());
        value.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn text_of(&self, variable: &str) -> Option<&str> {
        let value = self.own().find(|(name, _)| *name == variable).and_then(|(_, value)| value.as_str());
        value.filter(|text| !text.is_empty())
    }
}
