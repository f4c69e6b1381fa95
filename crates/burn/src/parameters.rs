//! The learnable parameters as a part of a module: under their names.

use burn::module::{
    Content, Devices, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
    Param, ParamId,
};
use burn::tensor::{Device, Int, Tensor};
use ogive_layer::identity;

/// What a visitor of modules is told when it enters a parameter of an activation.
pub(crate) const CONTAINER: &str = "OgiveParameter";

/// Learnable parameters with their names, and a mark with the name of the activation, so that a record
/// says what it is a record of: a module of another activation misses its own mark.
#[derive(Clone, Debug)]
pub(crate) struct Parameters {
    identity: String,
    mark: Param<Tensor<1, Int>>,
    pub(crate) values: Vec<(String, Param<Tensor<1>>)>,
}

impl Parameters {
    pub(crate) fn new(
        activation: &ogive::Activation,
        values: Vec<(String, Param<Tensor<1>>)>,
        device: &Device,
    ) -> Self {
        let mark = Tensor::zeros([1], device);
        let mark = Param::initialized(ParamId::new(), mark);
        Parameters { identity: identity(activation), mark, values }
    }

    /// The present values, in order.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = Tensor<1>> {
        self.values.iter().map(|(_, value)| value.val())
    }

    /// The same with every parameter replaced by what `each` makes of it and of its place.
    pub(crate) fn replaced(
        self,
        mut each: impl FnMut(usize, Param<Tensor<1>>) -> Param<Tensor<1>>,
    ) -> Self {
        let values = self.values.into_iter().enumerate();
        let values = values.map(|(place, (name, value))| (name, each(place, value)));
        Parameters { values: values.collect(), ..self }
    }

    /// The same with the mark and every parameter replaced.
    fn mapped(
        self,
        mark: impl FnOnce(Param<Tensor<1, Int>>) -> Param<Tensor<1, Int>>,
        each: impl Fn(Param<Tensor<1>>) -> Param<Tensor<1>>,
    ) -> Self {
        let all = Parameters { mark: mark(self.mark), ..self };
        all.replaced(|_, value| each(value))
    }
}

impl Module for Parameters {
    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        visitor.enter_module(&self.identity, "OgiveIdentity");
        self.mark.visit(visitor);
        visitor.exit_module(&self.identity, "OgiveIdentity");
        for (name, value) in &self.values {
            visitor.enter_module(name, CONTAINER);
            value.visit(visitor);
            visitor.exit_module(name, CONTAINER);
        }
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        let Parameters { identity, mark, values } = self;
        mapper.enter_module(&identity, "OgiveIdentity");
        let mark = Module::map(mark, mapper);
        mapper.exit_module(&identity, "OgiveIdentity");
        let values = values.into_iter().map(|(name, value)| {
            mapper.enter_module(&name, CONTAINER);
            let value = Module::map(value, mapper);
            mapper.exit_module(&name, CONTAINER);
            (name, value)
        });
        Parameters { values: values.collect(), mark, identity }
    }

    fn collect_devices(&self, devices: Devices) -> Devices {
        let devices = self.mark.collect_devices(devices);
        self.values.iter().fold(devices, |devices, (_, value)| value.collect_devices(devices))
    }

    fn fork(self, device: &Device) -> Self {
        self.mapped(|mark| mark.fork(device), |value| value.fork(device))
    }

    fn to_device(self, device: &Device) -> Self {
        self.mapped(|mark| mark.to_device(device), |value| value.to_device(device))
    }

    fn train(self) -> Self {
        self.mapped(Module::train, Module::train)
    }

    fn valid(&self) -> Self {
        self.clone().mapped(|mark| mark.valid(), |value| value.valid())
    }

    fn materialize(self) -> Self {
        self.mapped(Module::materialize, Module::materialize)
    }
}

impl ModuleDisplayDefault for Parameters {
    fn content(&self, content: Content) -> Option<Content> {
        let add =
            |content: Content, (name, value): &(String, Param<Tensor<1>>)| content.add(name, value);
        self.values.iter().fold(content, add).optional()
    }

    fn num_params(&self) -> usize {
        Module::num_params(self)
    }
}

impl ModuleDisplay for Parameters {}
