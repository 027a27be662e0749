using Attar.Models.Tokenizers;
using Attar.Server.Models;

namespace Attar.Server.Scoring;

/// <summary>One request's pairs on their way through a model, first pair first.</summary>
/// <param name="deadline">A timestamp of the line's clock by which it ends, finished or not; null for none.</param>
sealed class Job(ServedModel model, TokenPair[] pairs, long? deadline)
{
    static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(2); // a pass of less is not worth while

    readonly TaskCompletionSource<JobResult> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServedModel Model => model;
    public TokenPair[] Pairs => pairs;
    public long? Deadline => deadline;

    /// <summary>Whose it is: the key's name, or empty.</summary>
    public string Client { get; init; } = "";

    /// <summary>pairs x labels; those of the first <see cref="Done"/> pairs are set.</summary>
    public float[] Logits { get; } = new float[pairs.Length * model.Model.Labels];

    /// <summary>Pairs scored so far. This and what follows change under the line's lock.</summary>
    public int Done { get; set; }

    public int TokensLeft { get; set; } = pairs.Sum(pair => pair.Length);
    public long Arrived { get; set; }
    public long? Begun { get; set; }
    public TimeSpan Computed { get; set; }

    public Task<JobResult> Ended => end.Task;

    /// <summary>What the rest of it takes, by the model's pace.</summary>
    public TimeSpan TimeNeeded => model.Pace.TimeFor(TokensLeft);

    /// <summary>Until its deadline.</summary>
    public TimeSpan TimeLeft(TimeProvider clock) => deadline is { } limit ? clock.GetElapsedTime(clock.GetTimestamp(), limit) : TimeSpan.MaxValue;

    /// <summary>Whether not one more pair of it can be scored in time. The first is tried whatever the pace: it is how a pace that was measured in a bad moment is put right.</summary>
    public bool IsLate(TimeProvider clock) => deadline is not null && TimeLeft(clock) <= shortest + (Done == 0 ? TimeSpan.Zero : model.Pace.TimeFor(pairs[Done].Length));

    /// <summary>Ends it with what is scored so far.</summary>
    public bool TryEnd(TimeSpan waited) => end.TrySetResult(new JobResult(Logits, Done, waited, Computed));

    public bool TryFail(Exception error) => end.TrySetException(error);

    /// <summary>Its caller has gone.</summary>
    public bool TryDrop() => end.TrySetCanceled();
}

/// <param name="Logits">pairs x labels; only those of the first <paramref name="Done"/> pairs mean something.</param>
/// <param name="Waited">Until its first pass began.</param>
/// <param name="Computed">In the passes it took part in.</param>
sealed record JobResult(float[] Logits, int Done, TimeSpan Waited, TimeSpan Computed);
