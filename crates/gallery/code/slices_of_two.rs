use ogive::{Activation, Call, Layout};

/// Fills y with glu(x, gate), dx and dgate with its gradients for dy; returns those of the parameters.
fn glu(
    [x, gate]: [&[f32]; 2],
    dy: &[f32],
    y: &mut [f32],
    [dx, dgate]: [&mut [f32]; 2],
) -> Result<Vec<Vec<f64>>, ogive::Error> {
    let glu = Activation::new("glu")?;
    let layout = Layout::flat(x.len());
    let parameters = glu.initial_parameters();
    let call = Call { layout, x, gate: Some(gate), parameters: &parameters, statistics: None };
    glu.forward(&call, y)?;
    glu.backward(&call, dy, dx, Some(dgate))
}
