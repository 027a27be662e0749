namespace Attar.Data.Export;

/// <summary>Judgments of collections whose grades are words; a mean is written as the grade nearest to it.</summary>
static class WordedGrades
{
    static readonly string[] esci = ["I", "C", "S", "E"], wands = ["Irrelevant", "Partial", "Exact"];

    public static void WriteEsci(string path, Dataset data)
    {
        Dictionary<string, string> texts = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        Check("esci", esci, data);
        CsvFolder.Table(path, "example_id,query,query_id,product_id,product_locale,esci_label,split", data.Judgments.Select((judgment, i) => (string[])
            [$"{i}", texts[judgment.QueryId], judgment.QueryId, judgment.ProductId, "us", Word(esci, judgment), data.Splits.TryGetValue(judgment.QueryId, out Split split) ? DatasetFiles.SplitName(split) : ""]));
    }

    public static void WriteWands(string folder, Dataset data)
    {
        Check("wands", wands, data);
        CsvFolder.Table(Path.Combine(folder, "product.csv"), "product_id,product_name,product_class,product_features,product_description", data.Products.Select(product => (string[])[product.Id, product.Title, product.Category, product.Attributes, product.Description]));
        CsvFolder.Table(Path.Combine(folder, "query.csv"), "query_id,query", data.Queries.Select(query => (string[])[query.Id, query.Text]));
        CsvFolder.Table(Path.Combine(folder, "label.csv"), "id,query_id,product_id,label", data.Judgments.Select((judgment, i) => (string[])[$"{i}", judgment.QueryId, judgment.ProductId, Word(wands, judgment)]));
    }

    static string Word(string[] words, Judgment judgment) => words[(int)Math.Round(judgment.Rating, MidpointRounding.AwayFromZero)];

    static void Check(string form, string[] words, Dataset data)
    {
        if (data.Scale.Grades != words.Length) throw new InputException("FORMAT", $"{form} has {words.Length} grades ({string.Join(", ", words)}), the data {data.Scale.Grades}; choose another form");
    }
}
