//! The code that the gallery shows.

include!("../../../gallery/code/burn.rs");

mod by_channel {
    include!("../../../gallery/code/burn_by_channel.rs");

    #[test]
    fn runs() {
        let device = Device::flex();
        let x = Tensor::<2>::from_floats([[-1.0, 2.0], [1.0, 2.0]], &device);
        let y = dice(x, &device).expect("dice");
        assert_eq!(y.dims(), [2, 2]);
    }
}

mod of_two {
    include!("../../../gallery/code/burn_of_two.rs");

    #[test]
    fn runs() {
        let device = Device::flex();
        let x = Tensor::<2>::from_floats([[4.0, 8.0, 0.0, 0.0]], &device);
        let y = glu(x, &device).expect("glu").to_data().try_into_vec::<f32>().expect("numbers");
        assert_eq!(y, [2.0, 4.0]);
    }
}

#[test]
fn runs() {
    let device = Device::flex();
    let x = Tensor::<2>::from_floats([[0.0, 1.0]], &device);
    let y = silu(x, &device).expect("silu").to_data().try_into_vec::<f32>().expect("numbers");
    assert_eq!(y, [0.0, 0.731_058_6]);
}
