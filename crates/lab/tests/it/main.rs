//! The public behaviour of the lab, without training anything.

mod data;
mod files;
mod fixture;
mod random;
mod report;
mod results;
mod statistics;
mod table;
mod verdict;
