using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Attar.Augmentation;
using Attar.Data;

namespace Attar.Labeling;

/// <summary>Fingerprints of pairs of texts, 8 hexadecimal digits: a label of a product whose text has changed since is none.</summary>
sealed class TextPrints(IReadOnlyDictionary<string, string> queries, IReadOnlyList<Product> products)
{
    readonly Dictionary<string, int> places = products.Select((product, place) => (product.Id, place)).ToDictionary(entry => entry.Id, entry => entry.place);
    readonly uint?[] printOf = new uint?[products.Count]; // each made once: there are far fewer products than pairs
    (string Id, uint Print) query = ("", 0);

    /// <summary>Whether there are such a query and such a product.</summary>
    public bool Knows(CandidatePair pair) => queries.ContainsKey(pair.QueryId) && places.ContainsKey(pair.ProductId);

    /// <returns>A dash where there is no such query or product.</returns>
    /// <remarks>For one caller at a time; quick when pairs of a query come together.</remarks>
    public string Of(CandidatePair pair)
    {
        if (!Knows(pair)) return "-";
        if (pair.QueryId != query.Id) query = (pair.QueryId, Print(queries[pair.QueryId]));
        int place = places[pair.ProductId];
        uint product = printOf[place] ??= Print(string.Join('\0', ProductText.Fields(products[place]).Select(field => field.Text)));
        return $"{query.Print * 0x9E3779B1 + product:x8}";
    }

    static uint Print(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
