//! Arguments in, exit code out; the only place that may exit.

fn main() {}
