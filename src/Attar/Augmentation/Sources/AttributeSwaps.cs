using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation.Sources;

/// <summary>
/// The right product in the wrong size or colour: its title has the words of one of the best results but for numbers, units,
/// sizes, colours and materials, and of these it has others.
/// </summary>
sealed class AttributeSwaps : IPairSource
{
    const int Right = 5; // results whose variants are looked for, the best first
    const int LeastWords = 2; // that make a thing: "lamp" alone is like every lamp

    /// <summary>Words that say which variant it is; so does whatever begins with a digit.</summary>
    static readonly HashSet<string> variantWords = [.. string.Join(' ',
        "black white gray grey charcoal navy blue red crimson green beige cream ivory brown tan teal turquoise yellow mustard orange pink purple gold silver brass bronze nickel chrome copper clear multicolor",
        "oak walnut pine cherry espresso maple mahogany whitewashed natural matte satin brushed polished stainless steel aluminum aluminium iron wood wooden plastic leather velvet linen microfiber cotton",
        "small medium large extra xs s xl xxl mini twin single full double queen king cal california round circular square oval rectangular left right mens womens men women ladies kids")
        .Split(' ').Select(Stemmed)];

    /// <summary>Words that say nothing without what stands beside them; units are written in too many ways to be compared.</summary>
    static readonly HashSet<string> fillers = [.. string.Join(' ',
        "and or with for of the a an to by on from x new",
        "in inch inches ft foot feet yard yards mm cm m meter meters metre oz ounce ounces lb lbs pound pounds kg g gram grams gal gallon gallons l liter liters litre litres ml qt quart quarts cup cups",
        "v volt volts w watt watts kw amp amps mah gb tb mb hz pc pcs piece pieces pack packs pk set count ct pair dozen")
        .Split(' ').Select(Stemmed)];

    readonly IReadOnlyList<Product> catalogue;
    readonly ulong[] things; // what each title says but for the variant, sorted
    readonly int[] products; // (things)
    readonly ulong[] variants; // by product

    public AttributeSwaps(string name, IReadOnlyList<Product> catalogue)
    {
        (Name, this.catalogue) = (name, catalogue);
        (things, variants) = (new ulong[catalogue.Count], new ulong[catalogue.Count]);
        for (int i = 0; i < catalogue.Count; i++) (things[i], variants[i]) = Read(catalogue[i].Title);
        products = [.. Enumerable.Range(0, catalogue.Count)];
        Array.Sort(things, products);
    }

    public string Name { get; }

    public IEnumerable<int> Propose(SearchedQuery query, Random random)
    {
        foreach (int right in query.Found.Take(Right))
        {
            ulong thing = Read(catalogue[right].Title).Thing;
            if (thing == 0) continue;
            int start = LowerBound(thing), end = thing == ulong.MaxValue ? things.Length : LowerBound(thing + 1);
            foreach (int i in Shuffle.Of(end - start, random))
                if (variants[products[start + i]] != variants[right]) yield return products[start + i];
        }
    }

    /// <summary>Hashes of the two sets of words; 0 for a thing of too few.</summary>
    static (ulong Thing, ulong Variant) Read(string title)
    {
        ulong thing = 0, variant = 0;
        int words = 0;
        foreach (string word in SearchTerms.Of(title).Distinct())
        {
            if (fillers.Contains(word)) continue;
            bool number = char.IsAsciiDigit(word[0]);
            ulong hash = Hash(number ? word.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz") : word); // 18v is 18
            if (number || variantWords.Contains(word)) variant += hash; // a sum: the order of words does not matter
            else (thing, words) = (thing + hash, words + 1);
        }
        return (words < LeastWords ? 0 : thing, variant);
    }

    int LowerBound(ulong thing)
    {
        int low = 0, high = things.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (things[middle] < thing) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    static string Stemmed(string word) => SearchTerms.Stem(word).ToString();

    /// <summary>FNV-1a, stirred, for sums of it are compared.</summary>
    static ulong Hash(ReadOnlySpan<char> word)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in word) hash = (hash ^ c) * 1099511628211;
        hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15;
        return hash ^ (hash >> 29);
    }
}
