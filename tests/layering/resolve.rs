//! Follows a path, as it stands in a text, to what it names: every stop on the way counts.

use super::tree::{Import, ModulePath, Scope, Tree};

/// A stop on the way from a path to what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    Crate(ModulePath),
    Outside(Vec<String>),
    /// A name that may have come through a glob of an outside crate.
    Perhaps(Vec<String>),
}

/// How many re-exports are followed before a circle is assumed.
const DEPTH: usize = 16;

pub struct Resolver<'a> {
    tree: &'a Tree,
    stops: Vec<Stop>,
}

/// The stops of `import` seen from `module` within `blocks`. A `bare` path is a lone identifier: never a crate's name,
/// and when a `use` binds it, that `use` is judged where it stands.
pub fn stops(tree: &Tree, module: &ModulePath, blocks: &[Scope], import: &Import, bare: bool) -> Vec<Stop> {
    let mut resolver = Resolver { tree, stops: Vec::new() };
    let outer = tree.scopes.get(module);
    let scopes: Vec<&Scope> = blocks.iter().rev().chain(outer).collect();
    resolver.follow(module, &scopes, import, bare, true, 0);
    resolver.stops
}

impl Resolver<'_> {
    fn follow(
        &mut self,
        module: &ModulePath,
        scopes: &[&Scope],
        import: &Import,
        bare: bool,
        globs: bool,
        depth: usize,
    ) {
        let Some(first) = import.segments.first().filter(|_| depth < DEPTH) else { return };
        let rest = &import.segments[1..];
        if import.absolute {
            return self.outside(&import.segments, depth);
        }
        match first.as_str() {
            "crate" => {
                let root = module.first().filter(|name| *name == "main").cloned();
                return self.walk(root.into_iter().collect(), rest, depth);
            }
            "self" => return self.walk(module.clone(), rest, depth),
            "super" => {
                let ups = import.segments.iter().take_while(|segment| *segment == "super").count();
                let base = module[..module.len().saturating_sub(ups)].to_vec();
                return self.walk(base, &import.segments[ups..], depth);
            }
            _ => {}
        }
        for scope in scopes {
            if let Some(imports) = scope.imports.get(first) {
                if !bare {
                    imports.iter().for_each(|import| self.bound(module, scopes, first, import, rest, depth));
                }
                return;
            }
            if scope.declared.contains(first) {
                let deeper = child(module, first);
                if self.tree.scopes.contains_key(&deeper) {
                    self.walk(deeper, rest, depth);
                }
                return;
            }
        }
        if !bare && self.is_outside(first) {
            return self.outside(&import.segments, depth);
        }
        if globs {
            scopes.iter().for_each(|scope| self.through_globs(module, scope, &import.segments, depth));
        }
    }

    /// What a `use` binds to `name`, with the segments that follow.
    fn bound(
        &mut self,
        module: &ModulePath,
        scopes: &[&Scope],
        name: &str,
        import: &Import,
        rest: &[String],
        depth: usize,
    ) {
        let segments: Vec<String> = import.segments.iter().chain(rest).cloned().collect();
        if import.segments.len() == 1 && import.segments[0] == name {
            self.outside(&segments, depth);
        } else {
            self.follow(module, scopes, &Import { segments, absolute: import.absolute }, false, true, depth + 1);
        }
    }

    fn through_globs(&mut self, module: &ModulePath, scope: &Scope, segments: &[String], depth: usize) {
        for glob in &scope.globs {
            for end in self.ends(module, glob) {
                match end {
                    Stop::Crate(base) if self.has(&base, &segments[0], &mut Vec::new()) => {
                        self.walk(base, segments, depth + 1);
                    }
                    Stop::Crate(_) | Stop::Perhaps(_) => {}
                    Stop::Outside(base) => self.stops.push(Stop::Perhaps([&base, segments].concat())),
                }
            }
        }
    }

    /// Where a glob's own path leads.
    fn ends(&self, module: &ModulePath, glob: &Import) -> Vec<Stop> {
        let mut inner = Resolver { tree: self.tree, stops: Vec::new() };
        let scopes: Vec<&Scope> = self.tree.scopes.get(module).into_iter().collect();
        inner.follow(module, &scopes, glob, false, false, 0);
        inner.stops
    }

    /// Whether a module declares or imports a name, by a glob too.
    fn has(&self, module: &ModulePath, name: &str, seen: &mut Vec<ModulePath>) -> bool {
        let Some(scope) = self.tree.scopes.get(module).filter(|_| !seen.contains(module)) else { return false };
        seen.push(module.clone());
        if scope.declared.contains(name) || scope.imports.contains_key(name) {
            return true;
        }
        let ends = scope.globs.iter().flat_map(|glob| self.ends(module, glob));
        ends.collect::<Vec<_>>().iter().any(|end| match end {
            Stop::Crate(base) => self.has(base, name, seen),
            Stop::Outside(_) => true,
            Stop::Perhaps(_) => false,
        })
    }

    /// Descends from `base` along `segments`, and goes on where a module passes a name on.
    fn walk(&mut self, base: ModulePath, segments: &[String], depth: usize) {
        self.stops.push(Stop::Crate([base.as_slice(), segments].concat()));
        if depth >= DEPTH {
            return;
        }
        let mut module = base;
        for (at, segment) in segments.iter().enumerate() {
            let deeper = child(&module, segment);
            if self.tree.scopes.contains_key(&deeper) {
                module = deeper;
                continue;
            }
            let Some(scope) = self.tree.scopes.get(&module) else { return };
            if let Some(imports) = scope.imports.get(segment) {
                let rest = &segments[at + 1..];
                imports.iter().for_each(|import| self.bound(&module, &[scope], segment, import, rest, depth));
            } else if !scope.declared.contains(segment) {
                self.through_globs(&module, scope, &segments[at..], depth + 1);
            }
            return;
        }
    }

    fn is_outside(&self, name: &str) -> bool {
        name == env!("CARGO_PKG_NAME") || self.tree.externs.contains(name)
    }

    fn outside(&mut self, segments: &[String], depth: usize) {
        match segments.split_first() {
            Some((first, rest)) if first == env!("CARGO_PKG_NAME") => self.walk(Vec::new(), rest, depth),
            Some((first, _)) if self.tree.externs.contains(first) => self.stops.push(Stop::Outside(segments.to_vec())),
            _ => {}
        }
    }
}

fn child(module: &ModulePath, name: &str) -> ModulePath {
    module.iter().cloned().chain([name.to_owned()]).collect()
}
