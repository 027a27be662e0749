using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Retrieval;
using Attar.Tests.Data;

namespace Attar.Tests.Augmentation.Sources;

public class AttributeSwapsTests
{
    static readonly Product[] Shop =
    [
        new("right", "Norvik Velvet Armchair, Red, 30 in."),
        new("colour", "Norvik Velvet Armchair, Blue, 30 in."),
        new("other", "Norvik Armchair Slipcover, Blue"),
        new("both", "Armchair 36 inch (gray) by Norvik"),
        new("copy", "NORVIK red velvet armchair 30 inches"),
        new("maker", "Drowsley Velvet Armchair, Red, 30 in."),
        new("thing", "Norvik Velvet Sofa, Red, 30 in."),
        new("lamp", "Lamp, red"),
        new("lamp2", "Lamp, blue"),
    ];

    static string[] Swaps(params string[] found)
    {
        int[] places = [.. found.Select(id => Array.FindIndex(Shop, product => product.Id == id))];
        return [.. new AttributeSwaps("swap", Shop).Propose(new SearchedQuery("", 0, places), new Random(1)).Select(product => Shop[product].Id)];
    }

    [Fact]
    public void The_right_thing_in_another_size_or_colour_is_proposed_and_nothing_else() =>
        Assert.Equal(["both", "colour"], Swaps("right").Order());

    [Fact]
    public void A_copy_is_no_swap_and_one_word_makes_no_thing()
    {
        Assert.DoesNotContain("copy", Swaps("right"));
        Assert.Empty(Swaps("lamp")); // every lamp would do
    }

    [Fact]
    public void The_best_results_swaps_come_first() => Assert.Equal(["both", "colour"], Swaps("maker", "right", "lamp").Order());

    [Fact]
    public void Without_results_there_is_nothing_to_swap() => Assert.Empty(Swaps());

    [Fact]
    public void A_generated_shop_has_swaps_and_all_of_them_are_variants()
    {
        using var folder = new Folder();
        Dataset data = GeneratedShop.Create(new ShopOptions(Products: 2000, Queries: 30, JudgedTrainQueries: 1, JudgedPerQuery: 2), folder).Data;
        var (index, swaps) = (new Bm25Index(data.Products), new AttributeSwaps("swap", data.Products));
        int queries = 0;
        foreach (Query query in data.Queries)
        {
            int[] found = [.. index.Search(query.Text, 5).Select(hit => hit.Product)];
            int[] proposed = [.. swaps.Propose(new SearchedQuery(query.Text, 0, found), new Random(1))];
            if (proposed.Length > 0) queries++;
            Assert.All(proposed, product => Assert.Contains(found, right => data.Products[right].Category == data.Products[product].Category));
        }
        Assert.InRange(queries, 5, 30);
    }
}
