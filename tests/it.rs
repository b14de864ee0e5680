//! Tests of the whole: the structure of the code, the command, the report on `facts/`.

mod it {
    mod cli;
    mod common;
    mod findings;
    mod oracle;
    mod reports;
    mod tidy;
}
