using Attar.Models.Tokenizers;
using Attar.Server.Models;

namespace Attar.Server.Scoring;

/// <summary>The part of a job that one pass scores: the <paramref name="Count"/> pairs after those done.</summary>
sealed record Slice(Job Job, int Count, int Tokens);

/// <summary>What a model computes in one go: slices of the jobs of one model.</summary>
sealed record Pass(IReadOnlyList<Slice> Slices)
{
    const double Margin = 1.25; // work takes longer than the pace says when others use the machine

    public ServedModel Model => Slices[0].Job.Model;
    public int Pairs => Slices.Sum(slice => slice.Count);
    public int Tokens => Slices.Sum(slice => slice.Tokens);

    /// <summary>What to compute next of the jobs that wait, none of which has ended.</summary>
    /// <param name="client">Whose turn it is; who else waits gets what room is left.</param>
    /// <param name="budget">Tokens; a single pair may have more.</param>
    public static Pass Next(IReadOnlyCollection<Job> line, string client, int budget, TimeProvider clock)
    {
        Job[] own = [.. line.Where(job => job.Client == client)];
        int clients = own.Length == line.Count ? 1 : line.Select(job => job.Client).Distinct().Count();
        Job[] order = InOrder(own, clock);
        return AllInTime(order, clients, clock) ? InTurn([.. order, .. InOrder(line.Where(job => job.Client != client), clock)], budget, clock) : Shared(own, budget, clock);
    }

    /// <summary>By when each would be done had it come alone: equals keep their order, short ones overtake long ones, and who waits is first in the end.</summary>
    static Job[] InOrder(IEnumerable<Job> jobs, TimeProvider clock) => [.. jobs.OrderBy(job => clock.GetElapsedTime(0, job.Arrived) + job.TimeNeeded)];

    /// <param name="clients">Among whom the time is shared.</param>
    static bool AllInTime(Job[] order, int clients, TimeProvider clock)
    {
        TimeSpan end = TimeSpan.Zero;
        return order.All(job => Margin * clients * (end += job.TimeNeeded) <= job.TimeLeft(clock));
    }

    /// <summary>The first job, or an even part of it within the budget, and every later one of the same model that fits in beside it whole.</summary>
    static Pass InTurn(Job[] order, int budget, TimeProvider clock)
    {
        Job first = order[0];
        double most = Math.Min(budget, first.Model.Pace.Affordable(first.TimeLeft(clock)) / Margin);
        int parts = (first.TokensLeft + budget - 1) / budget;
        Slice slice = Cut(first, (first.TokensLeft + parts - 1) / parts);
        List<Slice> slices = [slice];
        double room = slice.Count < first.Pairs.Length - first.Done ? 0 : most - slice.Tokens; // who is not done yet is not held up
        foreach (Job job in order[1..])
        {
            if (job.Model != first.Model || job.TokensLeft > room) continue;
            slices.Add(new Slice(job, job.Pairs.Length - job.Done, job.TokensLeft));
            room -= job.TokensLeft;
        }
        return new Pass(slices);
    }

    static Slice Cut(Job job, int most)
    {
        int count = 0, tokens = 0;
        for (; job.Done + count < job.Pairs.Length; count++)
        {
            int length = job.Pairs[job.Done + count].Length;
            if (count > 0 && tokens + length > most) break;
            tokens += length;
        }
        return new Slice(job, count, tokens);
    }

    /// <summary>
    /// A pair at a time from the job with the fewest scored: where not all can be scored, everybody's first candidates are. It
    /// takes half of what seems affordable to the most pressed, so that a pass that takes longer than expected loses little.
    /// </summary>
    static Pass Shared(IReadOnlyCollection<Job> line, int budget, TimeProvider clock)
    {
        ServedModel model = line.MinBy(job => job.Done)!.Model;
        Job[] jobs = [.. line.Where(job => job.Model == model)];
        double most = Math.Min(budget, model.Pace.Affordable(jobs.Min(job => job.TimeLeft(clock))) / 2);
        int[] counts = new int[jobs.Length], tokens = new int[jobs.Length];
        PriorityQueue<int, (int Scored, int Place)> next = new(jobs.Select((job, place) => (place, (job.Done, place))));
        for (int all = 0; next.TryDequeue(out int place, out (int Scored, int) at);)
        {
            Job job = jobs[place];
            int length = job.Pairs[at.Scored].Length;
            if (all > 0 && all + length > most) break;
            all += length;
            tokens[place] += length;
            counts[place]++;
            if (at.Scored + 1 < job.Pairs.Length) next.Enqueue(place, (at.Scored + 1, place));
        }
        return new Pass([.. jobs.Select((job, place) => new Slice(job, counts[place], tokens[place])).Where(slice => slice.Count > 0)]);
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
}
