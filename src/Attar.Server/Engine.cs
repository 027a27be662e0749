using Attar.Retrieval;

namespace Attar.Server;

/// <summary>
/// Gives the models to one request at a time: a second one at once would only make both slower.
/// A bounded line waits, first come first served; whoever comes when it is full is refused,
/// and the work of a caller who has gone is dropped.
/// </summary>
sealed class Engine(ITextScorer student, ServerOptions options)
{
    /// <summary>Between two chunks the caller is looked for: small enough to stop soon, large enough to keep batches full.</summary>
    const int Chunk = 64;

    readonly SemaphoreSlim turn = new(1, 1);
    int present;

    /// <summary>Runs <paramref name="work"/> alone, when its turn has come.</summary>
    /// <exception cref="RequestRefused">when the line is full.</exception>
    /// <exception cref="OperationCanceledException">when the caller went away.</exception>
    public async Task<T> TakeTurn<T>(Func<T> work, CancellationToken gone)
    {
        try
        {
            if (Interlocked.Increment(ref present) > options.MaxWaiting + 1)
                throw new RequestRefused(Refusal.Overloaded, "too many requests are waiting; try again in a second");
            await turn.WaitAsync(gone);
            try
            {
                return await Task.Run(work, gone);
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref present);
        }
    }

    /// <summary>The student's raw logits, one per document.</summary>
    public Task<float[]> Score(string query, IReadOnlyList<string> documents, CancellationToken gone) => TakeTurn(() =>
    {
        float[] scores = new float[documents.Count];
        for (int start = 0; start < scores.Length; start += Chunk)
        {
            gone.ThrowIfCancellationRequested();
            string[] chunk = [.. documents.Skip(start).Take(Chunk)];
            Checked("student", student.Score(query, chunk), chunk.Length).CopyTo(scores, start);
        }
        return scores;
    }, gone);

    /// <summary>Scores fit to be sorted and written as JSON.</summary>
    /// <exception cref="InvalidOperationException">when some are missing, not a number or infinite.</exception>
    public static float[] Checked(string system, float[] scores, int expected)
    {
        if (scores.Length != expected) throw new InvalidOperationException($"{system} gave {scores.Length} scores for {expected} documents");
        int broken = Array.FindIndex(scores, score => !float.IsFinite(score));
        if (broken >= 0) throw new InvalidOperationException($"{system} gave document {broken} the score {scores[broken]}");
        return scores;
    }
}
