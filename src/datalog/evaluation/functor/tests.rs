//! Tables of values computed by hand.

use super::*;

/// A value and its type.
#[derive(Clone, Copy, Debug)]
enum V {
    S(&'static str),
    N(i64),
    U(u64),
    F(f64),
}
use V::{F, N, S, U};

impl V {
    fn cell(self, pool: &mut Pool) -> Cell {
        match self {
            S(text) => pool.intern(text).cell(),
            N(number) => pool.number(number),
            U(number) => pool.unsigned(number),
            F(number) => pool.float(number),
        }
    }

    fn primitive(self) -> Primitive {
        match self {
            S(_) => Primitive::Symbol,
            N(_) => Primitive::Number,
            U(_) => Primitive::Unsigned,
            F(_) => Primitive::Float,
        }
    }
}

fn run(functor: Functor, arguments: &[V], pool: &mut Pool) -> Result<Cell, Box<Fault>> {
    let constants = arguments.iter().map(|value| Expression::Slot(Slot::Constant(value.cell(pool)))).collect();
    let expression = Expression::Apply(functor, arguments[0].primitive(), constants);
    let mut budget = Budget::start(&crate::datalog::Settings::default(), &Pool::new());
    expression.value(&[], pool, &mut budget).map_err(|stop| match stop {
        Stop::Fault(fault) => fault,
        Stop::Limit(limit) => panic!("{limit:?}"),
        Stop::Cancelled => panic!("cancelled"),
    })
}

#[track_caller]
fn check(functor: Functor, arguments: &[V], expect: V) {
    let mut pool = Pool::new();
    let found = run(functor, arguments, &mut pool);
    assert_eq!(functor.result(arguments[0].primitive()), expect.primitive(), "the type of {functor:?}");
    assert_eq!(found, Ok(expect.cell(&mut pool)), "{functor:?} {arguments:?} is {expect:?}");
}

#[track_caller]
fn fails(functor: Functor, arguments: &[V], expect: &str) {
    let fault = run(functor, arguments, &mut Pool::new()).expect_err(expect);
    assert_eq!(fault.to_string(), expect, "{functor:?} {arguments:?}");
}

#[test]
fn numbers_are_exact_or_a_fault() {
    check(Functor::Add, &[N(2), N(-5)], N(-3));
    check(Functor::Subtract, &[N(i64::MIN + 1), N(1)], N(i64::MIN));
    check(Functor::Multiply, &[N(-1 << 31), N(1 << 32)], N(i64::MIN));
    check(Functor::Divide, &[N(-7), N(2)], N(-3));
    check(Functor::Divide, &[N(7), N(-2)], N(-3));
    check(Functor::Remainder, &[N(-7), N(2)], N(-1));
    check(Functor::Remainder, &[N(7), N(-2)], N(1));
    check(Functor::Remainder, &[N(i64::MIN), N(-1)], N(0));
    check(Functor::Power, &[N(-3), N(3)], N(-27));
    check(Functor::Power, &[N(-2), N(63)], N(i64::MIN));
    check(Functor::Power, &[N(0), N(0)], N(1));
    check(Functor::Power, &[N(-1), N(i64::MAX)], N(-1));
    check(Functor::Power, &[N(-1), N(i64::MAX - 1)], N(1));
    check(Functor::Negate, &[N(i64::MAX)], N(-i64::MAX));
    fails(Functor::Add, &[N(i64::MAX), N(1)], "`9223372036854775807 + 1` does not fit into a number of 64 bits");
    fails(Functor::Subtract, &[N(i64::MIN), N(1)], "`-9223372036854775808 - 1` does not fit into a number of 64 bits");
    fails(
        Functor::Multiply,
        &[N(1 << 32), N(1 << 31)],
        "`4294967296 * 2147483648` does not fit into a number of 64 bits",
    );
    fails(Functor::Divide, &[N(i64::MIN), N(-1)], "`-9223372036854775808 / -1` does not fit into a number of 64 bits");
    fails(Functor::Negate, &[N(i64::MIN)], "`-(-9223372036854775808)` does not fit into a number of 64 bits");
    fails(Functor::Power, &[N(2), N(63)], "`2 ^ 63` does not fit into a number of 64 bits");
    fails(Functor::Power, &[N(2), N(i64::MAX)], "`2 ^ 9223372036854775807` does not fit into a number of 64 bits");
    fails(Functor::Power, &[N(2), N(-1)], "`2 ^ -1` has a negative exponent");
    fails(Functor::Divide, &[N(1), N(0)], "`1 / 0` divides by zero");
    fails(Functor::Remainder, &[N(1), N(0)], "`1 % 0` divides by zero");
}

#[test]
fn unsigned_numbers_have_no_room_below_zero() {
    check(Functor::Add, &[U(u64::MAX - 1), U(1)], U(u64::MAX));
    check(Functor::Subtract, &[U(5), U(5)], U(0));
    check(Functor::Multiply, &[U(1 << 32), U(1 << 31)], U(1 << 63));
    check(Functor::Divide, &[U(u64::MAX), U(2)], U(i64::MAX.cast_unsigned()));
    check(Functor::Remainder, &[U(u64::MAX), U(10)], U(5));
    check(Functor::Power, &[U(2), U(63)], U(1 << 63));
    check(Functor::Power, &[U(1), U(u64::MAX)], U(1));
    check(Functor::Negate, &[U(0)], U(0));
    fails(Functor::Subtract, &[U(1), U(2)], "`1 - 2` does not fit into an unsigned number of 64 bits");
    fails(
        Functor::Add,
        &[U(u64::MAX), U(1)],
        "`18446744073709551615 + 1` does not fit into an unsigned number of 64 bits",
    );
    fails(
        Functor::Multiply,
        &[U(u64::MAX), U(u64::MAX)],
        "`18446744073709551615 * 18446744073709551615` does not fit into an unsigned number of 64 bits",
    );
    fails(Functor::Power, &[U(2), U(64)], "`2 ^ 64` does not fit into an unsigned number of 64 bits");
    fails(Functor::Divide, &[U(1), U(0)], "`1 / 0` divides by zero");
}

#[test]
fn bits_and_truth() {
    check(Functor::BitAnd, &[N(0b1100), N(0b1010)], N(0b1000));
    check(Functor::BitOr, &[N(0b1100), N(0b1010)], N(0b1110));
    check(Functor::BitXor, &[N(0b1100), N(0b1010)], N(0b0110));
    check(Functor::BitNot, &[N(0)], N(-1));
    check(Functor::BitNot, &[U(0)], U(u64::MAX));
    check(Functor::BitAnd, &[N(-1), N(1 << 40)], N(1 << 40));
    check(Functor::ShiftLeft, &[N(1), N(63)], N(i64::MIN));
    check(Functor::ShiftLeft, &[N(3), N(63)], N(i64::MIN));
    check(Functor::ShiftRight, &[N(-8), N(1)], N(-4));
    check(Functor::ShiftRight, &[N(-1), N(63)], N(-1));
    check(Functor::ShiftRight, &[U(u64::MAX), U(63)], U(1));
    check(Functor::ShiftRightUnsigned, &[N(-1), N(63)], N(1));
    check(Functor::ShiftRightUnsigned, &[U(8), U(2)], U(2));
    fails(Functor::ShiftLeft, &[N(1), N(64)], "`1 bshl 64` does not shift by 0 to 63 bits");
    fails(Functor::ShiftRight, &[N(1), N(-1)], "`1 bshr -1` does not shift by 0 to 63 bits");
    fails(Functor::ShiftRightUnsigned, &[U(1), U(1 << 32)], "`1 bshru 4294967296` does not shift by 0 to 63 bits");
    for (left, right, and, or, xor) in [(0, 0, 0, 0, 0), (0, 7, 0, 1, 1), (-2, 0, 0, 1, 1), (3, 4, 1, 1, 0)] {
        check(Functor::LogicalAnd, &[N(left), N(right)], N(and));
        check(Functor::LogicalOr, &[N(left), N(right)], N(or));
        check(Functor::LogicalXor, &[N(left), N(right)], N(xor));
    }
    check(Functor::LogicalNot, &[N(0)], N(1));
    check(Functor::LogicalNot, &[U(9)], U(0));
}

#[test]
fn floats_are_finite_or_a_fault() {
    check(Functor::Add, &[F(0.1), F(0.2)], F(0.300_000_000_000_000_04));
    check(Functor::Subtract, &[F(0.5), F(0.5)], F(0.0));
    check(Functor::Multiply, &[F(-0.5), F(0.0)], F(0.0));
    check(Functor::Divide, &[F(1.0), F(4.0)], F(0.25));
    check(Functor::Remainder, &[F(5.5), F(2.0)], F(1.5));
    check(Functor::Power, &[F(2.0), F(-1.0)], F(0.5));
    check(Functor::Power, &[F(0.0), F(0.0)], F(1.0));
    check(Functor::Negate, &[F(2.5)], F(-2.5));
    check(Functor::Negate, &[F(0.0)], F(0.0));
    fails(Functor::Multiply, &[F(1e300), F(1e300)], "`1e300 * 1e300` does not fit into a float of 64 bits");
    fails(
        Functor::Add,
        &[F(f64::MAX), F(f64::MAX)],
        "`1.7976931348623157e308 + 1.7976931348623157e308` does not fit into a float of 64 bits",
    );
    fails(Functor::Divide, &[F(1.0), F(0.0)], "`1 / 0` divides by zero");
    fails(Functor::Divide, &[F(0.0), F(0.0)], "`0 / 0` divides by zero");
    fails(Functor::Power, &[F(0.0), F(-1.0)], "`0 ^ -1` divides by zero");
    fails(Functor::Power, &[F(-8.0), F(0.5)], "`(-8) ^ 0.5` has no value among the floats");
}

#[test]
fn the_least_and_the_greatest_of_several() {
    check(Functor::Min, &[N(7), N(-1 << 40), N(3)], N(-1 << 40));
    check(Functor::Max, &[N(7), N(1 << 40), N(3)], N(1 << 40));
    check(Functor::Max, &[U(7), U(u64::MAX), U(3)], U(u64::MAX));
    check(Functor::Min, &[F(0.5), F(-0.5)], F(-0.5));
    check(Functor::Max, &[S("a"), S("b"), S("ab"), S("B"), S("")], S("b"));
    check(Functor::Min, &[S("ä"), S("z")], S("z"));
}

#[test]
fn texts_are_counted_in_bytes() {
    check(Functor::Cat, &[S("ab"), S(""), S("ä"), S("c"), S("d")], S("abäcd"));
    check(Functor::Cat, &[S("ab"), S("c")], S("abc"));
    check(Functor::StringLength, &[S("aäb")], N(4));
    check(Functor::StringLength, &[S("")], N(0));
    check(Functor::Substring, &[S("hello"), N(1), N(3)], S("ell"));
    check(Functor::Substring, &[S("hello"), N(3), N(9)], S("lo"));
    check(Functor::Substring, &[S("hello"), N(5), N(1)], S(""));
    check(Functor::Substring, &[S("hello"), N(2), N(-1)], S("llo"));
    check(Functor::Substring, &[S("hello"), N(2), N(0)], S(""));
    check(Functor::Substring, &[S("aäb"), N(1), N(2)], S("ä"));
    check(Functor::Substring, &[S("hello"), N(6), N(1)], S(""));
    check(Functor::Substring, &[S("hello"), N(-1), N(1)], S(""));
    fails(Functor::Substring, &[S("aäb"), N(0), N(2)], "`substr(\"aäb\", 0, 2)` cuts a character of several bytes");
    fails(Functor::Substring, &[S("aäb"), N(2), N(1)], "`substr(\"aäb\", 2, 1)` cuts a character of several bytes");
    let long = "x".repeat(100).leak();
    fails(
        Functor::ToNumber,
        &[S(long)],
        &format!("`to_number(\"{}…\")` reads a text that is no such number", &long[..64]),
    );
}

#[test]
fn only_a_substring_outside_its_text_is_noted() {
    let note = |start: i64| {
        let mut pool = Pool::new();
        let cells = [S("ab"), N(start), N(1)].map(|value| value.cell(&mut pool));
        let mut notes = Notes::default();
        apply(Functor::Substring, Primitive::Symbol, &cells, &mut pool, &mut notes).unwrap();
        notes.outside
    };
    assert_eq!([-1, 0, 2, 3].map(note), [true, false, false, true]);
}

#[test]
fn conversions_keep_the_value_or_fail() {
    check(Functor::ToNumber, &[S("-12")], N(-12));
    check(Functor::ToNumber, &[U(5)], N(5));
    check(Functor::ToNumber, &[F(-2.9)], N(-2));
    check(Functor::ToNumber, &[N(3)], N(3));
    check(Functor::ToUnsigned, &[S("18446744073709551615")], U(u64::MAX));
    check(Functor::ToUnsigned, &[N(3)], U(3));
    check(Functor::ToUnsigned, &[F(1.8e19)], U(18_000_000_000_000_000_000));
    check(Functor::ToUnsigned, &[F(-0.5)], U(0));
    check(Functor::ToFloat, &[S("1e3")], F(1000.0));
    check(Functor::ToFloat, &[N(i64::MAX)], F(9.223_372_036_854_776e18));
    check(Functor::ToFloat, &[U(7)], F(7.0));
    check(Functor::ToString, &[N(-1 << 40)], S("-1099511627776"));
    check(Functor::ToString, &[U(u64::MAX)], S("18446744073709551615"));
    check(Functor::ToString, &[F(0.1)], S("0.1"));
    check(Functor::ToString, &[S("as it is")], S("as it is"));
    fails(Functor::ToNumber, &[S("12 apples")], "`to_number(\"12 apples\")` reads a text that is no such number");
    fails(Functor::ToNumber, &[S("\u{1b}[31m")], "`to_number(\"\\u{1b}[31m\")` reads a text that is no such number");
    fails(Functor::ToUnsigned, &[S("-1")], "`to_unsigned(\"-1\")` reads a text that is no such number");
    fails(Functor::ToFloat, &[S("nan")], "`to_float(\"nan\")` reads a text that is no such number");
    fails(Functor::ToNumber, &[U(1 << 63)], "`to_number(9223372036854775808)` does not fit into a number of 64 bits");
    fails(Functor::ToNumber, &[F(1e19)], "`to_number(1e19)` does not fit into a number of 64 bits");
    fails(Functor::ToUnsigned, &[N(-1)], "`to_unsigned(-1)` does not fit into an unsigned number of 64 bits");
    fails(Functor::ToUnsigned, &[F(1e300)], "`to_unsigned(1e300)` does not fit into an unsigned number of 64 bits");
}

#[test]
fn the_ordinal_of_a_text_is_its_place_in_the_pool() {
    let mut pool = Pool::new();
    pool.intern("first");
    let found = run(Functor::Ordinal, &[S("second")], &mut pool).unwrap();
    assert_eq!(pool.decode(found), 1);
}

fn compare(operator: Operator, left: V, right: V) -> Result<bool, String> {
    let mut pool = Pool::new();
    let (left, right, primitive) = (left.cell(&mut pool), right.cell(&mut pool), left.primitive());
    let outcome = holds(operator, primitive, left, right, &pool, &mut Patterns::default());
    outcome.map_err(|stop| if let Stop::Fault(fault) = stop { fault.to_string() } else { String::new() })
}

#[test]
fn comparisons_look_at_values() {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let check = |left: V, right: V, expect: [bool; 6]| {
        let all = [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual];
        assert_eq!(all.map(|operator| compare(operator, left, right) == Ok(true)), expect, "{left:?} {right:?}");
    };
    let (less, equal, greater) = (
        [false, true, true, true, false, false],
        [true, false, false, true, false, true],
        [false, true, false, false, true, true],
    );
    check(N(-1), N(1 << 40), less);
    check(N(1 << 40), N(1 << 40), equal);
    check(U(1 << 63), U(1), greater);
    check(F(-1.5), F(-1.25), less);
    check(F(-0.0), F(0.0), equal);
    check(F(1e300), F(1e-300), greater);
    check(S("10"), S("9"), less);
    check(S("b"), S("a"), greater);
    check(S(""), S(""), equal);
}

#[test]
fn patterns_look_at_the_whole_text() {
    let check = |pattern: &'static str, text: &'static str, expect: bool| {
        assert_eq!(compare(Operator::Match, S(pattern), S(text)), Ok(expect), "{pattern} {text}");
        assert_eq!(compare(Operator::NotMatch, S(pattern), S(text)), Ok(!expect), "{pattern} {text}");
        assert_eq!(pattern_problem(pattern), None);
    };
    check("a|ab", "ab", true);
    check("a", "ab", false);
    check("b", "ab", false);
    check(".*b", "aab", true);
    check("", "", true);
    check(r"\d+(\.\d+)?", "12.5", true);
    check("(?i)ABC", "abc", true);
    check("(?x) a b # a comment", "ab", true);
    check(".", "ä", true);
    check("a\nb", "a\nb", true);
    // Back-tracking would take years.
    check("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false);
}

#[test]
fn patterns_that_can_not_be_used_say_why() {
    let check = |pattern: &'static str, expect: &str| {
        assert_eq!(pattern_problem(pattern).as_deref(), Some(expect));
        let message = format!("`match({pattern:?}, \"t\")` has a pattern that can not be used: {expect}");
        assert_eq!(compare(Operator::Match, S(pattern), S("t")), Err(message));
    };
    check("(?=a)", "look-around, including look-ahead and look-behind, is not supported");
    check("(a)\\1", "backreferences are not supported");
    check("a)(b", "unopened group");
    check("(a", "unclosed group");
    check("(((a{99}){99}){99}){99}", "it takes too much memory");
}

#[test]
fn many_patterns_are_compiled_again_and_again_but_stay_right() {
    let mut pool = Pool::new();
    let cells: Vec<Cell> = (0..200).map(|i| pool.intern(&format!("{i}")).cell()).collect();
    let mut patterns = Patterns::default();
    for &pattern in cells.iter().chain(cells.iter().rev()) {
        for &text in &[cells[3], pattern] {
            let found = holds(Operator::Match, Primitive::Symbol, pattern, text, &pool, &mut patterns);
            assert_eq!(found, Ok(pattern == text));
        }
    }
}

#[test]
fn parts_occur_anywhere() {
    let check = |part: &'static str, text: &'static str, expect: bool| {
        assert_eq!(compare(Operator::Contains, S(part), S(text)), Ok(expect), "{part} {text}");
        assert_eq!(compare(Operator::NotContains, S(part), S(text)), Ok(!expect), "{part} {text}");
    };
    check("", "", true);
    check("", "a", true);
    check("a", "", false);
    check("bc", "abcd", true);
    check("ca", "abcd", false);
}
