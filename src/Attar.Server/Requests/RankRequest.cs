using System.Text.Json;
using Attar.Server.Documents;
using Attar.Server.Settings;

namespace Attar.Server.Requests;

/// <summary>What Cohere, Jina, vLLM, infinity and llama.cpp all mean by a rerank request.</summary>
/// <param name="TopN">Results to return; 0 = all.</param>
sealed record RankRequest(string? Model, string Query, SentDocument[] Documents, int TopN, bool ReturnDocuments, bool RawScores)
{
    public static RankRequest Read(RequestFields fields, ServerOptions options, Storefront storefront)
    {
        string[]? rankFields = fields.Has("rank_fields") ? [.. fields.Strings("rank_fields", 100).Distinct()] : null; // named twice, it is one field
        bool keep = fields.Flag("return_documents");
        return new RankRequest(
            fields.Name("model"),
            fields.Text("query"),
            fields.List("documents", options.MaxDocuments, rankFields is null ? SentDocument.Expected : "a string or an object with one of rank_fields",
                (JsonElement item) => SentDocument.Read(item, rankFields, storefront, keep)),
            fields.Count("top_n"),
            keep,
            fields.Flag("raw_scores"));
    }
}
