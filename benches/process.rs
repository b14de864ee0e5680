//! `gainsay datalog` against a hand-written program for the same work, each as a process of its own.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "by_hand/claims.rs"]
mod claims;
mod generate;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", "claims", count, folder] => {
            let count = count.parse().expect("a number of claims");
            generate::claims(count).write(Path::new(folder)).expect("the folder can be written");
        }
        ["generate", "closure", folder] => {
            generate::write_pairs(Path::new(folder), "edge", &generate::closure()).expect("the folder can be written");
        }
        ["generate", "same-generation", folder] => {
            let rows = generate::same_generation();
            generate::write_pairs(Path::new(folder), "parent", &rows).expect("the folder can be written");
        }
        ["by-hand", folder] => {
            for (relation, rows) in claims::run(Path::new(folder)).expect("the folder can be read") {
                println!("{relation}\t{rows}");
            }
        }
        _ => println!(
            "usage: process generate claims N DIR | generate closure DIR | generate same-generation DIR | by-hand DIR"
        ),
    }
}
