using Attar.Models.Tokenizers;
using Attar.Server.Models;

namespace Attar.Server.Scoring;

/// <summary>The part of a job that one pass scores: the <paramref name="Count"/> pairs after those done.</summary>
/// <param name="Line">Where the job stood, and stands again if pairs are left.</param>
/// <param name="Hurried">Cut short by the job's deadline, not by the pass's budget.</param>
sealed record Slice(Job Job, int Count, int Tokens, LinkedList<Job> Line, bool Hurried);

/// <summary>What a model computes in one go: slices of the jobs of one model.</summary>
sealed record Pass(IReadOnlyList<Slice> Slices)
{
    public ServedModel Model => Slices[0].Job.Model;
    public int Pairs => Slices.Sum(slice => slice.Count);
    public int Tokens => Slices.Sum(slice => slice.Tokens);

    /// <summary>
    /// The first job of the line, or as much of it as the budget and its deadline allow, and with it every later one of the same
    /// model that fits in whole. The first always moves on, so none starves.
    /// </summary>
    public static Pass Compose(LinkedList<Job> line, int budget, TimeProvider clock)
    {
        Slice first = Cut(line, line.First!.Value, budget, clock);
        line.RemoveFirst();
        List<Slice> slices = [first];
        int room = budget - first.Tokens;
        for (LinkedListNode<Job>? node = line.First, next; node is not null && room > 0; node = next)
        {
            next = node.Next;
            Job job = node.Value;
            if (job.Model != first.Job.Model || job.TokensLeft > room || job.Ended.IsCompleted || IsShort(job, budget - room + job.TokensLeft, clock)) continue;
            slices.Add(new Slice(job, job.Pairs.Length - job.Done, job.TokensLeft, line, Hurried: false));
            room -= job.TokensLeft;
            line.Remove(node);
        }
        return new Pass(slices);
    }

    /// <returns>pairs x labels.</returns>
    /// <exception cref="InvalidOperationException">when a score is not a number, or infinite.</exception>
    public float[] Compute()
    {
        TokenPair[] pairs = [.. Slices.SelectMany(slice => new ArraySegment<TokenPair>(slice.Job.Pairs, slice.Job.Done, slice.Count))];
        float[] logits = new float[pairs.Length * Model.Model.Labels];
        Model.Model.Logits(pairs, logits);
        int broken = Array.FindIndex(logits, logit => !float.IsFinite(logit));
        return broken < 0 ? logits : throw new InvalidOperationException($"{Model.Name} gave a pair the score {logits[broken]}");
    }

    static Slice Cut(LinkedList<Job> line, Job job, int budget, TimeProvider clock)
    {
        bool hurried = IsShort(job, job.TokensLeft, clock);
        double most = hurried ? Math.Min(budget, job.Model.Pace.Affordable(Left(job, clock)) / 2) : budget;
        int count = 0, tokens = 0;
        for (; job.Done + count < job.Pairs.Length; count++)
        {
            int length = job.Pairs[job.Done + count].Length;
            if (count > 0 && tokens + length > most) break;
            tokens += length;
        }
        return new Slice(job, count, tokens, line, hurried);
    }

    /// <summary>Whether computing so many tokens might well take longer than a job has time.</summary>
    static bool IsShort(Job job, int tokens, TimeProvider clock) =>
        job.Deadline is not null && 1.5 * tokens > job.Model.Pace.Affordable(Left(job, clock));

    static TimeSpan Left(Job job, TimeProvider clock) => clock.GetElapsedTime(clock.GetTimestamp(), job.Deadline!.Value);
}
