namespace Attar.Data.Reading;

/// <summary>Every format of files. The first that recognises a file reads it, so the ones that ask for more stand in front. A new one is a class and a line here.</summary>
static class Formats
{
    public static readonly IReadOnlyList<Format> All =
    [
        new ParquetFormat(),
        new SrwJudgments(),
        new QuepidBook(),
        new RreRatings(),
        new SolrJson(),
        new SearchHitsJson(),
        new JsonArrayFormat(),
        new BulkLines(),
        new ElasticdumpLines(),
        new JsonLinesFormat(),
        new MerchantFeed(),
        new LetorFormat(),
        new TrecQrelsFormat(),
        new TsvFormat(),
        new CsvFormat(),
    ];

    /// <exception cref="InputException">when no format has the name.</exception>
    public static Format Named(string name) => All.FirstOrDefault(format => format.Name == name)
        ?? throw new InputException("--format", $"unknown format '{name}'; expected one of {string.Join(", ", All.Select(format => format.Name))}; correct it");

    public static Format Of(ForeignFile file) => All.First(format => format.Recognises(file));
}
