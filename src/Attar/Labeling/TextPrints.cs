using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Attar.Augmentation;
using Attar.Data;

namespace Attar.Labeling;

/// <summary>Fingerprints of pairs of texts, 8 hexadecimal digits: a label of a product whose text has changed since is none.</summary>
sealed class TextPrints(IReadOnlyDictionary<string, string> queries, IEnumerable<Product> products)
{
    readonly Dictionary<string, Product> products = products.ToDictionary(product => product.Id);
    readonly Dictionary<string, uint> printOf = []; // of products; there are far fewer than pairs
    (string Id, uint Print) query = ("", 0);

    /// <remarks>For one caller at a time; quick when pairs of a query come together.</remarks>
    public string Of(CandidatePair pair)
    {
        if (pair.QueryId != query.Id) query = (pair.QueryId, Print(queries[pair.QueryId]));
        if (!printOf.TryGetValue(pair.ProductId, out uint product))
            printOf.Add(pair.ProductId, product = Print(string.Join('\0', ProductText.Fields(products[pair.ProductId]).Select(field => field.Text))));
        return $"{query.Print * 0x9E3779B1 + product:x8}";
    }

    static uint Print(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
