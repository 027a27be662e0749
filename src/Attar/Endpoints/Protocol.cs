namespace Attar.Endpoints;

/// <summary>What a server speaks.</summary>
public enum Protocol
{
    /// <summary>vLLM's <c>/classify</c>: a distribution over the classes of one text.</summary>
    VllmClassify,

    /// <summary>vLLM's <c>/score</c>.</summary>
    VllmScore,

    /// <summary>text-embeddings-inference's <c>/rerank</c>.</summary>
    TeiRerank,

    /// <summary>text-embeddings-inference's <c>/predict</c>: a distribution over the classes of a pair.</summary>
    TeiPredict,

    /// <summary>Cohere's <c>/v2/rerank</c>.</summary>
    Cohere,

    /// <summary>Jina's <c>/v1/rerank</c>, which vLLM and many others answer too.</summary>
    Jina,

    /// <summary>OpenAI's <c>/v1/chat/completions</c>, which most servers of language models answer.</summary>
    Chat,
}
