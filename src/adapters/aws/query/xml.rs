//! An XML answer as a small tree. Attributes are left out: the query protocol has none that matter.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Answers nest less than ten deep.
const DEEPEST: usize = 64;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    #[error("it is not XML: {0}")]
    Broken(String),
    #[error("it ends in the middle")]
    Cut,
    #[error("it nests too deep")]
    Deep,
}

impl Element {
    /// The root of a document.
    ///
    /// # Errors
    /// It is no well-formed XML.
    pub fn read(text: &str) -> Result<Self, XmlError> {
        let mut reader = Reader::from_str(text);
        // The first one stands for the document.
        let mut open = vec![Self::default()];
        let broken = |error: &dyn std::fmt::Display| XmlError::Broken(error.to_string());
        loop {
            let event = reader.read_event().map_err(|error| broken(&error))?;
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.local_name().as_ref().to_owned();
                    open.push(Self { name, ..Self::default() });
                    if open.len() > DEEPEST {
                        return Err(XmlError::Deep);
                    }
                    if is_empty {
                        close(&mut open);
                    }
                }
                Event::End(_) => close(&mut open),
                Event::Text(text) => add(&mut open, &text.xml10_content()),
                Event::CData(text) => add(&mut open, &text.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(|error| broken(&error))? {
                    Some(char) => add(&mut open, char.encode_utf8(&mut [0; 4])),
                    None => add(&mut open, named(&entity).ok_or_else(|| broken(&"an entity that XML does not have"))?),
                },
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        match (open.len(), open.pop().and_then(|mut document| document.children.pop())) {
            (1, Some(root)) => Ok(root),
            _ => Err(XmlError::Cut),
        }
    }

    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// The rows of a list: children of a child, whatever they are named (`item`, `member`).
    pub fn rows(&self, name: &str) -> &[Self] {
        self.child(name).map_or(&[], |child| child.children.as_slice())
    }

    /// The text of the first element of this name, at any depth.
    pub fn find(&self, name: &str) -> Option<&str> {
        let own = self.children.iter().find(|child| child.name == name).map(|child| child.text.trim());
        own.or_else(|| self.children.iter().find_map(|child| child.find(name)))
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Puts the innermost open element into the one around it.
fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(closed) = open.pop()
        && let Some(around) = open.last_mut()
    {
        around.children.push(closed);
    }
}

fn named(entity: &str) -> Option<&'static str> {
    match entity {
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "quot" => Some("\""),
        "apos" => Some("'"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_query_protocol_says() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <vpcSet><item><vpcId>vpc-1</vpcId><name>a &amp; b &#x41;<![CDATA[<x>]]></name><empty/></item><item/></vpcSet>
</DescribeVpcsResponse>"#;
        let root = Element::read(text).unwrap();
        assert_eq!(root.name, "DescribeVpcsResponse");
        let rows = root.rows("vpcSet");
        assert_eq!((rows.len(), rows[0].text("vpcId")), (2, "vpc-1"));
        assert_eq!(rows[0].text("name"), "a & b A<x>");
        assert_eq!(root.find("vpcId"), Some("vpc-1"));
    }

    #[test]
    fn what_is_broken_is_told_not_died_of() {
        for broken in ["", "<a>", "<a><b></a>", "plain", "<a>&nope;</a>", "<a>&#xFFFFFFFF;</a>"] {
            assert!(Element::read(broken).is_err(), "{broken}");
        }
        assert_eq!(Element::read(&"<a>".repeat(100)), Err(XmlError::Deep));
    }
}
