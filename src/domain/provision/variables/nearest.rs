//! The name that was meant.

/// How many letters may be wrong.
const WRONG: usize = 2;

/// The most alike of `names`, unless none is.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(wrong, known)| *wrong <= WRONG && 2 * wrong < known.chars().count())
        .min_by_key(|(wrong, _)| *wrong)
        .map(|(_, known)| known)
}
