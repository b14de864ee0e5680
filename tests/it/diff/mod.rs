//! `gainsay diff` over real repositories, and what must be no change.

mod evidence;
mod history;
mod kinds;
mod moves;
mod readme;
mod reports;
mod repository;
mod settings;
