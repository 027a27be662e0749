using Attar.Data;
using Attar.Data.Shop;

namespace Attar.Tests.Data.Shop;

public sealed class TrueGradeTests
{
    static ShopProduct Product(string type, string brand, string[] values, string line = "", string fits = "") => new(
        new Product("p", "t"), Grammar.Named(type), brand, line, fits, [.. values.Select(key => new AttributeValue(key, [key], [key]))]);

    static Intent Wants(string? type, string? brand = null, string? line = null, params string[] asked) =>
        new(type is null ? [] : [Grammar.Named(type)], brand, line, [.. asked.Select(key => new AttributeValue(key, [key], [key]))]);

    [Theory]
    [InlineData("sofa", "Norvik", "red", 3)]
    [InlineData("sofa", "Norvik", "green", 2)]
    [InlineData("sofa", "Tamsel", "red", 2)]
    [InlineData("sofa", "Tamsel", "green", 1)]
    [InlineData("loveseat", "Norvik", "red", 1)]
    [InlineData("sofa cover", "Norvik", "red", 1)]
    [InlineData("dresser", "Norvik", "red", 0)]
    public void A_red_norvik_sofa(string type, string brand, string color, int grade) =>
        Assert.Equal(grade, TrueGrade.Of(Wants("sofa", "Norvik", null, "red"), Product(type, brand, [color])));

    [Theory]
    [InlineData("phone case", "Zentrix", "Nova 5", "Kolvra", 3)]
    [InlineData("phone case", "Zentrix", "Echo 7", "Kolvra", 2)]
    [InlineData("phone case", "Zentrix", "Echo 7", "Aurion", 1)]
    [InlineData("phone", "Kolvra", "Nova 5", "", 1)]
    [InlineData("screen protector", "Zentrix", "Nova 5", "Kolvra", 1)]
    [InlineData("tv", "Kolvra", "Echo 7", "", 0)]
    public void A_case_for_a_phone_has_to_fit_it(string type, string brand, string line, string fits, int grade) =>
        Assert.Equal(grade, TrueGrade.Of(Wants("phone case", "Kolvra", "Nova 5"), Product(type, brand, [], line, fits)));

    [Theory]
    [InlineData("Norvik", 3)]
    [InlineData("Tamsel", 0)]
    public void A_brand_alone_is_met_or_not(string brand, int grade) =>
        Assert.Equal(grade, TrueGrade.Of(Wants(null, "Norvik"), Product("sofa", brand, [])));

    [Theory]
    [InlineData("red", "velvet", 3)]
    [InlineData("red", "linen", 2)]
    [InlineData("green", "linen", 0)]
    public void Attributes_alone_count_one_by_one(string color, string fabric, int grade) =>
        Assert.Equal(grade, TrueGrade.Of(Wants(null, null, null, "red", "velvet"), Product("sofa", "Norvik", [color, fabric])));
}
