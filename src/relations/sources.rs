//! Headers of sources as rows.

use crate::facts::Source;

use super::rows::Rows;

/// The rows of one header.
pub(super) fn source(source: &Source, rows: &mut Rows<'_>) {
    let id = source.id.value;
    rows.put("source", [id.into()], source.id.span);
    for author in &source.authors {
        rows.put("author", [id.into(), author.value.into()], author.span);
    }
    if let Some(publisher) = source.publisher {
        rows.put("publisher", [id.into(), publisher.value.into()], publisher.span);
    }
    let published = source.published.value;
    rows.put("published", [id.into(), published.first.into(), published.last.into()], source.published.span);
    rows.put("grade", [id.into(), source.grade.value.into()], source.grade.span);
    rows.put("source_kind", [id.into(), source.kind.value.into()], source.kind.span);
    for origin in &source.from {
        rows.put("derived_from", [id.into(), origin.value.into()], origin.span);
    }
}
