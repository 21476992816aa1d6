//! Where each field of a text stands. Works line by line on what the highlighter tells, so a text that does not parse
//! has places too.

use super::field_path::Step;
use super::highlight::{LineState, Role, Span, highlight};

/// Line and column (in characters), both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// One key or list element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `None`: at the top of its document.
    pub parent: Option<usize>,
    pub step: Step,
    pub line: usize,
    /// First byte in the line: of the key, or of the `-`.
    pub start: usize,
    pub place: Place,
    /// The scalar that stands for it, as written.
    pub value: Option<Box<str>>,
    pub value_place: Place,
    first_child: Option<usize>,
    last_child: Option<usize>,
    next: Option<usize>,
}

/// Every key and list element of one document, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    pub nodes: Vec<Node>,
    /// The last node at the top.
    last_top: Option<usize>,
}

/// A block collection or a flow collection that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    owner: Option<usize>,
    column: usize,
    list: bool,
    count: usize,
    last: Option<usize>,
    /// The element after `[` or `,` has not begun.
    wanting: bool,
}

impl Frame {
    fn new(owner: Option<usize>, column: usize, list: bool) -> Self {
        Self { owner, column, list, count: 0, last: None, wanting: list }
    }
}

#[derive(Default)]
struct Walker {
    places: Places,
    blocks: Vec<Frame>,
    flows: Vec<Frame>,
}

impl Places {
    /// The places of one document's lines; the first of them is line `first` of the whole text.
    pub fn of<'a>(lines: impl Iterator<Item = &'a str>, first: usize) -> Self {
        let mut walker = Walker::default();
        let mut state = LineState::default();
        for (number, line) in lines.enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let (spans, next) = highlight(line, state);
            walker.line(line, first + number, &spans);
            state = next;
        }
        walker.places
    }

    /// The node of a path, or of the nearest parent that exists, and whether it is the whole path. `None` when not even
    /// the first step exists.
    pub fn find(&self, path: &[Step]) -> Option<(&Node, bool)> {
        let (node, exact) = self.find_id(path);
        node.and_then(|id| self.nodes.get(id)).map(|node| (node, exact))
    }

    fn find_id(&self, path: &[Step]) -> (Option<usize>, bool) {
        let mut parent = None;
        for (depth, step) in path.iter().enumerate() {
            let next = self.children(parent).find(|id| self.fits(*id, step));
            match next {
                Some(id) => parent = Some(id),
                // A key with dots in it reads as several steps.
                None => match self.dotted(parent, &path[depth..]) {
                    Some((id, taken)) => {
                        let (below, exact) = self.find_below(id, &path[depth + taken..]);
                        return (below, exact);
                    }
                    None => return (parent, false),
                },
            }
        }
        (parent, parent.is_some())
    }

    fn find_below(&self, node: usize, rest: &[Step]) -> (Option<usize>, bool) {
        let mut at = node;
        for step in rest {
            match self.children(Some(at)).find(|id| self.fits(*id, step)) {
                Some(id) => at = id,
                None => return (Some(at), false),
            }
        }
        (Some(at), true)
    }

    fn dotted(&self, parent: Option<usize>, rest: &[Step]) -> Option<(usize, usize)> {
        let mut name = String::new();
        for (taken, step) in rest.iter().enumerate().take(8) {
            let Step::Key(key) = step else { break };
            if taken > 0 {
                name.push('.');
            }
            name.push_str(key);
            let wanted = Step::Key(name.as_str().into());
            if taken > 0
                && let Some(id) = self.children(parent).find(|id| self.nodes[*id].step == wanted)
            {
                return Some((id, taken + 1));
            }
        }
        None
    }

    /// Ids of the nodes right below one.
    pub fn children(&self, parent: Option<usize>) -> impl Iterator<Item = usize> {
        let first = match parent {
            Some(id) => self.nodes.get(id).and_then(|node| node.first_child),
            None => (!self.nodes.is_empty()).then_some(0),
        };
        std::iter::successors(first, |id| self.nodes[*id].next)
    }

    fn fits(&self, id: usize, step: &Step) -> bool {
        match step {
            Step::Element(pairs) => {
                matches!(self.nodes[id].step, Step::Index(_))
                    && pairs.iter().all(|(key, value)| {
                        self.children(Some(id)).any(|child| {
                            let child = &self.nodes[child];
                            child.step == Step::Key(key.clone()) && child.value.as_deref() == Some(value)
                        })
                    })
            }
            step => self.nodes[id].step == *step,
        }
    }

    /// The last line on which something below a path begins.
    pub fn last_line_below(&self, path: &[Step]) -> Option<usize> {
        let (Some(top), true) = self.find_id(path) else { return None };
        let last = std::iter::successors(Some(top), |id| self.nodes[*id].last_child).last()?;
        Some(self.nodes[last].value_place.line)
    }

    /// The steps from the top of the document to a node.
    pub fn path(&self, id: usize) -> Vec<Step> {
        let mut path = Vec::new();
        let mut at = Some(id);
        while let Some(node) = at.and_then(|id| self.nodes.get(id)) {
            path.push(node.step.clone());
            at = node.parent;
        }
        path.reverse();
        path
    }
}

