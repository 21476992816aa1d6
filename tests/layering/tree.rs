//! The modules of the crate: which names each declares, imports and passes on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use syn::{Item, UseTree};

/// A module's absolute path; the binary's root stands under `main`.
pub type ModulePath = Vec<String>;

/// One `use` leaf.
#[derive(Debug, Clone)]
pub struct Import {
    pub segments: Vec<String>,
    /// Began with `::`.
    pub absolute: bool,
}

#[derive(Debug, Default)]
pub struct Scope {
    pub declared: HashSet<String>,
    pub imports: HashMap<String, Vec<Import>>,
    pub globs: Vec<Import>,
}

impl Scope {
    pub fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Self {
        let mut scope = Self::default();
        for item in items.filter(|item| !for_tests(attributes(item))) {
            scope.take_in(item);
        }
        scope
    }

    fn take_in(&mut self, item: &Item) {
        let name = match item {
            Item::Use(import) => {
                for (leaf, name) in leaves(import) {
                    match name {
                        Some(name) => self.imports.entry(name).or_default().push(leaf),
                        None => self.globs.push(leaf),
                    }
                }
                return;
            }
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename).to_string();
                let leaf = Import { segments: vec![item.ident.to_string()], absolute: true };
                self.imports.entry(name).or_default().push(leaf);
                return;
            }
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Mod(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::TraitAlias(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => match &item.ident {
                Some(ident) => ident,
                None => return,
            },
            _ => return,
        };
        self.declared.insert(name.to_string());
    }
}

/// The leaves of a `use`, each with the name it binds (`None`: a glob).
pub fn leaves(import: &syn::ItemUse) -> Vec<(Import, Option<String>)> {
    fn walk(tree: &UseTree, path: &mut Vec<String>, absolute: bool, out: &mut Vec<(Import, Option<String>)>) {
        let mut leaf = |segments: Vec<String>, name: Option<String>| out.push((Import { segments, absolute }, name));
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                walk(&part.tree, path, absolute, out);
                path.pop();
            }
            UseTree::Name(part) if part.ident == "self" => leaf(path.clone(), path.last().cloned()),
            UseTree::Name(part) => leaf(joined(path, &part.ident), Some(part.ident.to_string())),
            UseTree::Rename(part) if part.ident == "self" => leaf(path.clone(), Some(part.rename.to_string())),
            UseTree::Rename(part) => leaf(joined(path, &part.ident), Some(part.rename.to_string())),
            UseTree::Glob(_) => leaf(path.clone(), None),
            UseTree::Group(part) => part.items.iter().for_each(|tree| walk(tree, path, absolute, out)),
        }
    }
    let mut out = Vec::new();
    walk(&import.tree, &mut Vec::new(), import.leading_colon.is_some(), &mut out);
    out
}

fn joined(path: &[String], last: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([last.to_string()]).collect()
}

/// A file of `src/` with the module it holds.
pub struct Source {
    /// Relative to the repository.
    pub file: String,
    pub module: ModulePath,
    pub parsed: syn::File,
}

#[derive(Default)]
pub struct Tree {
    pub sources: Vec<Source>,
    pub scopes: HashMap<ModulePath, Scope>,
    /// Crates that `Cargo.toml` names, and `std`.
    pub externs: HashSet<String>,
    /// What is wrong with the tree itself.
    pub faults: Vec<String>,
}

impl Tree {
    /// Reads every file under `src/` of the repository at `root`.
    pub fn read(root: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        collect(&root.join("src"), &mut files)?;
        let texts = files.into_iter().map(|file| {
            let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
            Ok((name, text))
        });
        let manifest = std::fs::read_to_string(root.join("Cargo.toml")).map_err(|error| error.to_string())?;
        Self::of(texts.collect::<Result<_, String>>()?, &manifest)
    }

