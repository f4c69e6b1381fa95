//! The parameters of all activations in a module.

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;

use crate::parameters::CONTAINER;

/// One of them.
pub(crate) struct Found {
    /// Its path in the module.
    pub(crate) path: String,
    pub(crate) id: ParamId,
    /// Its values in one row.
    pub(crate) value: Tensor<1>,
}

/// All of them, in the order of the module.
pub(crate) fn parameters<M: Module>(module: &M) -> Vec<Found> {
    let mut collector = Collector::default();
    module.visit(&mut collector);
    collector.found
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    containers: Vec<bool>,
    found: Vec<Found>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.push(name.to_owned());
        self.containers.push(container_type == CONTAINER);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
        self.containers.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.containers.last() == Some(&true) {
            let value = param.val();
            let count = value.shape().num_elements();
            let (path, value) = (self.path.join("."), value.reshape([count]));
            self.found.push(Found { path, id: param.id, value });
        }
    }
}
