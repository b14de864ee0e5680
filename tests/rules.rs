//! One named test per case of the rule pages.

use std::process::ExitCode;
use std::sync::Arc;

use gainsay::engine::{self, cases};
use gainsay::lints::{Page, builtin};
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let rules = Arc::new(engine::builtin_rules());
    let vocabulary = Arc::new(cases::builtin_vocabulary());
    let mut trials = Vec::new();
    for path in builtin::page_paths() {
        let page = Page::parse(builtin::text(path).expect("an embedded path"));
        for case in page.cases {
            let (rules, vocabulary) = (Arc::clone(&rules), Arc::clone(&vocabulary));
            let name = format!("{}: {}", page.name, case.name);
            trials.push(Trial::test(name, move || {
                let failures = cases::check(&case, &vocabulary, &rules).map_err(|error| error.to_string())?;
                if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
