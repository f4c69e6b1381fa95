//! From what a module keeps of a parameter to what the operation takes.

use burn::tensor::Tensor;
use ogive::formula::Granularity;
use ogive_layer::Site;

/// The values of a parameter, one for each cell of the plan; a single one stays alone. Copies are made by
/// tensor operations on little tensors; the framework sums the gradient of a copied value on its way back.
pub(crate) fn spread(site: &Site, granularity: Granularity, values: Tensor<1>) -> Tensor<1> {
    let (times, blocks) = site.plan.repeats(site.axis, granularity);
    if (times, blocks) == (1, 1) {
        return values;
    }
    let [width] = values.dims();
    let rows: Tensor<3> = values.reshape([1, width, 1]);
    rows.expand([blocks, width, times]).reshape([blocks * width * times])
}
