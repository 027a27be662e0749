using System.Globalization;

namespace Attar.Labeling.Endpoints;

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

/// <summary>How one kind of server is asked.</summary>
interface IProtocol
{
    /// <summary>Numbers of an answer: as many probabilities as there are grades, or one score.</summary>
    int Width { get; }

    /// <summary>Most questions of one request; null: as many as the options say.</summary>
    int? Batch => null;

    /// <summary>Whether all questions of one request are about one query.</summary>
    bool OneQuery { get; }

    /// <summary>Tokens of an answer, for the estimate.</summary>
    int AnswerTokens => 0;

    /// <summary>All that the answer to a question depends on, besides address and model.</summary>
    string Asked(Question question);

    /// <returns>(questions) answers in their order.</returns>
    /// <exception cref="EndpointException"/>
    Task<Answer<double[]>[]> Ask(IReadOnlyList<Question> questions, EndpointClient client, CancellationToken stop);
}

/// <summary>One pair for an endpoint to judge.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Examples">For chat models: pairs that people graded, the most alike last.</param>
sealed record Question(string Name, string Query, string Document, IReadOnlyList<Example> Examples);

/// <param name="Grade">People's, as a whole number.</param>
sealed record Example(string Query, string Document, int Grade);

/// <summary>What answers took; 0 tokens where a server does not tell.</summary>
/// <param name="In">Tokens sent.</param>
/// <param name="Out">Tokens answered.</param>
readonly record struct Spending(long In, long Out, long Requests)
{
    public long Tokens => In + Out;

    public static Spending operator +(Spending a, Spending b) => new(a.In + b.In, a.Out + b.Out, a.Requests + b.Requests);

    public static Spending operator -(Spending a, Spending b) => new(a.In - b.In, a.Out - b.Out, a.Requests - b.Requests);

    public string Describe(PriceOptions price)
    {
        double cost = (In * price.Input + Out * price.Output) / 1e6 + Requests * price.Requests / 1e3;
        string text = string.Create(CultureInfo.InvariantCulture, $"{Requests:n0} requests, {In:n0} tokens in and {Out:n0} out");
        return cost > 0 ? text + string.Create(CultureInfo.InvariantCulture, $", cost {cost:0.00##}") : text;
    }
}

/// <param name="Values">(width) a distribution over the grades, or one score; or texts.</param>
readonly record struct Answer<T>(T Values, Spending Spent);

static class Answer
{
    /// <summary>The answers of one request share what it took; the first has the remainder.</summary>
    public static Answer<T>[] Share<T>(T[] values, Spending spent) =>
        [.. values.Select((value, i) => new Answer<T>(value, new Spending(Part(spent.In, i, values.Length), Part(spent.Out, i, values.Length), Part(spent.Requests, i, values.Length))))];

    static long Part(long whole, int index, int count) => whole / count + (index == 0 ? whole % count : 0);
}
