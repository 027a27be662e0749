using System.Text.Json;

namespace Attar.Data.Reading;

/// <summary>A file that is one JSON array of objects.</summary>
sealed class JsonArrayFormat : Format
{
    public override string Name => "json";

    public override string About => "A JSON array of objects";

    public override bool Recognises(ForeignFile file) => file.Text.TrimStart().StartsWith('[');

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        var row = new Row(file.Path, new Columns());
        using Stream stream = file.OpenText();
        IAsyncEnumerator<JsonElement> elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream).GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!elements.MoveNextAsync().AsTask().GetAwaiter().GetResult()) yield break;
            }
            catch (JsonException fault)
            {
                faults.Add($"{file.Path}:{fault.LineNumber + 1}", $"broken JSON behind object {row.Number}; expected an array of objects; make the file again");
                yield break;
            }
            row.Clear();
            row.Number++;
            JsonElement json = elements.Current;
            if (json.ValueKind != JsonValueKind.Object)
            {
                faults.Add(row.Where, "no JSON object; expected one such as {\"id\":\"p1\",\"title\":\"Oak table\"}; correct or remove it");
                continue;
            }
            JsonElement document = json.TryGetProperty("_source", out JsonElement source) && source.ValueKind == JsonValueKind.Object ? source : json;
            JsonRows.Fill(row, document, wanted);
            if (json.TryGetProperty("_id", out JsonElement id)) row.Set("_id", id.ToString());
            yield return row;
        }
    }
}

/// <summary>A file that is one JSON object with the rows somewhere in it; read whole.</summary>
abstract class JsonDocumentFormat : Format
{
    public override bool Recognises(ForeignFile file) => file.Text.TrimStart().StartsWith('{') && Keys.All(key => file.Text.Contains($"\"{key}\"", StringComparison.Ordinal)) && (file.Text.Length > 60_000 || IsOneObject(file.Text));

    /// <summary>What the beginning must name.</summary>
    protected abstract string[] Keys { get; }

    /// <summary>Fills the row with each object in turn.</summary>
    protected abstract IEnumerable<bool> Rows(JsonElement root, Row row, IReadOnlySet<string>? wanted);

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        JsonDocument document;
        try
        {
            using Stream stream = file.OpenText();
            document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowTrailingCommas = true });
        }
        catch (JsonException fault)
        {
            faults.Add($"{file.Path}:{fault.LineNumber + 1}", $"broken JSON; expected {About}; make the file again");
            yield break;
        }
        using (document)
        {
            var row = new Row(file.Path, new Columns());
            row.Clear();
            foreach (bool _ in Rows(document.RootElement, row, wanted))
            {
                row.Number++;
                yield return row;
                row.Clear();
            }
        }
    }

    protected static IEnumerable<JsonElement> List(JsonElement json, params string[] path)
    {
        foreach (string name in path)
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return [];
        return json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];
    }

    protected static string Text(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    static bool IsOneObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true });
            return true;
        }
        catch (JsonException)
        {
            return !text.Split('\n')[0].TrimEnd().EndsWith('}'); // broken, but no line of objects
        }
    }
}

/// <summary>What Solr answers: documents under <c>response.docs</c>.</summary>
sealed class SolrJson : JsonDocumentFormat
{
    public override string Name => "solr";

    public override string About => "Solr's JSON response: documents under response.docs";

    protected override string[] Keys => ["response", "docs"];

    protected override IEnumerable<bool> Rows(JsonElement root, Row row, IReadOnlySet<string>? wanted)
    {
        foreach (JsonElement document in List(root, "response", "docs"))
        {
            JsonRows.Fill(row, document, wanted);
            yield return true;
        }
    }
}

/// <summary>What Elasticsearch and OpenSearch answer to a search: hits with <c>_id</c> and <c>_source</c>.</summary>
sealed class SearchHitsJson : JsonDocumentFormat
{
    public override string Name => "hits";

    public override string About => "Elasticsearch's and OpenSearch's search response: hits.hits with _source";

    protected override string[] Keys => ["hits", "_source"];

    protected override IEnumerable<bool> Rows(JsonElement root, Row row, IReadOnlySet<string>? wanted)
    {
        foreach (JsonElement hit in List(root, "hits", "hits"))
        {
            if (!hit.TryGetProperty("_source", out JsonElement source) || source.ValueKind != JsonValueKind.Object) continue;
            JsonRows.Fill(row, source, wanted);
            row.Set("_id", Text(hit, "_id"));
            yield return true;
        }
    }
}

