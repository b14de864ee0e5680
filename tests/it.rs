//! Tests of the whole: the structure of the code, the command, the report on `facts/`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod it {
    mod baseline;
    mod cli;
    mod common;
    mod configurations;
    mod diagnostics;
    mod diff;
    mod drawing;
    mod expectations;
    mod export;
    mod findings;
    mod formats;
    mod mutations;
    mod oracle;
    mod own_rules;
    mod packaging;
    mod planted;
    mod programs;
    mod reports;
    mod rule_files;
    mod second_engine;
    mod sensitivity;
    mod tidy;
}
