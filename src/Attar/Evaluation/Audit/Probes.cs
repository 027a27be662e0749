using System.Text.RegularExpressions;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Evaluation.Audit;

/// <summary>Counterfactual probes: a product is changed in one way, and nothing else, and scored again beside its unchanged neighbours.</summary>
/// <param name="brands">To swap in one after the other, besides random ones.</param>
sealed class Probes(Dataset data, IReadOnlyList<string> brands, ulong seed)
{
    const string Filler = "new in original packaging, ships within two days, limited offer, while supplies last";
    const double Dear = .95;
    const int Resamples = 1000;

    /// <summary>A change that may be made to a product shown for a query.</summary>
    /// <param name="Of">The changed product; null where the change does not apply.</param>
    sealed record Probe(string Name, string Means, string Expected, Func<Query, Product, Random, Product?> Of);

    /// <summary>All probes on the queries' products. What a query asks for by name is not swapped.</summary>
    public IReadOnlyList<ProbeFigures> Run(IReranker reranker, IReadOnlyList<JudgedQuery> queries, Action<int, int> progress)
    {
        var originals = queries.Select(query => reranker.Score(query.Query.Text, query.Products)).ToArray();
        Probe[] probes = [.. All()];
        return [.. probes.Select((probe, place) =>
        {
            progress(place + 1, probes.Length);
            return Figures(probe, reranker, queries, originals, new Random((int)(seed % 999_983) + place));
        })];
    }

    IEnumerable<Probe> All()
    {
        string[] known = [.. data.Products.Select(product => product.Brand).Where(brand => brand.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        var kin = data.Products.Where(product => product.Brand.Length > 0).GroupBy(product => product.Category).ToDictionary(group => group.Key, group => group.Select(product => product.Brand).Distinct().ToArray());
        if (known.Length > 1)
            yield return new("brand-swapped", "another brand of the same category in brand and title", "none",
                (query, product, random) => kin.TryGetValue(product.Category, out string[]? own) ? WithBrand(query, product, own[random.Next(own.Length)]) : null);
        foreach (string brand in brands)
            yield return new($"brand-{brand}", $"{brand} in place of the product's brand", "none", (query, product, _) => WithBrand(query, product, brand));
        yield return new("fields-shuffled", "brand, category and attributes written in each other's places, attributes in reverse order", "none",
            (_, product, _) => product with { Brand = product.Category, Category = Reversed(product.Attributes), Attributes = product.Brand } is var changed && changed != product ? changed : null);
        yield return new("title-lengthened", $"'{Filler}' behind the title", "none", (_, product, _) => product with { Title = $"{product.Title}, {Filler}" });
        double[] prices = [.. data.Products.Select(Segmentation.PriceOf).OfType<double>().Order()];
        if (prices.Length > 0)
            yield return new("price-raised", "the price of the dearest twentieth", "none", (_, product, _) => Priced(product, prices[(int)(Dear * (prices.Length - 1))]));
        Dictionary<string, string[]> values = data.Products.SelectMany(ProductText.Attributes).Where(attribute => attribute.Name.Length > 0 && attribute.Name != "price")
            .GroupBy(attribute => attribute.Name, attribute => attribute.Value).ToDictionary(group => group.Key, group => group.Distinct().Order(StringComparer.Ordinal).ToArray());
        if (values.Count > 0)
            yield return new("attribute-altered", "an attribute that the query names has another value", "down", (query, product, random) => Altered(query, product, values, random));
    }

    static ProbeFigures Figures(Probe probe, IReranker reranker, IReadOnlyList<JudgedQuery> queries, float[][] originals, Random random)
    {
        int pairs = 0;
        List<int> queryOf = [];
        List<double> changes = [], compared = [], flipped = [];
        foreach (var (q, query) in queries.Index())
        {
            var changed = query.Products.Select((product, p) => (Place: p, Product: probe.Of(query.Query, product, random))).Where(change => change.Product is not null).ToArray();
            if (changed.Length == 0) continue;
            float[] scores = reranker.Score(query.Query.Text, [.. changed.Select(change => change.Product!)]);
            foreach (var (score, place) in scores.Zip(changed, (score, change) => (score, change.Place)))
            {
                pairs++;
                float before = originals[q][place];
                int others = 0, flips = 0;
                for (int other = 0; other < originals[q].Length; other++)
                {
                    if (originals[q][other] == before) continue; // itself, or not ordered before
                    others++;
                    if (score > originals[q][other] != before > originals[q][other]) flips++;
                }
                queryOf.Add(q);
                changes.Add(JudgedScores.Gain(score) - JudgedScores.Gain(before));
                compared.Add(others);
                flipped.Add(flips);
            }
        }
        return new ProbeFigures(probe.Name, probe.Means, probe.Expected, pairs, Ratio(changes, [.. changes.Select(_ => 1.0)]), Ratio(flipped, compared));

        // Σ part / Σ whole, resampled by query
        Estimate? Ratio(List<double> part, List<double> whole)
        {
            double Of(IReadOnlyList<int> weights)
            {
                double sum = 0, of = 0;
                for (int i = 0; i < part.Count; i++)
                {
                    sum += weights[i] * part[i];
                    of += weights[i] * whole[i];
                }
                return sum / of;
            }
            double value = Of([.. Enumerable.Repeat(1, part.Count)]);
            if (!double.IsFinite(value)) return null;
            Interval interval = Bootstrap.Percentiles(Bootstrap.Pooled(queries.Count, queryOf.ToArray(), Of, Resamples, seed: 1));
            return new Estimate(value, interval.Low, interval.High);
        }
    }

    static Product? WithBrand(Query query, Product product, string brand) =>
        brand == product.Brand || product.Brand.Length == 0 || Names(query.Text, product.Brand) || Names(query.Text, brand) ? null
        : product with { Brand = brand, Title = Replaced(product.Title, product.Brand, brand) };

    static Product? Priced(Product product, double price) => Segmentation.PriceOf(product) is { } now && now < price
        ? WithAttributes(product, attribute => attribute.Name.Equals("price", StringComparison.OrdinalIgnoreCase) ? FormattableString.Invariant($"{price}") : attribute.Value)
        : null;

    /// <summary>The first attribute whose value the query has; its new value is of the same attribute elsewhere, and not what the query asks for either.</summary>
    static Product? Altered(Query query, Product product, Dictionary<string, string[]> values, Random random)
    {
        foreach (var asked in ProductText.Attributes(product).Where(attribute => attribute.Name.Length > 0 && Names(query.Text, attribute.Value)))
        {
            string[] others = [.. values.GetValueOrDefault(asked.Name, []).Where(value => value != asked.Value && !Names(query.Text, value))];
            if (others.Length == 0) continue;
            string other = others[random.Next(others.Length)];
            return WithAttributes(product, attribute => attribute == asked ? other : attribute.Value) with { Title = Replaced(product.Title, asked.Value, other), Description = Replaced(product.Description, asked.Value, other) };
        }
        return null;
    }

    static Product WithAttributes(Product product, Func<(string Name, string Value), string> value) =>
        product with { Attributes = string.Join("; ", ProductText.Attributes(product).Select(attribute => attribute.Name.Length == 0 ? value(attribute) : $"{attribute.Name}={value(attribute)}")) };

    static string Reversed(string attributes) => string.Join("; ", attributes.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse());

    static bool Names(string query, string value) => value.Length > 0 && Whole(value).IsMatch(query);

    static string Replaced(string text, string value, string by) => value.Length == 0 ? text : Whole(value).Replace(text, by.Replace("$", "$$"));

    static Regex Whole(string value) => new($@"(?<!\w){Regex.Escape(value)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
