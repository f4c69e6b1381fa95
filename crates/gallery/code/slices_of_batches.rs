use ogive::{Activation, Call, Layout, Statistics};

/// Fills y with dice(x), and dx with its gradient for dy; returns those of the parameters.
fn dice(
    x: &[f32],
    dy: &[f32],
    y: &mut [f32],
    dx: &mut [f32],
) -> Result<Vec<Vec<f64>>, ogive::Error> {
    let dice = Activation::new("dice")?;
    let layout = Layout::flat(x.len());
    let parameters = dice.initial_parameters();
    let statistics = Some(&Statistics::of(layout, x)?);
    let call = Call { layout, x, gate: None, parameters: &parameters, statistics };
    dice.forward(&call, y)?;
    dice.backward(&call, dy, dx, None)
}
