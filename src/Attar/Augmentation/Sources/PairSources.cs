using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation.Sources;

/// <summary>Every source by its name. A new one is a file beside this, a name and a line here, and a share in <see cref="GenerateStage"/>.</summary>
public static class PairSources
{
    public const string Top = "bm25-top", Middle = "bm25-mid", Deep = "bm25-deep", Category = "category", Brand = "brand", Swap = "attribute-swap",
        Model = "model", Behaviour = "behaviour", Random = "random";

    /// <summary>In the order in which they are asked: what one gave, a later one does not give again.</summary>
    public static readonly IReadOnlyList<string> All = [Top, Middle, Deep, Model, Behaviour, Swap, Category, Brand, Random];

    /// <summary>The sources that have a quota.</summary>
    public static IReadOnlyList<(IPairSource Source, int Quota)> Mix(IReadOnlyList<(string Name, int Quota)> quotas, SourceNeeds needs)
    {
        int top = quotas.FirstOrDefault(part => part.Name == Top).Quota;
        return [.. quotas.Where(part => part.Quota > 0).Select(part => (Create(part.Name, part.Quota), part.Quota))];

        IPairSource Create(string name, int quota) => name switch
        {
            Top => new Bm25Ranks(name, 0, top, Shuffled: false),
            Middle => new Bm25Ranks(name, top, Bm25Ranks.MiddleEnd, Shuffled: true),
            Deep => new Bm25Ranks(name, Math.Max(Bm25Ranks.MiddleEnd, top), int.MaxValue, Shuffled: true),
            Model => new ModelTop(name, needs.Catalogue, needs.Model!),
            Behaviour => new ShopperBehaviour(name, needs.Log!, needs.Catalogue),
            Swap => new AttributeSwaps(name, needs.Catalogue),
            Category => Neighbours.ByCategory(name, needs.Catalogue),
            Brand => Neighbours.ByBrand(name, needs.Catalogue),
            Random when needs.Turns is { } turns => new EvenProducts(name, turns, quota),
            Random => new RandomProducts(name, needs.Catalogue.Count),
            _ => throw new ArgumentException($"no source named '{name}'"),
        };
    }

    /// <summary>Shares of a whole to whole numbers that add up to it.</summary>
    public static int[] Quotas(int whole, IEnumerable<double> shares)
    {
        double sum = 0;
        return [.. shares.Select(share =>
        {
            int before = (int)Math.Round(sum * whole);
            sum += share;
            return (int)Math.Round(sum * whole) - before;
        })];
    }
}

/// <summary>What sources are made of.</summary>
/// <param name="Model">For what a model puts on top.</param>
/// <param name="Log">For what shoppers did.</param>
/// <param name="Turns">For random products that cover the catalogue evenly; null: any.</param>
public sealed record SourceNeeds(IReadOnlyList<Product> Catalogue, IReranker? Model = null, UbiLog? Log = null, Turns? Turns = null);
