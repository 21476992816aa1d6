//! What the mouse does. Nothing can be done by the mouse alone: each row has keys that do the same.

/// Rows that one notch of the wheel moves.
pub const WHEEL_ROWS: i8 = 3;

/// A gesture and what it does, in words for the help and the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MouseRow {
    pub gesture: &'static str,
    pub words: &'static str,
}

/// Every gesture.
pub const TABLE: &[MouseRow] = &[
    MouseRow { gesture: "click a row", words: "Focus its pane and select it" },
    MouseRow { gesture: "click a pane or its title", words: "Focus the pane" },
    MouseRow { gesture: "click a column's name", words: "Sort by the column; again turns the order round" },
    MouseRow { gesture: "click a word of the footer, or `? help`", words: "Run its command" },
    MouseRow { gesture: "click beside a layer", words: "Close the layer, unless it asks a question" },
    MouseRow { gesture: "wheel", words: "Scroll what is under the pointer, 3 rows a notch" },
    MouseRow { gesture: "shift and drag", words: "Select text as the terminal does" },
];
