//! Joins the frames that are drawn one below the other into one frame over several files.
//!
//! In: drawn text and what is known of its frames; out: the same text with one frame. Knows nothing of the renderer.

/// The characters that frames are drawn with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyphs {
    /// Start of a frame's first line.
    pub(super) top: char,
    /// Start of a frame's last line.
    pub(super) bottom: char,
    /// Start of a line between two files.
    pub(super) cross: char,
    /// Horizontal bar.
    pub(super) across: char,
    /// Vertical bar.
    pub(super) down: char,
    /// Stands for lines left out.
    pub(super) skip: char,
}

/// One frame, as it will be found in the drawn text.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// `path:line:column`, as its first line shows it.
    pub(super) header: String,
    /// Columns before its border.
    pub(super) gutter: usize,
    /// Whether the frame before it shows the same file.
    pub(super) continues: bool,
}

/// The drawn text with its frames joined and all gutters as wide as the widest.
///
/// Frames are recognised by header and gutter, in order, so that no text from files can open or close one.
pub(super) fn join(drawn: &str, glyphs: Glyphs, frames: &[Frame]) -> String {
    let widest = frames.iter().map(|frame| frame.gutter).max().unwrap_or(0);
    let margin = " ".repeat(widest);
    let bottom = format!("{}{}", glyphs.bottom, String::from(glyphs.across).repeat(4));
    let mut out = String::with_capacity(drawn.len());
    let mut push = |line: &str| {
        out.push_str(line.trim_end());
        out.push('\n');
    };
    let (mut at, mut open) = (0, false);
    for line in drawn.lines() {
        let Some(frame) = frames.get(at) else {
            push(line);
            continue;
        };
        let padding = &margin[..widest - frame.gutter];
        let plain = plain(line);
        let Some(rest) = plain.strip_prefix(&margin[..frame.gutter]) else {
            push(&if open { format!("{padding}{line}") } else { line.to_owned() });
            continue;
        };
        if !open && rest == format!("{}{}[{}]", glyphs.top, glyphs.across, frame.header) {
            open = true;
            match at {
                0 => push(&format!("{padding}{line}")),
                _ if frame.continues => push(&format!("{margin}{}", glyphs.skip)),
                _ => {
                    push(&format!("{margin}{}", glyphs.down));
                    let top = String::from(glyphs.top);
                    push(&format!("{padding}{}", line.replacen(&top, &String::from(glyphs.cross), 1)));
                }
            }
        } else if open && rest == bottom {
            (at, open) = (at + 1, false);
            if at == frames.len() {
                push(&format!("{padding}{line}"));
            }
        } else if open {
            push(&format!("{padding}{line}"));
        } else {
            push(line);
        }
    }
    out
}

/// The line without colour (`ESC [ … m`) and link (`ESC ] … ESC \`) sequences.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if chars.next() == Some('[') {
            chars.by_ref().find(|&c| c == 'm');
        } else {
            chars.by_ref().find(|&c| c == '\u{1b}');
            chars.next();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASCII: Glyphs = Glyphs { top: ',', bottom: '`', cross: '|', across: '-', down: '|', skip: ':' };

    fn frame(header: &str, gutter: usize, continues: bool) -> Frame {
        Frame { header: header.to_owned(), gutter, continues }
    }

    fn check(drawn: &str, frames: &[Frame], expect: &str) {
        assert_eq!(join(drawn, ASCII, frames), expect);
    }

    #[test]
    fn frames_are_joined_and_text_cannot_close_them() {
        let one = "  x hi\n   ,-[a:8:1]\n 8 | x\n   : `----\n   `----\n";
        let two = "    ,-[a:10:1]\n 10 | y\n    `----\n";
        let three = "   ,-[\u{1b}[36mb:1:1\u{1b}[0m]\n 1 | z\n   `----\n  help: y\n";
        check(
            &format!("{one}{two}{three}"),
            &[frame("a:8:1", 3, false), frame("a:10:1", 4, true), frame("b:1:1", 3, false)],
            "  x hi\n    ,-[a:8:1]\n  8 | x\n    : `----\n    :\n 10 | y\n    |\n    |-[\u{1b}[36mb:1:1\u{1b}[0m]\n  1 | z\n    `----\n  help: y\n",
        );
    }

    #[test]
    fn sequences_are_skipped_when_matching() {
        assert_eq!(plain("\u{1b}]8;;http://x\u{1b}\\a\u{1b}[1;36mb\u{1b}[0m\u{1b}]8;;\u{1b}\\"), "ab");
    }
}