    /// The same over texts in memory: paths such as `src/domain/mod.rs` with what they hold.
    pub fn of(texts: Vec<(String, String)>, manifest: &str) -> Result<Self, String> {
        let mut tree = Self { externs: externs(manifest)?, ..Self::default() };
        let mut waiting: HashMap<String, syn::File> = HashMap::new();
        for (name, text) in texts {
            let parsed = syn::parse_file(&text).map_err(|error| format!("{name}: {error}"))?;
            waiting.insert(name, parsed);
        }
        for (root, module) in [("src/lib.rs", vec![]), ("src/main.rs", vec!["main".to_owned()])] {
            if let Some(parsed) = waiting.remove(root) {
                tree.enter(root.to_owned(), module, "src".to_owned(), parsed, &mut waiting);
            }
        }
        let mut orphans: Vec<_> = waiting.into_keys().collect();
        orphans.sort();
        tree.faults.extend(orphans.into_iter().map(|file| format!("{file}: no `mod` line leads here")));
        Ok(tree)
    }

    /// Folders of the house: the modules of the library's root.
    pub fn folders(&self) -> BTreeSet<String> {
        self.scopes.keys().filter(|path| path.len() == 1).map(|path| path[0].clone()).collect()
    }

    fn enter(
        &mut self,
        file: String,
        module: ModulePath,
        dir: String,
        parsed: syn::File,
        waiting: &mut HashMap<String, syn::File>,
    ) {
        self.declare(&file, &module, &dir, &parsed.items, waiting);
        self.sources.push(Source { file, module, parsed });
    }

    fn declare(
        &mut self,
        file: &str,
        module: &ModulePath,
        dir: &str,
        items: &[Item],
        waiting: &mut HashMap<String, syn::File>,
    ) {
        self.scopes.insert(module.clone(), Scope::of(items.iter()));
        for item in items {
            let Item::Mod(item) = item else { continue };
            let name = item.ident.to_string();
            let test = for_tests(&item.attrs);
            if item.attrs.iter().any(|attribute| attribute.path().is_ident("path")) {
                self.faults.push(format!("{file}: `mod {name}` has a #[path]: modules lie where their name says"));
            }
            let deeper = format!("{dir}/{name}");
            let path: ModulePath = module.iter().cloned().chain([name]).collect();
            if let Some((_, items)) = &item.content {
                if !test {
                    self.declare(file, &path, &deeper, items, waiting);
                }
                continue;
            }
            let places = [format!("{deeper}.rs"), format!("{deeper}/mod.rs")];
            let found = places.iter().find_map(|place| waiting.remove(place).map(|parsed| (place.clone(), parsed)));
            match found {
                Some((_, parsed)) if test => forget(&parsed.items, &deeper, waiting),
                Some((place, parsed)) => self.enter(place, path, deeper, parsed, waiting),
                None => {}
            }
        }
    }
}

/// Test modules in files of their own, and theirs, are read by nobody here.
fn forget(items: &[Item], dir: &str, waiting: &mut HashMap<String, syn::File>) {
    for item in items {
        let Item::Mod(item) = item else { continue };
        let deeper = format!("{dir}/{}", item.ident);
        let parsed = waiting.remove(&format!("{deeper}.rs")).or_else(|| waiting.remove(&format!("{deeper}/mod.rs")));
        if let Some(parsed) = parsed {
            forget(&parsed.items, &deeper, waiting);
        }
    }
}

fn collect(dir: &Path, out: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            collect(&path, out)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
    out.sort();
    Ok(())
}

fn externs(manifest: &str) -> Result<HashSet<String>, String> {
    let manifest: toml::Table = manifest.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let tables = ["dependencies", "dev-dependencies"].into_iter().filter_map(|name| manifest.get(name)?.as_table());
    let named = tables.flat_map(|table| table.keys().map(|name| name.replace('-', "_")));
    Ok(named.chain(["std", "core", "alloc"].map(str::to_owned)).collect())
}

/// Whether an item is there for tests alone.
pub fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let cfg_test = || attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"));
        attribute.path().is_ident("test") || attribute.path().is_ident("cfg") && cfg_test()
    })
}

pub fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
