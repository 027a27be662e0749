
using Attar.Workspaces;

namespace Attar.Data.Shop;

/// <summary>
/// A shop in which the truth is known: products and queries come from a grammar, so the true grade of every pair follows
/// from the facts behind them, while the judgments hold what three fallible raters saw. The seed gives all of it again.
/// </summary>
public sealed class GeneratedShop
{
    static readonly GradeScale scale = new([0, 1 / 3d, 2 / 3d, 1], PositiveFrom: 2);

    readonly Dictionary<string, ShopProduct> products;
    readonly Dictionary<string, Intent> intents;

    GeneratedShop(Dataset data, Dictionary<string, ShopProduct> products, Dictionary<string, Intent> intents) => (Data, this.products, this.intents) = (data, products, intents);

    /// <summary>What <c>import</c> writes.</summary>
    public Dataset Data { get; }

    /// <summary>The facts behind a listing.</summary>
    public ShopProduct Facts(string productId) => products[productId];

    /// <summary>What the shopper meant.</summary>
    public Intent IntentOf(string queryId) => intents[queryId];

    /// <summary>The true grade, 0 to 3, of any pair of the shop, judged or not.</summary>
    public int TrueGradeOf(string queryId, string productId) => TrueGrade.Of(intents[queryId], products[productId]);

    /// <exception cref="InputException">when an option is out of range.</exception>
    public static GeneratedShop Create(ShopOptions options, IProgressSink progress)
    {
        options.Check();
        // One stream for each part, so that another number of products or raters' errors leaves the rest as it was.
        Random Stream(int part) => new(HashCode(options.Seed, part));

        progress.Report("products", 0, options.Products);
        var products = Catalogue.Generate(options.Products, Stream(1));
        progress.Report("products", options.Products, options.Products);
        var (queries, intents) = WriteQueries(new QueryWriter(products, Stream(2)), options.Queries);
        var splits = queries.ToDictionary(query => query.Id, query => QuerySplit.Of(query.Text));
        progress.Report("queries", queries.Count, queries.Count);

        var pool = new JudgingPool(products, Stream(3));
        var raters = Stream(4);
        var judgments = new List<Judgment>();
        foreach (var query in Judged(queries, splits, options.JudgedTrainQueries, Stream(5)))
            foreach (int index in pool.Choose(query.Text, intents[query.Id], options.JudgedPerQuery))
            {
                int truth = TrueGrade.Of(intents[query.Id], products[index]);
                int[] votes = Raters.Vote(truth, options.RaterNoise, raters);
                judgments.Add(new Judgment(query.Id, products[index].Listing.Id, Raters.Mean(votes), votes, truth));
            }
        if (options.Prices) products = Prices.Add(products, Stream(6)); // last: queries and judged products do not depend on them
        if (options.DescriptionWords > 0) products = LongDescriptions.Add(products, options.DescriptionWords, Stream(7));
        var data = new Dataset(scale, [.. products.Select(product => product.Listing)], queries, judgments, splits);
        return new GeneratedShop(data, products.ToDictionary(product => product.Listing.Id), intents);
    }

    /// <summary>Distinct texts in order of first appearance in a log, so popular queries come early.</summary>
    static (List<Query>, Dictionary<string, Intent>) WriteQueries(QueryWriter writer, int count)
    {
        var queries = new List<Query>(count);
        var intents = new Dictionary<string, Intent>(count);
        var seen = new HashSet<string>();
        while (queries.Count < count) // ends soon: slips of the finger alone make far more texts than are ever asked for
        {
            var (text, intent) = writer.Next();
            if (!seen.Add(text)) continue;
            var query = new Query($"q{queries.Count + 1}", text);
            queries.Add(query);
            intents[query.Id] = intent;
        }
        return (queries, intents);
    }

    /// <summary>Every query of dev and test, and a random choice of train.</summary>
    static IEnumerable<Query> Judged(List<Query> queries, Dictionary<string, Split> splits, int trainQueries, Random random)
    {
        string[] train = [.. queries.Where(query => splits[query.Id] == Split.Train).Select(query => query.Id)];
        random.Shuffle(train);
        var judgedTrain = train.Take(trainQueries).ToHashSet();
        return queries.Where(query => splits[query.Id] != Split.Train || judgedTrain.Contains(query.Id));
    }

    static int HashCode(int seed, int part) => unchecked(seed * 486_187_739 + part * 16_777_619);
}
