//! Text as Markdown that shows it and does nothing else: no markup, links, mentions, references or formulas come of it.
//!
//! GitHub and GitLab look for mentions and references in the text that is left when markup is read, so backslashes do not keep
//! them away; there the character they begin with stands in an element of its own.

use std::collections::BTreeSet;

use super::visible::visible;

/// The same as [`text`], to stand at the start of a line: no list or heading comes of it.
pub(super) fn line(words: &str) -> String {
    let words = words.trim_start();
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let opens = words.starts_with(['-', '+', '=', '#']) || (digits > 0 && words[digits..].starts_with(['.', ')']));
    match words.chars().next().filter(|_| opens) {
        Some(first) => format!("<span>{first}</span>{}", text(&words[first.len_utf8()..])),
        None => text(words),
    }
}

/// Prose in which parts between backquotes are code, as messages have it. The result is one line, to stand behind other text.
pub(super) fn text(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = &text[..];
    while let Some(open) = rest.find('`') {
        let behind = &rest[open + 1..];
        let Some(close) = behind.find('`') else { break };
        if behind[..close].trim().is_empty() {
            prose(&mut out, &rest[..=open]);
            rest = behind;
            continue;
        }
        prose(&mut out, &rest[..open]);
        if out.ends_with('`') {
            // Two spans of code in a row would be read as one.
            out.push_str("<span></span>");
        }
        out.push_str(&fenced(&behind[..close]));
        rest = &behind[close + 1..];
    }
    prose(&mut out, rest);
    out
}

/// Text as code. The result is one line.
pub(super) fn code(text: &str) -> String {
    fenced(&visible(text))
}

/// A code span with a fence that the text does not hold.
fn fenced(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let runs: BTreeSet<usize> = text.split(|c| c != '`').map(str::len).collect();
    let fence = "`".repeat((1..=runs.len() + 1).find(|length| !runs.contains(length)).unwrap_or(1));
    // One space at both ends is taken away by readers if both are there.
    let is_edge = |c: char| c == '`' || c == ' ';
    let pad = if text.starts_with(is_edge) || text.ends_with(is_edge) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text without code.
fn prose(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match c {
            _ if wakes(text, at, c, rest) => {
                out.push_str("<span>");
                plain(out, c);
                out.push_str("</span>");
            }
            '_' if is_inside_word(text, at, rest) => out.push(c),
            c => plain(out, c),
        }
    }
}

/// A character that means nothing to a reader of Markdown any more.
fn plain(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '^' => out.extend(['\\', c]),
        c => out.push(c),
    }
}

fn is_inside_word(text: &str, at: usize, rest: &str) -> bool {
    text[..at].ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric)
}

/// Whether a service would make something of the character and what follows it: a mention, a reference, a link, a formula,
/// a picture.
fn wakes(text: &str, at: usize, c: char, rest: &str) -> bool {
    let before = &text[..at];
    let word_follows = || rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
    match c {
        '$' => true,
        // A mention, or an address of mail; an issue, a merge request, a label, a milestone, an epic, an alert.
        '@' | '#' | '!' | '~' | '%' | '&' | '^' => word_follows(),
        // A link, or a picture such as `:tada:`.
        ':' => {
            let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_+-".contains(b)).count();
            rest.starts_with("//") || (word > 0 && rest[word..].starts_with(':')) || ends_with_word(before, "mailto")
        }
        '.' => ends_with_word(before, "www"),
        '-' => ends_with_word(before, "gh") && rest.starts_with(|c: char| c.is_ascii_digit()),
        c if c.is_ascii_hexdigit() => is_sixth_of_hash(text, at),
        _ => false,
    }
}

/// Whether the digit is the first, the seventh, … of what may be the hash of a commit: what is left is too short for one.
fn is_sixth_of_hash(text: &str, at: usize) -> bool {
    let longest = 41;
    let before = text[..at].bytes().rev().take(longest).take_while(u8::is_ascii_hexdigit).count();
    let behind = text[at..].bytes().take(longest).take_while(u8::is_ascii_hexdigit).count();
    let (start, end) = (at - before, at + behind);
    let word = &text[start..end];
    let is_mixed = word.contains(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_ascii_alphabetic());
    let is_whole = !text[..start].ends_with(char::is_alphanumeric) && !text[end..].starts_with(char::is_alphanumeric);
    before % 6 == 0 && (7..=40).contains(&word.len()) && is_mixed && is_whole
}

/// Whether the text ends with the word, in any case.
fn ends_with_word(text: &str, word: &str) -> bool {
    let tail = text.len().checked_sub(word.len()).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
}

#[cfg(test)]
pub(super) mod tests {
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;

    /// What readers of services do, but for turning quotation marks.
    pub(in crate::report) fn options() -> Options {
        Options::all() - Options::ENABLE_SMART_PUNCTUATION
    }