impl Walker {
    fn line(&mut self, line: &str, number: usize, spans: &[Span]) {
        for span in spans {
            let text = &line[span.start..span.end];
            match span.role {
                Role::Punctuation => self.punctuation(line, number, span, text),
                Role::Key => self.key(line, number, span, text),
                Role::String | Role::Number | Role::Bool | Role::Null => self.scalar(line, number, span, text),
                Role::Comment | Role::Anchor | Role::Error => {}
            }
        }
    }

    fn push(&mut self, parent: Option<usize>, step: Step, line: &str, number: usize, start: usize) -> usize {
        let place = Place { line: number, column: line[..start].chars().count() };
        let nodes = &mut self.places.nodes;
        let id = nodes.len();
        let before = match parent {
            Some(parent) => nodes[parent].last_child.replace(id),
            None => self.places.last_top.replace(id),
        };
        if let Some(before) = before {
            nodes[before].next = Some(id);
        } else if let Some(parent) = parent {
            nodes[parent].first_child = Some(id);
        }
        let (first_child, last_child, next) = (None, None, None);
        let value = None;
        let line = number;
        nodes.push(Node { parent, step, line, start, place, value, value_place: place, first_child, last_child, next });
        id
    }

    fn punctuation(&mut self, line: &str, number: usize, span: &Span, text: &str) {
        match text {
            "---" | "..." => {
                self.blocks.clear();
                self.flows.clear();
            }
            "-" if self.flows.is_empty() => self.dash(line, number, span.start),
            "[" | "{" => {
                self.element(line, number, span.start);
                let owner = self.current();
                self.flows.push(Frame::new(owner, span.start, text == "["));
            }
            "]" | "}" => {
                self.flows.pop();
            }
            "," => {
                if let Some(flow) = self.flows.last_mut().filter(|flow| flow.list) {
                    flow.count += 1;
                    flow.wanting = true;
                }
            }
            _ => {}
        }
    }

    /// What a scalar or a nested collection would belong to.
    fn current(&self) -> Option<usize> {
        match self.flows.last() {
            Some(flow) => flow.last.or(flow.owner),
            None => self.blocks.last().and_then(|block| block.last),
        }
    }

    fn dash(&mut self, line: &str, number: usize, column: usize) {
        self.blocks.truncate(self.blocks.iter().rposition(|frame| frame.column <= column).map_or(0, |at| at + 1));
        match self.blocks.last() {
            Some(frame) if frame.list && frame.column == column => {}
            Some(frame) => {
                let owner = frame.last;
                self.blocks.push(Frame::new(owner, column, true));
            }
            None => self.blocks.push(Frame::new(None, column, true)),
        }
        let Some((owner, count)) = self.blocks.last().map(|frame| (frame.owner, frame.count)) else { return };
        let id = self.push(owner, Step::Index(count), line, number, column);
        if let Some(frame) = self.blocks.last_mut() {
            frame.count += 1;
            frame.last = Some(id);
        }
    }

    fn key(&mut self, line: &str, number: usize, span: &Span, text: &str) {
        let name = text.trim_matches(['"', '\'']);
        if self.flows.is_empty() {
            let column = span.start;
            self.blocks.truncate(
                self.blocks
                    .iter()
                    .rposition(|frame| frame.column < column || (frame.column == column && !frame.list))
                    .map_or(0, |at| at + 1),
            );
            if self.blocks.last().is_none_or(|frame| frame.list || frame.column < column) {
                let owner = self.blocks.last().and_then(|frame| frame.last);
                self.blocks.push(Frame::new(owner, column, false));
            }
        } else {
            self.element(line, number, span.start);
        }
        let frame = self.flows.last().or(self.blocks.last());
        let owner = frame.and_then(|frame| if frame.list { frame.last.or(frame.owner) } else { frame.owner });
        let id = self.push(owner, Step::Key(name.into()), line, number, span.start);
        if let Some(frame) = self.flows.last_mut().or(self.blocks.last_mut()).filter(|frame| !frame.list) {
            frame.last = Some(id);
        }
    }

    /// The element of a flow list that begins here, if one is due.
    fn element(&mut self, line: &str, number: usize, start: usize) {
        let Some(flow) = self.flows.last().copied().filter(|flow| flow.wanting) else { return };
        let id = self.push(flow.owner, Step::Index(flow.count), line, number, start);
        if let Some(flow) = self.flows.last_mut() {
            flow.last = Some(id);
            flow.wanting = false;
        }
    }

    fn scalar(&mut self, line: &str, number: usize, span: &Span, text: &str) {
        self.element(line, number, span.start);
        let place = Place { line: number, column: line[..span.start].chars().count() };
        if let Some(node) = self.current().and_then(|id| self.places.nodes.get_mut(id))
            && node.value.is_none()
        {
            node.value = Some(text.trim_matches(['"', '\'']).into());
            node.value_place = place;
        }
    }
}

#[cfg(test)]
mod tests;
