using System.Globalization;
using Attar.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Signals;

public sealed class FormulaTests
{
    static double Of(string text, double score = 2, params double[] values) => Formula.Parse(text, "--signals").Of((float)score, values);

    [Fact]
    public void A_score_and_what_the_shop_knows_make_one_score()
    {
        Formula formula = Formula.Parse("score + .5 * log1p(popularity ?? 0) - 3 * (1 - clamp(stock ?? 1, 0, 1))", "--signals");
        Assert.Equal(["popularity", "stock"], formula.Columns);
        Assert.Equal(2 + .5 * Math.Log(8), formula.Of(2, [7, 12]), 1e-6);
        Assert.Equal(-1, formula.Of(2, [0, 0])); // out of stock
        Assert.Equal(2, formula.Of(2, [double.NaN, double.NaN])); // nothing known
    }

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("8 / 4 / 2", 1)]
    [InlineData("8 - 4 - 2", 2)]
    [InlineData("2 * -3 + --1", -5)]
    [InlineData("1.5e1 + .5 + 2.", 17.5)]
    [InlineData("min(3, 1, 2) + max(3, 1, 2) * 10", 31)]
    [InlineData("clamp(5, 0, 1) + clamp(-5, 0, 1)", 1)]
    [InlineData("relevance", 0.8807971)]
    [InlineData("score", 2)]
    [InlineData("price + price", 20)]
    [InlineData("[list price ] * 1", 10)]
    [InlineData("größe_2.b*1", 10)]
    [InlineData("price ?? -1", 10)]
    public void Operators_bind_as_in_arithmetic(string text, double expected) => Assert.Equal(expected, Of(text, 2, 10), 1e-6);

    [Theory]
    [InlineData("score / 0", "divided by zero")]
    [InlineData("score / (price - 10)", "divided by zero")]
    [InlineData("log1p(-2)", "no real number")]
    [InlineData("1e200 * 1e200", "beyond bounds")]
    [InlineData("1e300 + score", "beyond what a score can be")]
    [InlineData("score + stock", "missing without ??")]
    [InlineData("max(stock, 5)", "missing without ??")]
    [InlineData("clamp(stock, 0, 1)", "missing without ??")]
    [InlineData("0 * (stock / 0)", "missing without ??")]
    public void What_is_no_number_leaves_the_models_score(string text, string why) =>
        Assert.True(Of(text, 2, text.Contains("price") ? [10, double.NaN] : [double.NaN]) == 2, why);

    [Theory]
    [InlineData("", "--signals: ends too early; expected a number, a column, a function or '('")]
    [InlineData("score +", "--signals: ends too early; expected a number, a column, a function or '('")]
    [InlineData("score price", "--signals: character 7: found 'p'; expected an operator or the end")]
    [InlineData("(score", "--signals: ends too early; expected an operator or ')'")]
    [InlineData("score ^ 2", "--signals: character 7: found '^'; expected an operator or the end")]
    [InlineData("price ?? x", "--signals: character 10: found 'x'; expected a number that stands for a missing value")]
    [InlineData("exp(score)", "--signals: there is no function 'exp'; expected one of log1p, min, max, clamp")]
    [InlineData("clamp(1, 2)", "--signals: clamp has 2 arguments; expected 3")]
    [InlineData("log1p()", "--signals: character 7: found ')'; expected a number, a column, a function or '('")]
    [InlineData("System.IO.File.Delete(\"x\")", "--signals: there is no function 'System.IO.File.Delete'; expected one of log1p, min, max, clamp")]
    public void A_fault_is_told_with_its_place(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<InputException>(() => Formula.Parse(text, "--signals")).Message);

    [Fact]
    public void Size_is_bounded()
    {
        Assert.Contains("1001 characters", Assert.Throws<InputException>(() => Formula.Parse(new string('1', 1001), "--signals")).Message);
        Assert.Contains("more than 32 brackets", Assert.Throws<InputException>(() => Formula.Parse(new string('(', 500), "--signals")).Message);
        Assert.Equal(500, Of(string.Join('+', Enumerable.Repeat('1', 500))));
        Assert.Equal(-1, Of(new string('-', 999) + "1"));
    }

    /// <summary>Formulas as text, and what they come to.</summary>
    static Gen<(string Text, double Value)> Made(int depth) => depth == 0
        ? Gen.OneOf(Gen.Choose(0, 40).Select(n => ((n / 4.0).ToString(CultureInfo.InvariantCulture), n / 4.0)), Gen.Constant(("score", 2.0)), Gen.Constant(("a", 3.0)), Gen.Constant(("b ?? 7", 7.0)))
        : Gen.OneOf(
            Made(depth - 1).SelectMany(_ => Made(depth - 1), (x, y) => ($"({x.Text}) + ({y.Text})", x.Value + y.Value)),
            Made(depth - 1).SelectMany(_ => Made(depth - 1), (x, y) => ($"({x.Text}) - ({y.Text})", x.Value - y.Value)),
            Made(depth - 1).SelectMany(_ => Made(depth - 1), (x, y) => ($"({x.Text})*({y.Text})", x.Value * y.Value)),
            Made(depth - 1).SelectMany(_ => Made(depth - 1), (x, y) => ($"({x.Text}) / ({y.Text})", x.Value / y.Value)),
            Made(depth - 1).SelectMany(_ => Made(depth - 1), (x, y) => ($"min({x.Text},{y.Text})", Math.Min(x.Value, y.Value))),
            Made(depth - 1).Select(x => ($"-({x.Text})", -x.Value)),
            Made(depth - 1).Select(x => ($"log1p( {x.Text} )", double.LogP1(x.Value))));

    [Fact]
    public void A_formula_comes_to_what_its_parts_come_to() => Prop.ForAll(Gen.Choose(0, 3).SelectMany(Made).ToArbitrary(), made =>
    {
        Formula formula = Formula.Parse(made.Text, "--signals");
        double[] values = [.. formula.Columns.Select(column => column == "a" ? 3 : double.NaN)];
        float expected = float.IsFinite((float)made.Value) ? (float)made.Value : 2;
        return Math.Abs(formula.Of(2, values) - expected) <= 1e-5f * Math.Abs(expected);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_a_formula_or_a_fault_and_any_formula_gives_a_number() => Prop.ForAll(Gen.Elements("score", "a", " ?? ", "(", ")", "min(", "clamp(", ",", "1", ".", "e9", "-", "+", "*", "/", "[b]", "log1p(").ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), text =>
    {
        try
        {
            Formula formula = Formula.Parse(text, "--signals");
            return float.IsFinite(formula.Of(2, [.. formula.Columns.Select(_ => double.NaN)])) && float.IsFinite(formula.Of(2, [.. formula.Columns.Select(_ => -1.0)]));
        }
        catch (InputException error)
        {
            return error.Message.StartsWith("--signals: ", StringComparison.Ordinal);
        }
    }).QuickCheckThrowOnFailure();
}