    /// Reads Markdown, of which only paragraphs, code and `<span>` may come, and gives the text that is shown.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named must not come")]
    pub(in crate::report) fn shown(markdown: &str) -> String {
        let mut out = String::new();
        let mut run = String::new();
        for event in Parser::new_ext(&format!("- {markdown}"), options()) {
            match event {
                Event::Text(text) => {
                    run.push_str(&text);
                    out.push_str(&text);
                    continue;
                }
                Event::Code(text) => out.push_str(&text),
                Event::InlineHtml(html) => assert!(["<span>", "</span>"].contains(&&*html), "{markdown}: {html}"),
                Event::Start(tag) => {
                    let is_plain = matches!(
                        tag,
                        pulldown_cmark::Tag::Paragraph | pulldown_cmark::Tag::List(_) | pulldown_cmark::Tag::Item
                    );
                    assert!(is_plain, "{markdown}: {tag:?}");
                }
                Event::End(_) | Event::SoftBreak => {}
                other => panic!("{markdown}: {other:?}"),
            }
            assert_asleep(&std::mem::take(&mut run));
        }
        assert_asleep(&run);
        out
    }

    /// Nothing in a piece of text is a mention, a reference or a link to a service.
    pub(in crate::report) fn assert_asleep(run: &str) {
        for sign in ['@', '#', '!', '~', '%', '&', '^'] {
            let woken = run.match_indices(sign).any(|(at, _)| run[at + 1..].starts_with(|c: char| c.is_alphanumeric()));
            assert!(!woken, "{run}");
        }
        for word in ["://", "www.", "mailto:", "GH-1"] {
            assert!(!run.contains(word), "{run}");
        }
        assert!(!run.contains('$') || run == "$", "{run}");
        let is_hash = |b: u8| b.is_ascii_hexdigit();
        let letters = |word: &str| word.bytes().filter(u8::is_ascii_alphabetic).count();
        let hash = |word: &str| {
            (7..=40).contains(&word.len()) && word.bytes().all(is_hash) && (1..word.len()).contains(&letters(word))
        };
        assert!(!run.split(|c: char| !c.is_alphanumeric()).any(hash), "{run}");
    }

    #[test]
    fn plain_prose_stays_as_it_is() {
        for plain in [
            "Russia is said to stand by Iran; a claim by Mohammad Ali Jafari doubts it",
            "two figures for tunnel costs do not agree: 410e6EUR, and 655e6EUR (5 %)",
            "the forecast prolongs a trend: `iran-russia-ties grows`",
            "410000000 EUR, effaced, 62643b9f0162643b9f0162643b9f0162643b9f0162643b9f01",
            "by `russia.allies`, at 12:30, a_b, “quoted” – 日本",
        ] {
            assert_eq!(text(plain), plain);
            assert_eq!(shown(plain), plain.replace('`', ""));
        }
    }

    #[test]
    fn text_that_would_do_something_is_shown_whole() {
        for evil in [
            "@everyone and a@b.org, org/repo#1 #12 GH-12 gh-12 !3 ~label %12 &5 ^alert#6 $x$ $$y$$",
            "http://x.org www.x.org ftp://x https://x mailto:a@b.c WWW.x.org :tada: 12:30:45",
            "[link](http://x) ![picture](x) <script>alert(1)</script> <!-- x --> &lt; &#64;team [^1] [x]: y",
            "*a* _b_ **c** __d__ ~~e~~ a_b_c snake_case_name \\* \\",
            "| a | b | ==x== ^up^ ~down~ - [ ] # 1. + > 62643b9 62643b9f0162643b9f0162643b9f0162643b9f01",
            "{{ a }} {% b %} <details><summary>x</summary> </details>",
            "\u{202e}x\u{1b}[2J \r\n ::error::x ##[y]",
        ] {
            assert_eq!(shown(&text(evil)), visible(evil), "{}", text(evil));
        }
    }

    #[test]
    fn a_line_opens_nothing() {
        for (words, expect) in [
            ("1. a", "<span>1</span>. a"),
            ("  12) a", "<span>1</span>2) a"),
            ("- a", "<span>-</span> a"),
            ("# a", "<span>#</span> a"),
            ("=== a", "<span>=</span>== a"),
            ("2015 was", "2015 was"),
            ("> a", "&gt; a"),
            ("*** a", "\\*\\*\\* a"),
        ] {
            assert_eq!(line(words), expect);
            assert_eq!(shown(&line(words)), words.trim_start());
        }
    }

    #[test]
    fn backquotes_make_code_and_nothing_leaves_it() {
        for (input, expect, read) in [
            ("a `b*c` d", "a `b*c` d", "a b*c d"),
            ("`a``b`", "`a`<span></span>`b`", "ab"),
            ("` `a`", "\\` `a`", "` a"),
            ("```a`", "\\`\\`<span></span>`a`", "``a"),
            ("one ` alone *x*", "one \\` alone \\*x\\*", "one ` alone *x*"),
            ("one `` two", "one \\`\\` two", "one `` two"),
            ("`@team #1` @team", "`@team #1` <span>@</span>team", "@team #1 @team"),
        ] {
            assert_eq!(text(input), expect);
            assert_eq!(shown(expect), read, "{input}");
        }
        for evil in ["`", "``", "a`b", "`a", "a``b`c", " a ", "` `", "<b>@x", "\\", "\\`", "a\\", "x ```` y `` z ` w"] {
            assert_eq!(shown(&code(evil)), evil, "{}", code(evil));
        }
        assert_eq!(code("  "), "");
    }
}
