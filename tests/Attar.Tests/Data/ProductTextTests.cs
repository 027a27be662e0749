using Attar.Data;
using Attar.Models.Tokenizers;

namespace Attar.Tests.Data;

public class ProductTextTests
{
    static readonly Product Drill = new("p1", "ACME cordless drill", "Acme", "Tools/Drills", "color=red; cordless ; power = 18 volt", "Drills holes.");

    [Fact]
    public void Fields_stand_by_descending_priority_and_the_brand_is_said_once() => Assert.Equal(
        [new("", "ACME cordless drill"), new("[brand]", ""), new("[category]", "Tools/Drills"), new("[attributes]", "color red, cordless, power 18 volt"), new("[description]", "Drills holes.")],
        ProductText.Fields(Drill));

    [Fact]
    public void A_brand_that_the_title_lacks_is_a_field() =>
        Assert.Contains(new TextField("[brand]", "Bolt"), ProductText.Fields(Drill with { Brand = "Bolt" }));

    [Fact]
    public void Search_reads_values_without_their_names() =>
        Assert.Equal("ACME cordless drill Acme Tools/Drills red cordless 18 volt Drills holes.", ProductText.Searchable(Drill));
}
