using System.Text;
using Attar.Data;
using Attar.Data.Import;

namespace Attar.Tests.Data.Import;

/// <summary>Files of a shop in a temporary folder, imported without a workspace.</summary>
sealed class ShopFiles : IDisposable
{
    public Folder Folder { get; } = new();

    public List<string> Notes => Folder.Notes;

    public string Add(string name, string text, Encoding? encoding = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder[name])!);
        return Folder.Add(name, text, encoding);
    }

    public string Add(string name, byte[] bytes)
    {
        File.WriteAllBytes(Folder[name], bytes);
        return Folder[name];
    }

    public Dataset Import(ImportStage stage) => new ShopImport(stage, Folder, CancellationToken.None).Run().Data;

    /// <summary>Of a file of judged pairs with the products' text.</summary>
    public Dataset Judged(string text, string? map = null, string? grades = null, Encoding? encoding = null) =>
        Import(new ImportStage("csv", Add("pairs.csv", text, encoding), map, grades));

    public Dataset Import(string products, string? judgments = null, string? queries = null, string? map = null) => Import(new ImportStage(
        Map: map, Products: [Add("products.csv", products)], Judgments: judgments is null ? null : [Add("judgments.csv", judgments)], Queries: queries is null ? null : [Add("queries.csv", queries)]));

    public string[] FaultsOf(Action import) => Folder.FaultsOf(import);

    public void Dispose() => Folder.Dispose();
}
