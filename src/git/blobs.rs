//! Contents of files, from one `git cat-file --batch` that stays open.

use std::cell::RefCell;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};

use crate::base::fs::MAX_FILE;

use super::error::Error;
use super::process::Git;

/// Reads the contents of a repository's files by their object names.
#[derive(Debug)]
pub(super) struct Blobs {
    git: Git,
    running: RefCell<Option<Batch>>,
}

#[derive(Debug)]
struct Batch {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    pub(super) fn new(git: Git) -> Self {
        Self { git, running: RefCell::new(None) }
    }

    /// The bytes of a file; more than [`MAX_FILE`] is an error of kind [`io::ErrorKind::FileTooLarge`].
    pub(super) fn read(&self, object: &str) -> io::Result<Vec<u8>> {
        let mut running = self.running.borrow_mut();
        if running.is_none() {
            *running = Some(Batch::start(&self.git).map_err(io::Error::other)?);
        }
        let answer = running.as_mut().map_or_else(|| Err(io::ErrorKind::BrokenPipe.into()), |batch| batch.read(object));
        if answer.is_err() {
            // What it still has to say would be taken for the answer to the next question.
            *running = None;
        }
        answer
    }
}

impl Batch {
    fn start(git: &Git) -> Result<Self, Error> {
        let mut child = git.start(&["cat-file", "--batch"])?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(questions), Some(answers)) => Ok(Self { child, questions, answers: BufReader::new(answers) }),
            _ => Err(Error::NoGit("its input and output are closed".to_owned())),
        }
    }

    fn read(&mut self, object: &str) -> io::Result<Vec<u8>> {
        self.questions.write_all(format!("{object}\n").as_bytes())?;
        self.questions.flush()?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let words: Vec<&str> = header.split_whitespace().collect();
        let [_, "blob", size] = words[..] else {
            let message = match words[..] {
                [_, "missing"] => "git does not have its contents here".to_owned(),
                [] => "git has ended".to_owned(),
                [..] => format!("git says `{}`", header.trim_end()),
            };
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        };
        let size: u64 = size.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        if size > MAX_FILE {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file has more than 64 MiB"));
        }
        let mut bytes = Vec::new();
        (&mut self.answers).take(size + 1).read_to_end(&mut bytes)?;
        if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
