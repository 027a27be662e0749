using Attar.Server.Documents;
using Attar.Server.Settings;

namespace Attar.Server.Requests;

/// <summary>What Cohere, Jina, vLLM, infinity and llama.cpp all mean by a rerank request.</summary>
/// <param name="TopN">Results to return; 0 = all.</param>
/// <param name="Least">The lowest score to return; null: all are.</param>
sealed record RankRequest(string? Model, string Query, SentDocument[] Documents, int TopN, bool ReturnDocuments, bool RawScores, MinScore? Least)
{
    /// <param name="raw">Whether this interface writes logits where the client asks for raw scores.</param>
    public static RankRequest Read(RequestFields fields, ServerOptions options, Storefront storefront, string documents = "documents", string keep = "return_documents", bool raw = false)
    {
        raw &= fields.Flag("raw_scores");
        FieldNames? rankFields = fields.Has("rank_fields") ? new FieldNames([.. fields.Strings("rank_fields", 100).Distinct()]) : null; // named twice, it is one field
        bool kept = fields.Flag(keep);
        return new RankRequest(
            fields.Name("model"),
            fields.Text("query"),
            SentDocument.List(fields, documents, options.MaxDocuments, rankFields, storefront, kept),
            fields.Count(fields.Has("top_n") ? "top_n" : "top_k"),
            kept,
            raw,
            fields.Least(raw) ?? options.Least);
    }

    /// <summary>What the model is to read; null for a document without text.</summary>
    public Reading?[] Readings => [.. Documents.Select(document => document.Reading)];

    /// <summary>What events call a document: its own id, or its place in the request.</summary>
    public string IdOf(int index) => Documents[index].IdOr(index);

    /// <summary>The ranks that the client wants, best first.</summary>
    public IEnumerable<int> First(int[] order) => TopN > 0 ? order.Take(TopN) : order;
}
