//! The public behaviour of the lab.

mod data;
mod files;
mod fixture;
mod random;
mod report;
mod results;
mod statistics;
mod table;
mod training;
mod verdict;
