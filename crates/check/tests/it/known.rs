//! Values and derivatives to 50 digits from another library.
//!
//! Made with mpmath at 400 digits: above each group stands the expression in x (and a or b) for y;
//! the derivatives are `mpmath.diff` of it, printed with `nstr(…, 50)`.

use ogive_check::Reference;
use ogive_formula::{Formula, Point};

use crate::{agree, decimal};

struct Known {
    text: &'static str,
    x: f64,
    parameters: &'static [f64],
    y: &'static str,
    dx: &'static str,
    dparameters: &'static [&'static str],
}

#[rustfmt::skip]
const TABLE: &[Known] = &[
    // x/(1+exp(-x))
    Known { text: "x/(1 + exp(-x))", x: -30.0, parameters: &[], y: "-0.0000000000028072868906517896861518687959854952334727206283609", dx: "-0.0000000000027137106609631340012905923230065664743091327980014", dparameters: &[] },
    Known { text: "x/(1 + exp(-x))", x: -2.5, parameters: &[], y: "-0.18964545005310887798326544161561943282678009915196", dx: "-0.099401111341526841137525870085400809497908409867732", dparameters: &[] },
    Known { text: "x/(1 + exp(-x))", x: 0.125, parameters: &[], y: "0.066401171671719532155633930699638208381683770095388", dx: "0.56233762025045844149174838132905284474910293274647", dparameters: &[] },
    Known { text: "x/(1 + exp(-x))", x: 3.0, parameters: &[], y: "2.8577223804672996573634555446847433958414617027382", dx: "1.0881041060151696170692319335352027125984004247719", dparameters: &[] },
    // x/2*erfc(-x/sqrt(2))
    Known { text: "x/2*(1 + erf(x/sqrt(2)))", x: -12.0, parameters: &[], y: "-2.1317785344932147972354052022146685108711997210147e-32", dx: "-2.5578956616748956240673565555982225049672947663373e-31", dparameters: &[] },
    Known { text: "x/2*(1 + erf(x/sqrt(2)))", x: -0.75, parameters: &[], y: "-0.1699705142826511494952966270376073088267986949067", dx: "0.00077427826076489562830876445996531897301989401555385", dparameters: &[] },
    Known { text: "x/2*(1 + erf(x/sqrt(2)))", x: 2.0, parameters: &[], y: "1.9544997361036415855994347256669331250564475525966", dx: "1.085231801078196896700845763654893726007852857192", dparameters: &[] },
    Known { text: "x/2*(1 + erf(x/sqrt(2)))", x: 1e-10, parameters: &[], y: "0.000000000050000000003989424625624192844966768061206944555118", dx: "0.50000000007978845608028653849459202588253333028879", dparameters: &[] },
    // x*tanh(log1p(exp(x)))
    Known { text: "x*tanh(log(1 + exp(x)))", x: -100.0, parameters: &[], y: "-3.720075976020835962959695803863118337358892223182e-42", dx: "-3.6828752162606276033300988458244871539853032317553e-42", dparameters: &[] },
    Known { text: "x*tanh(log(1 + exp(x)))", x: -1.25, parameters: &[], y: "-0.3084139611415276823160606979053995749239689920833", dx: "-0.014697562473019539198402574403213333915426842742279", dparameters: &[] },
    Known { text: "x*tanh(log(1 + exp(x)))", x: 0.5, parameters: &[], y: "0.37524521130489510481856241339927988256785623623569", dx: "0.88642437535772725845088430279573876421950146479786", dparameters: &[] },
    Known { text: "x*tanh(log(1 + exp(x)))", x: 44.0, parameters: &[], y: "43.999999999999999999999999999999999999467195033205", dx: "1.0000000000000000000000000000000000010535007297998", dparameters: &[] },
    // tanh(x)
    Known { text: "(exp(x) - exp(-x))/(exp(x) + exp(-x))", x: -1.5, parameters: &[], y: "-0.90514825364486643824230369645649559722764113515878", dx: "0.18070663892364853059744011374260655197943980958996", dparameters: &[] },
    Known { text: "(exp(x) - exp(-x))/(exp(x) + exp(-x))", x: 0.0625, parameters: &[], y: "0.06241874674751251449014289119421133410694032152621", dx: "0.99610390005446989589366194342230968626024870346763", dparameters: &[] },
    Known { text: "(exp(x) - exp(-x))/(exp(x) + exp(-x))", x: 20.0, parameters: &[], y: "0.99999999999999999150329148941682204543855819119099", dx: "1.6993417021166355836928828103801419206665762475304e-17", dparameters: &[] },
    // x if x>0 else a*expm1(x)
    Known { text: "if x > 0 { x } else { alpha*(exp(x) - 1) }", x: -3.0, parameters: &[1.5], y: "-1.4253193974482040855309863765249073350524506117174", dx: "0.074680602551795914469013623475092664947549388282635", dparameters: &["-0.95021293163213605702065758434993822336830040781158"] },
    Known { text: "if x > 0 { x } else { alpha*(exp(x) - 1) }", x: 1.75, parameters: &[1.5], y: "1.75", dx: "1.0", dparameters: &["0.0"] },
    // x/(1+exp(-b*x))
    Known { text: "x/(1 + exp(-beta*x))", x: -4.0, parameters: &[0.75], y: "-0.18970349271026712351539260708700880554471772968244", dx: "-0.08810410601516961706923193353520271259840042477186", dparameters: &["0.72282655569459412238976045497042620791775923835984"] },
    Known { text: "x/(1 + exp(-beta*x))", x: 0.3125, parameters: &[0.75], y: "0.17447718572980450961988993533770983250107962843777", dx: "0.61612339161626533681412783470401953514604506437678", dparameters: &["0.024081832200371210846033350676395029642745938906632"] },
    // x+sin(a*x)**2/a
    Known { text: "x + sin(a*x)^2/a", x: -0.625, parameters: &[1.25], y: "-0.22831849264954335099116258333488625158955320289914", dx: "0.00003441432175112470040887994362384132265198372206357", dparameters: &["0.18263758695875911844272562669609708061031657045828"] },
    Known { text: "x + sin(a*x)^2/a", x: 2.25, parameters: &[1.25], y: "2.3335585804517045310970576853286643203023452973798", dx: "0.3883177500007681363693266310058165728622650671852", dparameters: &["-1.1678749143599809794128582124524616250897991169704"] },
    // x**a
    Known { text: "x^a", x: 1.5, parameters: &[2.5], y: "2.7556759606310753604719445840441278159616909157388", dx: "4.5927932677184589341199076400735463599361515262313", dparameters: &["1.1173304512883487064032238089362782475502912036922"] },
];

#[test]
fn the_reference_knows_fifty_digits() {
    for Known { text, x, parameters, y, dx, dparameters } in TABLE {
        let formula = Formula::parse(text).unwrap();
        let exact = Reference::new(&formula).at(&Point { x: *x, parameters, ..Point::default() });
        let mut pairs = vec![("y", &exact.y, *y), ("dx", &exact.dx, *dx)];
        pairs.extend(
            exact.dparameters.iter().zip(*dparameters).map(|(got, known)| ("dp", got, *known)),
        );
        assert_eq!(pairs.len(), 2 + parameters.len());
        for (quantity, got, known) in pairs {
            // The library's own derivative of small numbers ends at 45 digits.
            assert!(
                agree(got, &decimal(known), 45),
                "{quantity} of {text} at {x}: {got}, not {known}"
            );
        }
    }
}
