using Attar.Endpoints;
using Attar.Labeling.Endpoints.Protocols;

namespace Attar.Labeling.Endpoints;

/// <summary>How a teacher is asked, whatever its server speaks.</summary>
static class TeacherProtocols
{
    public static IProtocol Of(Protocol protocol, TeacherEndpoint endpoint, int grades, string? guideline) => protocol switch
    {
        Protocol.VllmClassify => new VllmClassify(grades, endpoint.Template),
        Protocol.VllmScore => new Rerank("text_1", "text_2", "data", "score"),
        Protocol.TeiPredict => new TeiPredict(grades, endpoint.Labels),
        Protocol.TeiRerank => new Rerank("query", "texts", null, "score", truncate: true),
        Protocol.Cohere or Protocol.Jina => new Rerank("query", "documents", "results", "relevance_score"),
        _ => new Chat(new GradingPrompt(grades, guideline), endpoint.ChatOrDefault.Answer),
    };
}
