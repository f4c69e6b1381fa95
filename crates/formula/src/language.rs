//! The language of formulas.
//!
//! * **Input**: `x` is the input, `gate` a second input of the same shape (the GLU family).
//! * **Arithmetic**: numbers, `pi`, `e`; `+ - * / ^ **`, unary minus; `|x|` for the absolute value.
//! * **Functions**: `exp expm1 expm1_rest log log1p sqrt abs sign sin cos tan atan sinh cosh tanh sigmoid
//!   softplus erf erfc Phi phi relu square min max clamp pow`; `Phi` is the normal distribution
//!   function and `phi` its density; `expm1_rest(a)` is e^a - 1 - a. The names of the catalogue can be called too: `silu(beta*x)`.
//! * **Choice**: `if x > 0 { x } else { 0 }`, `x > 0 ? x : 0`, `where(x > 0, x, 0)` and
//!   `x if x > 0 else 0` are the same. At a kink the side that the test takes decides the
//!   derivative, so `relu` has derivative 0 at 0. `max(a, b)` and
//!   `min(a, b)` ask whether the side that sees `x` is larger. A comparison used as a number counts
//!   1 or 0.
//! * **Bindings**: `p = sigmoid(x); x*p`.
//! * **Statistics**: `mean(x)`, `var(x)` (biased) and `std(x)` are taken per channel over all other
//!   axes of the batch.
//! * **Parameters**: every other name is a learnable number. It is declared behind a bar:
//!   `x*sigmoid(beta*x) | beta = 1 per channel, >= 0.01`. Options: `per channel`, `fixed` (a
//!   setting, not learned), `>= number`, `> 0`, `in [low, high]`. A name that is not declared
//!   starts at 1.
//! * **Coefficients**: `poly(a, x) | a = [0, 1, 0.5]` is `a[0] + a[1]*x + a[2]*x^2`.
//! * **Spellings**: Greek letters (`α` is `alpha`, `σ(x)` is `sigmoid(x)`), `e^x`, `e^{-x}`, and the
//!   prefixes of Python modules (`torch.exp`, `np.where`, `F.softplus`) are understood.
//!
//! ```
//! use ogive_formula::Formula;
//!
//! for text in ["x > 0 ? x : α*(e^x - 1)", "torch.where(x > 0, x, alpha * torch.expm1(x))"] {
//!     let elu = Formula::parse(text)?;
//!     assert_eq!(elu.print(elu.stable()), "if x > 0 { x } else { alpha*expm1(x) }");
//! }
//! # Ok::<(), ogive_formula::Error>(())
//! ```
//!
//! A text has at most 64 KiB, 1000 operations and 128 levels of nesting; anything larger is refused
//! at once.
