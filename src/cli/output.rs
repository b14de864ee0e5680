//! Standard output and error, and how to draw on them.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use crate::report::visible;

use super::Failure;
use super::arguments::ColorChoice;

/// Columns where there is no terminal.
const DEFAULT_WIDTH: usize = 100;
/// The fewest columns that are drawn in.
const LEAST_WIDTH: usize = 40;
/// The most columns of a terminal that pictures fill unless they are told to.
const MOST_WIDTH: usize = 120;

/// Columns to draw in.
pub(super) fn width(asked: Option<u16>) -> usize {
    let terminal = || terminal_width().map(|width| width.clamp(LEAST_WIDTH, MOST_WIDTH));
    asked.map(usize::from).or_else(terminal).unwrap_or(DEFAULT_WIDTH)
}

/// Columns of the terminal, where standard output is one.
pub(super) fn terminal_width() -> Option<usize> {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    terminal.filter(|_| is_terminal())
}

/// Whether standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether to use colour: the flag, `NO_COLOR`, `CLICOLOR_FORCE`, the terminal, in this order.
pub(super) fn color(asked: ColorChoice) -> bool {
    color_where(asked, is_terminal)
}

/// The same for what is drawn on standard error.
pub(super) fn color_on_error(asked: ColorChoice) -> bool {
    color_where(asked, || io::stderr().is_terminal())
}

fn color_where(asked: ColorChoice, is_terminal: impl FnOnce() -> bool) -> bool {
    let is_set = |name: &str, off: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != *off);
    match asked {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR", "") => false,
        ColorChoice::Auto => is_set("CLICOLOR_FORCE", "0") || is_terminal(),
    }
}

/// Whether to print without colour where no flag says so.
pub(super) fn plain() -> bool {
    !color(ColorChoice::Auto)
}

/// Whether to use characters beyond ASCII: the flag, then the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set; where
/// none is, they are used.
pub(super) fn unicode(ascii: bool) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    !ascii && set.is_none_or(|locale| locale.to_str().is_some_and(is_utf8))
}

/// Whether a locale such as `de_DE.UTF-8@euro` has the encoding UTF-8; macOS also names the encoding alone.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.split('@').next().unwrap_or_default();
    let encoding = locale.split_once('.').map_or(locale, |(_, encoding)| encoding);
    encoding.replace('-', "").eq_ignore_ascii_case("utf8")
}

/// Writes to standard output; a reader that has gone away is no error.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Lets `fill` write to standard output, block by block. On a terminal, control characters are made visible; a reader that
/// has gone away is no error.
pub(super) fn stream(fill: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    let out = io::stdout().lock();
    let done = if is_terminal() {
        let mut out = Visible(out);
        fill(&mut out).and_then(|()| out.flush())
    } else {
        let mut out = io::BufWriter::new(out);
        fill(&mut out).and_then(|()| out.flush())
    };
    match done {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Makes control characters other than tabs and line feeds visible. Texts come in whole lines.
struct Visible<W: io::Write>(W);

impl<W: io::Write> io::Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut rest: &str = &text;
        while let Some(end) = rest.find(['\n', '\t']) {
            self.0.write_all(visible(&rest[..end]).as_bytes())?;
            self.0.write_all(&rest.as_bytes()[end..=end])?;
            rest = &rest[end + 1..];
        }
        self.0.write_all(visible(rest).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes a failure to standard error, with a word for how grave it is.
pub(super) fn complain(word: &str, failure: &Failure) {
    let mut text = format!("{word}: {}\n", visible(&failure.message));
    if let Some(help) = &failure.help {
        writeln!(text, "help: {}", visible(help)).expect("a string takes all");
    }
    note(&text);
}

/// Writes to standard error; nobody can be told when that fails.
pub(super) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_their_encoding() {
        for locale in ["C.UTF-8", "de_DE.utf8", "en_US.UTF8", "de_DE.UTF-8@euro", "UTF-8"] {
            assert!(is_utf8(locale), "{locale}");
        }
        for locale in ["C", "POSIX", "en_US", "de_DE.ISO-8859-15", "de_DE@euro"] {
            assert!(!is_utf8(locale), "{locale}");
        }
    }
}
