//! The same results as one offline HTML page.
