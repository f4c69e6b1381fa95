use ogive::{Activation, Call, Layout};

/// Fills y with silu(x), and dx with its gradient for dy; returns those of the parameters.
fn silu(
    x: &[f32],
    dy: &[f32],
    y: &mut [f32],
    dx: &mut [f32],
) -> Result<Vec<Vec<f64>>, ogive::Error> {
    let silu = Activation::new("silu")?;
    let layout = Layout::flat(x.len());
    let parameters = silu.initial_parameters();
    let call = Call { layout, x, gate: None, parameters: &parameters, statistics: None };
    silu.forward(&call, y)?;
    silu.backward(&call, dy, dx, None)
}
