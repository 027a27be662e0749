using Attar.Endpoints;

namespace Attar.Labeling.Endpoints;

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
