using System.Runtime.CompilerServices;
using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Training;

namespace Attar.Tests.Training;

public class CatalogueTextTests
{
    static CatalogueText Of(IEnumerable<Product> products) => new(new FieldPairText(new WordPieceTokenizer([.. SpecialTokens.All, "red", "lamp", "oak", "table"])), products);

    [Fact]
    public void A_product_is_found_by_its_id_and_by_its_place()
    {
        CatalogueText text = Of([new("a", "red lamp"), new("b", "oak table")]);
        Assert.Equal((0, 1, null), (text.PlaceOf("a"), text.PlaceOf("b"), text.PlaceOf("c")));
        Assert.Equal(text.Pair("lamp", "b").Ids, text.Pair("lamp", 1).Ids);
        Assert.Equal(text.Pair("lamp", 1).Length, text.Length("lamp", "b"));
    }

    [Fact]
    public void Many_threads_get_the_same_tokens()
    {
        Product[] products = [.. Enumerable.Range(0, 50).Select(i => new Product($"p{i}", string.Join(' ', Enumerable.Repeat("red lamp", 1 + i))))];
        CatalogueText text = Of(products);
        var lengths = new int[5000];
        Parallel.For(0, lengths.Length, i => lengths[i] = text.Pair("oak", i / 7 % 50).Length);
        Assert.All(Enumerable.Range(0, lengths.Length), i => Assert.Equal(Math.Min(96, 2 * (1 + i / 7 % 50) + 4), lengths[i]));
    }

    [Fact]
    public void The_text_of_a_product_is_let_go_once_it_is_tokens()
    {
        (CatalogueText text, WeakReference[] products) = Make();
        text.Pair("lamp", 0);
        GC.Collect();
        Assert.Equal([false, true], products.Select(product => product.IsAlive));
        Assert.Equal(7, text.Pair("red lamp", "a").Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static (CatalogueText, WeakReference[]) Make()
    {
        Product[] products = [new("a", "red lamp"), new("b", "oak table")];
        return (Of(products), [.. products.Select(product => new WeakReference(product))]);
    }
}
