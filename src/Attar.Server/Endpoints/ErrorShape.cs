namespace Attar.Server.Endpoints;

/// <summary>Whose errors a client expects.</summary>
enum ErrorShape
{
    /// <summary>RFC 9457, for everything that follows no other server.</summary>
    Problem,

    /// <summary>text-embeddings-inference: <c>{"error","error_type"}</c>.</summary>
    Tei,

    /// <summary>Cohere: <c>{"id","message"}</c>.</summary>
    Cohere,

    /// <summary>vLLM, llama.cpp, infinity: <c>{"error":{"message","type","param","code"}}</c>.</summary>
    Vllm,

    /// <summary><c>/v1/rerank</c>, which Cohere's old clients, Jina's and vLLM's share: the fields of all three.</summary>
    Shared,
}

static class ErrorShapes
{
    /// <summary>The shape by path, before a body was read.</summary>
    public static ErrorShape Of(PathString path) => path.Value switch
    {
        "/v1/rerank" or "/v1/reranking" or "/reranking" or "/v1/ranking" => ErrorShape.Shared,
        "/rerank" or "/predict" or "/tokenize" or "/info" => ErrorShape.Tei,
        "/score" or "/v1/score" or "/classify" or "/v1/models" => ErrorShape.Vllm,
        _ => path.StartsWithSegments("/v2") ? ErrorShape.Cohere : ErrorShape.Problem,
    };
}

/// <summary>Error of text-embeddings-inference.</summary>
sealed record TeiError(string Error, string ErrorType);

/// <summary>Error of Cohere.</summary>
sealed record CohereError(string Id, string Message);

/// <summary>Error of vLLM.</summary>
sealed record VllmError(VllmErrorBody Error);

sealed record VllmErrorBody(string Message, string Type, int Code);

/// <param name="Message">Where Cohere's clients look.</param>
/// <param name="Detail">Where Jina's look.</param>
/// <param name="Error">Where vLLM's look.</param>
sealed record SharedError(string Id, string Message, string Detail, VllmErrorBody Error);

/// <summary>RFC 9457.</summary>
sealed record Problem(string Title, int Status, string Detail);
