using Attar.Online.Allocation;
using Attar.Online.Experiments;
using Attar.Server.Documents;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;

namespace Attar.Server.Online;

/// <summary>What became of a request that may be part of an experiment.</summary>
/// <param name="Trial">Null where it asked for none.</param>
/// <param name="Teams">Of an interleaved list: which arm each place is owed to.</param>
sealed record Ranked(Verdicts Verdicts, Trial? Trial, string? Teams);

/// <summary>Ranks for whoever asks: as they asked, or as an experiment has it.</summary>
sealed class ArmRanking(Scorer scorer, OnlineLab lab, TimeProvider clock)
{
    /// <param name="asked">The model's name as the client gave it; an experiment has its own.</param>
    /// <param name="documents">In the first stage's order.</param>
    /// <param name="idOf">What events will call a document.</param>
    /// <param name="least">The lowest score to show, whoever ranks; the first stage's order and interleaved lists are shown whole.</param>
    /// <param name="shown">How many of them the client gets; 0 = all.</param>
    public async Task<Ranked> Rank(HttpContext context, string? asked, string query, IReadOnlyList<Reading?> documents, Func<int, string> idOf, MinScore? least, int shown = 0)
    {
        Exchange exchange = Exchange.Of(context);
        if (lab.Begin(context) is not { } trial) return new Ranked(documents.Count == 0 ? new Verdicts(asked ?? Arm.FirstStage, [], 0, default) : await scorer.Score(asked, query, documents, exchange, least), null, null);
        long begun = clock.GetTimestamp();
        Verdicts verdicts;
        string? teams = null;
        long? seed = null;
        try
        {
            if (trial.Arm is { } arm) verdicts = await By(trial, arm);
            else
            {
                ulong drawn = (ulong)(Assignment.Place(trial.Experiment.Name + "/seed", trial.QueryId) * (1UL << 53)); // of the request alone, so that it can be drawn again
                bool uncut = least is { Preset: false };
                least = null;
                Verdicts control = await By(trial, trial.Experiment.Control), other = await By(trial, trial.Experiment.Arms[1]);
                int[] order = control.Order();
                Interleaved list = TeamDraft.Draw(order, other.Order(), drawn);
                float?[] scores = new float?[order.Length];
                for (int place = 0; place < order.Length; place++) scores[list.Order[place]] = control.Scores[order[place]]; // falling, for clients sort by them
                verdicts = new Verdicts($"{control.Model}+{other.Model}", scores, control.Tokens + other.Tokens, control.Truncated) { Ranking = list.Order, Textless = control.Textless, Uncut = uncut };
                (teams, seed) = (list.Teams, (long)drawn);
            }
        }
        catch (ArmFailedException)
        {
            trial = trial with { Arm = trial.Experiment.Control, Counted = false };
            verdicts = await By(trial, trial.Experiment.Control);
        }
        IHeaderDictionary headers = context.Response.Headers;
        headers[Trial.QueryHeader] = Printable(trial.QueryId);
        if (!trial.Counted) return new Ranked(verdicts, trial, null);
        headers[Trial.ExperimentHeader] = trial.Experiment.Name;
        if (trial.Arm is not null) headers[Trial.ArmHeader] = Printable(trial.Arm.Name);
        if (teams is not null) headers[Trial.TeamsHeader] = teams[..Math.Min(teams.Length, Credit.Places)];
        int[] ranking = verdicts.Order();
        int count = shown > 0 ? Math.Min(shown, ranking.Length) : ranking.Length;
        lab.Keep(trial, query, [.. ranking.Take(count).Select(idOf)], seed, teams?[..count], clock.GetElapsedTime(begun));
        return new Ranked(verdicts, trial, teams);

        async Task<Verdicts> By(Trial trial, Arm arm)
        {
            long start = clock.GetTimestamp();
            try
            {
                Verdicts answer = arm.Ranker == Arm.FirstStage
                    ? new Verdicts(Arm.FirstStage, [.. documents.Select((document, index) => document is null ? (float?)null : (float)(documents.Count - index) / documents.Count)], 0, default) { Textless = [.. documents.Index().Where(document => document.Item is null).Select(document => document.Index)] }
                    : documents.Count == 0 ? new Verdicts(arm.Ranker, [], 0, default) : await scorer.Score(arm.Ranker, query, documents, exchange, least);
                if (trial.Counted) lab.Note(trial.Experiment, arm, clock.GetElapsedTime(start), failed: false, empty: answer.Below == documents.Count);
                return answer;
            }
            catch (Exception error) when (error is not (RequestRefused or OperationCanceledException) && trial.Counted && arm != trial.Experiment.Control)
            {
                lab.Note(trial.Experiment, arm, clock.GetElapsedTime(start), failed: true, empty: false);
                throw new ArmFailedException(error);
            }
        }
    }

    /// <summary>Headers hold ASCII alone.</summary>
    static string Printable(string text) => text.All(letter => letter is > ' ' and < (char)127) ? text : Uri.EscapeDataString(text);

    sealed class ArmFailedException(Exception why) : Exception(why.Message, why);
}
