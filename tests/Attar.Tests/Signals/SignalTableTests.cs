using Attar.Data;
using Attar.Signals;

namespace Attar.Tests.Signals;

public sealed class SignalTableTests
{
    static readonly Product[] shop =
    [
        new("p1", "oak table", Kept: "price=199,00 EUR; availability=in stock; color=red"),
        new("p2", "desk lamp", Kept: "price=1.019,50 EUR; availability=out of stock"),
        new("p3", "sofa"),
        new("p4", "chair", Kept: "price=; availability=on request;;=5;x"),
    ];

    static double[] Of(string product, params string[] columns) => SignalTable.Of(shop, columns, "--signals").Of(product).ToArray();

    [Fact]
    public void Columns_are_read_as_the_numbers_they_are()
    {
        Assert.Equal([1, 199], Of("p1", "availability", "price"));
        Assert.Equal([0, 1019.5], Of("p2", "availability", "price"));
        Assert.Equal([double.NaN, double.NaN], Of("p3", "availability", "price"));
        Assert.Equal([double.NaN, double.NaN], Of("p4", "availability", "price"));
        Assert.Equal([double.NaN], Of("nobody", "price"));
        Assert.Equal([double.NaN], SignalTable.Of(shop, ["price"], "--signals").Of(null).ToArray());
        Assert.Empty(Of("p1"));
    }

    [Fact]
    public void Columns_that_are_not_there_or_hold_words_are_told_together()
    {
        InputException error = Assert.Throws<InputException>(() => Of("p1", "stock", "color"));
        Assert.Equal("--signals: no product has 'stock'; kept are price, availability, color\n--signals: column 'color' holds no numbers, but such as 'red'", error.Message);
    }

    [Fact]
    public void A_shop_that_kept_nothing_is_told_how_to() =>
        Assert.EndsWith("none were kept: attar import --keep COLUMN,COLUMN keeps them", Assert.Throws<InputException>(() => SignalTable.Of([new("p1", "table")], ["price"], "--signals")).Message);

    [Fact]
    public void Points_and_commas_that_contradict_each_other_are_told() =>
        Assert.Contains("has a decimal point", Assert.Throws<InputException>(() => SignalTable.Of([new("a", "a", Kept: "price=1.25"), new("b", "b", Kept: "price=1,25")], ["price"], "--signals")).Message);
}
