//! Holm's correction for several comparisons.

/// Holm-adjusted p values, in the order given.
///
/// The smallest p is multiplied by the number of comparisons, the next by one less, and so on; each
/// adjusted value is at least as large as those before it, and at most 1. Rejecting where the
/// adjusted value is below 0.05 keeps the chance of any false alarm at 5 %.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        let multiplied = p_values[index] * (p_values.len() - rank) as f64;
        largest = largest.max(multiplied).min(1.0);
        adjusted[index] = largest;
    }
    adjusted
}
