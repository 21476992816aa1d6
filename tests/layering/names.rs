//! Every path that a file names, with the scopes it stands in.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, Stmt};

use super::tree::{Import, ModulePath, Scope, Source, attributes, for_tests, leaves};

/// One path as it stands in the text.
#[derive(Debug)]
pub struct Named {
    pub line: usize,
    pub import: Import,
    /// A lone identifier, which never is the name of an outside crate.
    pub bare: bool,
    /// Ends in `::*`.
    pub glob: bool,
}

/// What a file names, handed out one by one: the module and the block scopes around it, innermost last.
pub fn each(source: &Source, mut act: impl FnMut(&ModulePath, &[Scope], Named)) {
    let mut walker = Walker { module: source.module.clone(), blocks: Vec::new(), act: &mut act };
    walker.visit_file(&source.parsed);
}

struct Walker<'a> {
    module: ModulePath,
    blocks: Vec<Scope>,
    act: &'a mut dyn FnMut(&ModulePath, &[Scope], Named),
}

impl Walker<'_> {
    fn name(&mut self, line: usize, segments: Vec<String>, absolute: bool, bare: bool, glob: bool) {
        let named = Named { line, import: Import { segments, absolute }, bare, glob };
        (self.act)(&self.module, &self.blocks, named);
    }

    fn path(&mut self, path: &syn::Path) {
        let Some(first) = path.segments.first() else { return };
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let bare = segments.len() == 1 && path.leading_colon.is_none();
        self.name(first.ident.span().start().line, segments, path.leading_colon.is_some(), bare, false);
    }

    /// Paths in tokens that `syn` does not parse: the insides of macros and attributes.
    fn tokens(&mut self, tokens: TokenStream, texts: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream(), texts),
                TokenTree::Literal(literal) if texts => {
                    let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).ok();
                    let path = text.and_then(|text| syn::parse_str::<syn::Path>(&text.value()).ok());
                    if let Some(path) = path.filter(|path| path.segments.len() > 1) {
                        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                        self.name(literal.span().start().line, segments, path.leading_colon.is_some(), false, false);
                    }
                }
                TokenTree::Ident(first) => {
                    let member = at > 0 && is_punct(&tokens[at - 1], '.');
                    let absolute = at >= 2 && colons(&tokens[at - 2..]) && !(at >= 3 && ends_a_path(&tokens[at - 3]));
                    let mut segments = vec![first.to_string()];
                    at += 1;
                    let mut open = false;
                    while at + 1 < tokens.len() && colons(&tokens[at..]) {
                        open = true;
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else {
                            break;
                        };
                        segments.push(next.to_string());
                        at += 3;
                    }
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 2).filter(|_| colons(&tokens[at..]))
                        && group.delimiter() == Delimiter::Brace
                    {
                        self.group(first.span().start().line, &segments, absolute, group.stream());
                        at += 3;
                    }
                    if open && !member {
                        self.name(first.span().start().line, segments, absolute, false, false);
                    }
                    continue;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    /// A brace after `a::` within tokens: a nested `use`.
    fn group(&mut self, line: usize, prefix: &[String], absolute: bool, tokens: TokenStream) {
        let text = format!("use {}{}::{{{tokens}}};", if absolute { "::" } else { "" }, prefix.join("::"));
        let Ok(import) = syn::parse_str::<syn::ItemUse>(&text) else { return };
        for (leaf, name) in leaves(&import) {
            self.name(line, leaf.segments, leaf.absolute, false, name.is_none());
        }
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn colons(tokens: &[TokenTree]) -> bool {
    let joint = matches!(tokens.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    joint && tokens.get(1).is_some_and(|token| is_punct(token, ':'))
}

fn ends_a_path(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(_)) || is_punct(token, '>')
}

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let Some((_, items)) = &item.content else { return };
        self.module.push(item.ident.to_string());
        let outer = std::mem::take(&mut self.blocks);
        items.iter().for_each(|item| self.visit_item(item));
        self.blocks = outer;
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let line = item.use_token.span.start().line;
        for (leaf, name) in leaves(item) {
            self.name(line, leaf.segments, leaf.absolute, false, name.is_none());
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.name(item.ident.span().start().line, vec![item.ident.to_string()], true, false, false);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let items = block.stmts.iter().filter_map(|stmt| if let Stmt::Item(item) = stmt { Some(item) } else { None });
        self.blocks.push(Scope::of(items));
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.path(&call.path);
        self.tokens(call.tokens.clone(), false);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        self.path(attribute.path());
        match &attribute.meta {
            syn::Meta::Path(_) => {}
            syn::Meta::List(list) => self.tokens(list.tokens.clone(), true),
            syn::Meta::NameValue(pair) => self.visit_expr(&pair.value),
        }
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}
