using System.Text;
using Attar.Endpoints;
using Attar.Workspaces;

namespace Attar.Labeling.Endpoints;

/// <summary>A query and a product by their ids.</summary>
readonly record struct PairIds(string QueryId, string ProductId);

/// <summary>The questions about a list of pairs: which are still to be asked, and, once asked, what the answers are.</summary>
sealed class Interview
{
    readonly PairIds[] pairs;
    readonly QuestionWriter writer;
    readonly IProtocol protocol;
    readonly AnswerJournal<double[]> journal;
    readonly EndpointAccess access;
    readonly UInt128[] keys; // (pairs, votes)
    readonly int most; // questions of a request
    readonly int[] open; // places in keys of what nobody asked yet, each question once

    /// <param name="seen">Questions of the interviews before this one, which will be in the journal by then.</param>
    public Interview(IEnumerable<PairIds> pairs, QuestionWriter writer, IProtocol protocol, AnswerJournal<double[]> journal, HashSet<UInt128> seen, EndpointAccess access, StageContext context)
    {
        (this.pairs, this.writer, this.protocol, this.journal, this.access) = ([.. pairs], writer, protocol, journal, access);
        keys = new UInt128[this.pairs.Length * writer.Votes];
        var bytes = new int[keys.Length];
        Parallel.For(0, keys.Length, new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancel }, i =>
        {
            string asked = protocol.Asked(QuestionAt(i));
            (keys[i], bytes[i]) = (AnswerJournal.KeyOf(asked), Encoding.UTF8.GetByteCount(asked));
        });
        open = [.. Enumerable.Range(0, keys.Length).Where(i => journal.Find(keys[i]) is null && seen.Add(keys[i]))];
        most = protocol.Batch ?? access.Pace.Batch;
        Estimate = new Spending(open.Sum(i => (long)bytes[i]) / Wire.BytesOfToken, (long)open.Length * protocol.AnswerTokens, Batches().Count());
    }

    /// <summary>Questions that nobody asked yet.</summary>
    public int Open => open.Length;

    /// <summary>What they will take, about.</summary>
    public Spending Estimate { get; }

    /// <summary>Asks what nobody asked yet, several requests at once; every answer is in the journal when its request is done.</summary>
    /// <exception cref="StageFailedException">The endpoint refuses, or the token budget is spent. What was answered by then is kept.</exception>
    public void Ask(EndpointClient client, StageContext context, string what)
    {
        access.AskAll(what, Batches(), open.Length, () => journal.Spent, AskBatch, Name, context);

        async Task AskBatch(int[] batch, CancellationToken stop) => journal.Add([.. batch.Select(i => keys[i])], await protocol.Ask([.. batch.Select(QuestionAt)], client, stop));

        string Name(int[] batch) => $"no label for {QuestionAt(batch[0]).Name}{(batch.Length > 1 ? $" and {batch.Length - 1} more" : "")}";
    }

    /// <summary>The mean over a pair's votes; (width).</summary>
    public double[] AnswerOf(int pair)
    {
        var mean = new double[protocol.Width];
        for (int vote = 0; vote < writer.Votes; vote++)
        {
            double[] answer = journal.Find(keys[pair * writer.Votes + vote])!;
            for (int k = 0; k < mean.Length; k++) mean[k] += answer[k] / writer.Votes;
        }
        return mean;
    }

    Question QuestionAt(int place)
    {
        (int pair, int vote) = Math.DivRem(place, writer.Votes);
        return writer.Write(pairs[pair].QueryId, pairs[pair].ProductId, vote);
    }

    IEnumerable<int[]> Batches()
    {
        List<int> batch = [];
        foreach (int place in open)
        {
            if (batch.Count == most || batch.Count > 0 && protocol.OneQuery && QueryAt(place) != QueryAt(batch[0]))
            {
                yield return [.. batch];
                batch.Clear();
            }
            batch.Add(place);
        }
        if (batch.Count > 0) yield return [.. batch];
    }

    string QueryAt(int place) => pairs[place / writer.Votes].QueryId;
}
