//! A person's own templates: `templates/*.yaml` in the configuration folder.

use std::path::PathBuf;

use super::Paths;
use super::files::read;
use crate::domain::template::{Broken, Template, TemplateError, parse};
use crate::domain::text::clean;

/// Every template of a person, by file name; one that cannot be used comes with the reason, and stops nothing.
pub fn own_templates(paths: &Paths) -> Vec<Result<Template, Broken>> {
    let Some(folder) = paths.config.as_ref().map(|folder| folder.join("templates")) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"));
    files.sort_unstable();
    files.iter().map(|path| own_template(paths, path)).collect()
}

fn own_template(paths: &Paths, path: &std::path::Path) -> Result<Template, Broken> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let broken = |error: TemplateError| Broken {
        name: clean(&name).as_ref().into(),
        file: clean(&paths.shown(path)).into_owned(),
        error: TemplateError { words: clean(&error.words).into_owned(), ..error },
    };
    let whole = |words: String| broken(TemplateError { line: 1, words });
    let mut problems = Vec::new();
    let Some(file) = read(paths, path, true, &mut problems) else {
        return Err(whole(problems.pop().map_or("cannot be read".to_owned(), |problem| problem.words)));
    };
    let template = parse(&name, &file.text).map_err(broken)?;
    let filled = template.preview(&Default::default(), Default::default());
    match serde_yaml::from_multiple::<serde_json::Value>(&filled) {
        Ok(_) => Ok(template),
        Err(error) => {
            let error = error.without_snippet().to_string();
            Err(whole(format!("filled in it is no YAML: {}", error.lines().next().unwrap_or_default())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    #[test]
    fn own_templates_are_read_and_a_broken_one_stops_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("eksdeck/templates");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("b.yaml"), "# @title Mine\n# @field x: text = y \"X\"\nkind: \"{{x}}\"\n").unwrap();
        std::fs::write(folder.join("a.yml"), "kind: {{x}}\n").unwrap();
        std::fs::write(folder.join("c.yaml"), b"\xff\xfe").unwrap();
        std::fs::write(folder.join("d.yaml"), "kind: [\n").unwrap();
        std::fs::write(folder.join("notes.txt"), "kind: x\n").unwrap();
        let environment = Environment { xdg_config: Some(home.path().into()), ..Environment::default() };
        let own = own_templates(&Paths::of(&environment));
        let told: Vec<(String, String)> = own
            .iter()
            .map(|template| match template {
                Ok(template) => (template.name.to_string(), template.title.clone()),
                Err(broken) => (broken.name.to_string(), broken.error.to_string()),
            })
            .collect();
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
        assert!(told[0].1.starts_with("line 1: a placeholder stands"), "{told:?}");
        assert_eq!(told[1].1, "Mine");
        assert_eq!(told[2].1, "line 1: not UTF-8: not read");
        assert!(told[3].1.starts_with("line 1: filled in it is no YAML"), "{told:?}");
        assert!(own_templates(&Paths::default()).is_empty());
    }
}
