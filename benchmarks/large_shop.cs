#:project ../src/Attar/Attar.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/large_shop.cs -- FOLDER [PRODUCTS [JUDGMENTS]]
// A catalogue of 1,000,000 products as CSV, JSON lines and Parquet, and 2,600,000 judgments of 130,000 queries, as many as ESCI has, as CSV and Parquet. Each import beside its clock and its peak of memory:
//   /usr/bin/time -v ./attar import --products FOLDER/products.csv WORKSPACE        (products.jsonl, products.parquet alike)
//   /usr/bin/time -v ./attar import --products FOLDER/products.parquet --judgments FOLDER/judgments.csv WORKSPACE        (judgments.parquet alike)
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attar.Data.Shop;
using Attar.Workspaces;
using Parquet;
using Parquet.Serialization;

string folder = args.Length > 0 ? args[0] : throw new ArgumentException("usage: large_shop.cs FOLDER [PRODUCTS [JUDGMENTS]]");
int products = Number(1, 1_000_000), judged = Number(2, 2_600_000);
const int Block = 100_000, Source = 20_000, PerQuery = 20;
Directory.CreateDirectory(folder);
var shop = GeneratedShop.Create(new ShopOptions(Products: Math.Min(Source, products), Queries: 300), new Silent()).Data;
string[] materials = ["steel", "oak", "linen", "glass", "wool"];

Listing Of(int i) => shop.Products[i % shop.Products.Count] is var product
    ? new($"B{i:d9}", $"{product.Title} {materials[i / 7 % materials.Length]} {i / shop.Products.Count}", product.Brand, product.Category, product.Attributes, $"{product.Description} Item {i}, \"{i % 90} inch\", for home & garden.", i % 5000 / 100d)
    : throw new InvalidOperationException();

using (var csv = new StreamWriter(Path.Combine(folder, "products.csv")))
{
    csv.WriteLine("id,title,brand,category,attributes,description,price");
    for (int i = 0; i < products; i++)
        if (Of(i) is var own) csv.WriteLine(string.Join(',', own.id, Quoted(own.title), Quoted(own.brand), Quoted(own.category), Quoted(own.attributes), Quoted(own.description), own.price.ToString(CultureInfo.InvariantCulture)));
}
using (var lines = new StreamWriter(Path.Combine(folder, "products.jsonl")))
{
    var options = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    for (int i = 0; i < products; i++) lines.WriteLine(JsonSerializer.Serialize(Of(i), options));
}
await Table("products.parquet", products, Of);

// three words of a title and a number: most queries nearly repeat another, which is what splits find hardest
Judged Judge(int i)
{
    int query = i / PerQuery, product = (int)((query * 7919L + i % PerQuery * 104_729L) % products);
    string[] words = [.. Of((int)(query * 7919L % products)).title.Split(' ').Where(word => word.Length > 2).Take(3)];
    return new($"{string.Join(' ', words).ToLowerInvariant()} {query}", query, $"B{product:d9}", "ESCI"[i % PerQuery % 4].ToString());
}
using (var csv = new StreamWriter(Path.Combine(folder, "judgments.csv")))
{
    csv.WriteLine("query,query_id,product_id,esci_label");
    for (int i = 0; i < judged; i++)
        if (Judge(i) is var own) csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Quoted(own.query)},{own.query_id},{own.product_id},{own.esci_label}"));
}
await Table("judgments.parquet", judged, Judge);

async Task Table<T>(string name, int count, Func<int, T> of) where T : class, new()
{
    using FileStream stream = File.Create(Path.Combine(folder, name));
    for (int first = 0; first < count; first += Block)
        await ParquetSerializer.SerializeAsync(Enumerable.Range(first, Math.Min(Block, count - first)).Select(of).ToArray(), stream, new ParquetOptions { Append = first > 0 });
}

int Number(int at, int usual) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : usual;

static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";

/// <summary>Columns as they are written.</summary>
sealed record Listing(string id, string title, string brand, string category, string attributes, string description, double price)
{
    public Listing() : this("", "", "", "", "", "", 0) { }
}

sealed record Judged(string query, int query_id, string product_id, string esci_label)
{
    public Judged() : this("", 0, "", "") { }
}

sealed class Silent : IProgressSink
{
    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line) { }
}
