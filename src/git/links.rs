//! Symbolic links inside a tree, followed as a file system follows them.

use std::collections::BTreeMap;

/// How many links are followed on the way to one file; Linux has the same limit.
const MOST_LINKS: usize = 40;

/// The file that a path leads to, where `links` holds the targets of links by their paths and `is_file` knows the files.
/// `None` where it leads to no file, in a circle, or out of the tree.
pub(super) fn target(path: &str, links: &BTreeMap<String, String>, is_file: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut left: Vec<String> = parts(path);
    let mut done: Vec<String> = Vec::new();
    let mut followed = 0;
    while let Some(part) = left.pop() {
        match part.as_str() {
            "." => {}
            ".." => {
                done.pop()?;
            }
            _ => {
                done.push(part);
                if let Some(target) = links.get(&done.join("/")) {
                    followed += 1;
                    if followed > MOST_LINKS || target.starts_with('/') {
                        return None;
                    }
                    done.pop();
                    left.extend(parts(target));
                }
            }
        }
    }
    Some(done.join("/")).filter(|found| is_file(found))
}

/// The parts of a path, the last first.
fn parts(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).rev().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_the_tree_only() {
        let links = [
            ("a.yaml", "deep/b.yaml"),
            ("deep/up.yaml", "../c.yaml"),
            ("folder", "deep"),
            ("through.yaml", "folder/b.yaml"),
            ("out.yaml", "../x.yaml"),
            ("root.yaml", "/etc/passwd"),
            ("one.yaml", "two.yaml"),
            ("two.yaml", "one.yaml"),
            ("none.yaml", "nothing.yaml"),
            ("chain.yaml", "a.yaml"),
        ];
        let links: BTreeMap<String, String> = links.map(|(from, to)| (from.to_owned(), to.to_owned())).into();
        let is_file = |path: &str| matches!(path, "deep/b.yaml" | "c.yaml");
        let check = |path: &str, expect: Option<&str>| {
            assert_eq!(target(path, &links, &is_file).as_deref(), expect, "{path}");
        };
        check("a.yaml", Some("deep/b.yaml"));
        check("deep/up.yaml", Some("c.yaml"));
        check("through.yaml", Some("deep/b.yaml"));
        check("folder/up.yaml", Some("c.yaml"));
        check("chain.yaml", Some("deep/b.yaml"));
        for path in ["out.yaml", "root.yaml", "one.yaml", "none.yaml", "folder"] {
            check(path, None);
        }
    }
}
