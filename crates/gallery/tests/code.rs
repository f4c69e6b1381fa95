//! The code that the pages show, compiled and run.

include!("../code/slices.rs");

mod of_batches {
    include!("../code/slices_of_batches.rs");

    #[test]
    fn runs() {
        let (mut y, mut dx) = ([0.0; 3], [0.0; 3]);
        let gradients = dice(&[-1.0, 0.0, 1.0], &[1.0; 3], &mut y, &mut dx).expect("dice");
        // alpha learns, epsilon does not.
        assert_eq!(gradients.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0]);
        assert!(y[0] < 0.0 && y[1] == 0.0 && y[2] > 0.0, "{y:?}");
    }
}

mod of_two {
    include!("../code/slices_of_two.rs");

    #[test]
    fn runs() {
        let (mut y, mut dx, mut dgate) = ([0.0; 2], [0.0; 2], [0.0; 2]);
        let inputs = [&[4.0, 8.0][..], &[0.0, 0.0]];
        let gradients = glu(inputs, &[1.0; 2], &mut y, [&mut dx, &mut dgate]).expect("glu");
        assert!(gradients.is_empty());
        assert_eq!((y, dx, dgate), ([2.0, 4.0], [0.5, 0.5], [1.0, 2.0]));
    }
}

#[test]
fn runs() {
    let (mut y, mut dx) = ([0.0; 2], [0.0; 2]);
    let gradients = silu(&[0.0, 1.0], &[1.0; 2], &mut y, &mut dx).expect("silu");
    assert!(gradients.is_empty());
    assert_eq!((y, dx[0]), ([0.0, 0.731_058_6], 0.5));
}