/// <summary>Judgments of OpenSearch's Search Relevance Workbench: a query's ratings by <c>docId</c>.</summary>
sealed class SrwJudgments : JsonDocumentFormat
{
    public override string Name => "srw";

    public override string About => "OpenSearch Search Relevance Workbench: judgmentRatings";

    public override bool RatesFromZero => true;

    protected override string[] Keys => ["judgmentRatings"];

    protected override IEnumerable<bool> Rows(JsonElement root, Row row, IReadOnlySet<string>? wanted)
    {
        foreach (JsonElement query in List(root, "judgmentRatings"))
            foreach (JsonElement rating in List(query, "ratings"))
            {
                row.Set("query", Text(query, "query"));
                row.Set("product", Text(rating, "docId"));
                row.Set("rating", Text(rating, "rating"));
                yield return true;
            }
    }
}

/// <summary>A book of Quepid's: pairs of query and document, each with the judgements of several raters.</summary>
sealed class QuepidBook : JsonDocumentFormat
{
    public override string Name => "quepid-book";

    public override string About => "A Quepid book: query_doc_pairs, each with the judgements of its raters";

    public override bool RatesFromZero => true;

    protected override string[] Keys => ["query_doc_pairs"];

    protected override IEnumerable<bool> Rows(JsonElement root, Row row, IReadOnlySet<string>? wanted)
    {
        foreach (JsonElement pair in List(root, "query_doc_pairs"))
        {
            int cast = 0;
            foreach (JsonElement judgement in List(pair, "judgements"))
            {
                Say(pair, row);
                row.Set("rating", Text(judgement, "unrateable") == "True" || Text(judgement, "judge_later") == "True" ? "" : Text(judgement, "rating"));
                row.Set("rater", Text(judgement, "user_email") is { Length: > 0 } user ? user : $"rater {++cast}");
                yield return true;
            }
            if (List(pair, "judgements").Any()) continue;
            Say(pair, row);
            row.Set("rating", "");
            row.Set("rater", "");
            yield return true;
        }
    }

    static void Say(JsonElement pair, Row row)
    {
        row.Set("query", Text(pair, "query_text"));
        row.Set("product", Text(pair, "doc_id"));
    }
}

/// <summary>Ratings of the Rated Ranking Evaluator: relevant documents by gain, or gains by document, of a query or a group of them.</summary>
sealed class RreRatings : JsonDocumentFormat
{
    public override string Name => "rre";

    public override string About => "Rated Ranking Evaluator: queries or query groups with relevant_documents";

    public override bool RatesFromZero => true;

    protected override string[] Keys => ["relevant_documents"];

    protected override IEnumerable<bool> Rows(JsonElement root, Row row, IReadOnlySet<string>? wanted)
    {
        foreach (var (query, documents) in Queries(root))
            foreach (var (product, rating) in Ratings(documents))
            {
                row.Set("query", query);
                row.Set("product", product);
                row.Set("rating", rating);
                yield return true;
            }
    }

    static IEnumerable<(string Query, JsonElement Documents)> Queries(JsonElement json)
    {
        bool rated = json.TryGetProperty("relevant_documents", out JsonElement documents);
        if (rated && json.TryGetProperty("placeholders", out JsonElement own)) yield return (TextOf(own), documents);
        foreach (JsonElement query in List(json, "queries"))
        {
            if (query.ValueKind != JsonValueKind.Object) continue;
            if (query.TryGetProperty("relevant_documents", out _))
                foreach (var found in Queries(query)) yield return found;
            else if (rated && query.TryGetProperty("placeholders", out JsonElement placeholders)) yield return (TextOf(placeholders), documents);
        }
        foreach (string below in (string[])["topics", "query_groups"])
            foreach (JsonElement part in List(json, below))
                foreach (var found in Queries(part)) yield return found;
    }

    static string TextOf(JsonElement placeholders) => Text(placeholders, "$query") is { Length: > 0 } query ? query : string.Join(' ', placeholders.EnumerateObject().Select(part => part.Value.ToString()));

    static IEnumerable<(string Product, string Rating)> Ratings(JsonElement documents)
    {
        if (documents.ValueKind != JsonValueKind.Object) yield break;
        foreach (JsonProperty entry in documents.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Array)
                foreach (JsonElement product in entry.Value.EnumerateArray()) yield return (product.ToString(), entry.Name);
            else yield return (entry.Name, Text(entry.Value, "gain") is { Length: > 0 } gain ? gain : Text(entry.Value, "rating"));
        }
    }
}
