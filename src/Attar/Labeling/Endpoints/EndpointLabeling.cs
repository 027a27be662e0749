using Attar.Augmentation;
using Attar.Data;
using Attar.Endpoints;
using Attar.Models.Heads;
using Attar.Teaching;
using Attar.Workspaces;

namespace Attar.Labeling.Endpoints;

/// <summary>Labels by a teacher behind an endpoint: what it would cost, whether it agrees with people, then every pair.</summary>
static class EndpointLabeling
{
    /// <exception cref="StageFailedException">The endpoint refuses, or agrees too little with people.</exception>
    public static void Run(TeacherEndpoint endpoint, ScoreTransform transform, StageContext context)
    {
        endpoint.Check();
        EndpointAccess access = endpoint.Access;
        Workspace workspace = context.Workspace;
        Dataset dataset = DatasetFiles.Read(workspace.Data);
        Dictionary<string, string> queries = dataset.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        CandidatePair[] pairs = [.. PairStore.Read(workspace.Pairs)];
        (Protocol kind, Uri address) = ProtocolList.Find(new Uri(endpoint.Url), endpoint.Protocol)!.Value;
        IProtocol protocol = TeacherProtocols.Of(kind, endpoint, dataset.Scale.Grades, Guideline(endpoint));
        string teacher = IdentityOf(kind, address, endpoint);
        using var client = new EndpointClient(access, address, context);
        using AnswerJournal<double[]> journal = AnswerJournal.OfNumbers(workspace.Answers, teacher, protocol.Width);
        var writer = new QuestionWriter(dataset, queries, endpoint, examples: kind == Protocol.Chat);
        Judgment[] dev = Sample(dataset, Split.Dev, endpoint.TrustOrDefault.Pairs, context.Seed);
        Judgment[] train = protocol.Width > 1 ? [] : Sample(dataset, Split.Train, endpoint.TrustOrDefault.Pairs, context.Seed);
        if (protocol.Width == 1 && train.Length == 0) throw new StageFailedException("label: a reranker's scores become grades by judged train pairs, and the data has none; import some, or use an endpoint that answers with grades");

        HashSet<UInt128> seen = [];
        Interview ofTrain = About(train.Select(judgment => new PairIds(judgment.QueryId, judgment.ProductId)));
        Interview ofDev = About(dev.Select(judgment => new PairIds(judgment.QueryId, judgment.ProductId)));
        Interview ofPairs = About(pairs.Select(pair => new PairIds(pair.QueryId, pair.ProductId)));
        Interview About(IEnumerable<PairIds> about) => new(about, writer, protocol, journal, seen, access, context);
        access.Announce(ofTrain.Open + ofDev.Open + ofPairs.Open, ofTrain.Estimate + ofDev.Estimate + ofPairs.Estimate, journal.Spent, context.Progress);
        Spending before = journal.Spent;
        try
        {
            ofTrain.Ask(client, context, "fit");
            ofDev.Ask(client, context, "measure");
            ScoreGrades? scores = protocol.Width > 1 ? null : Fit(train, ofTrain, dataset.Scale.Grades);
            double[] Distribution(Interview interview, int pair) => interview.AnswerOf(pair) is var answer && scores is not null ? scores.Distribution(answer[0]) : answer;

            Agreement agreement = Trusted(endpoint, dataset.Scale, dev, [.. dev.Select((_, i) => Distribution(ofDev, i))], context);
            ofPairs.Ask(client, context, "label");
            var stamp = new LabelStamp($"{AnswerJournal.KeyOf(teacher):x32}", "", TemplateOf(kind, endpoint), transform, "", dataset.Scale.Grades);
            var prints = new TextPrints(queries, dataset.Products);
            int written = 0;
            LabelWriter labels = LabelWriter.Begin(workspace.Labels, new LabelManifest(stamp, LabelStage.Source(workspace), context.Clock.GetUtcNow(), LabelWriter.ShardPairs, []));
            Labeler.Run(labels, pairs, pairs.Length, prints.Of, chunk => chunk.Select(pair => Line(pair, Distribution(ofPairs, written++), dataset.Scale.Gains, transform, prints.Of(pair))), context);
            labels.Finish(new LabelEndpoint(ProtocolList.NameOf(kind), address.ToString(), endpoint.Model, agreement.Kappa, agreement.CalibrationError, journal.Spent.In, journal.Spent.Out));
        }
        finally
        {
            Spending after = journal.Spent;
            context.Progress.Note($"label: spent in this run {(after - before).Describe(access.Price)}; in all {after.Describe(access.Price)}");
        }
    }

    /// <summary>Whose answers are kept: others are not this teacher's.</summary>
    internal static string IdentityOf(Protocol kind, Uri address, TeacherEndpoint endpoint) => $"{ProtocolList.NameOf(kind)} {address} {endpoint.Model} {endpoint.Extra?.ToJsonString()}".TrimEnd();

    /// <summary>How it reads a pair, for the stamp.</summary>
    internal static string TemplateOf(Protocol kind, TeacherEndpoint endpoint) => kind == Protocol.VllmClassify ? endpoint.Template : ProtocolList.NameOf(kind);

    /// <summary>Measures, keeps and tells how it agrees with people.</summary>
    /// <param name="distributions">(judgments) its own.</param>
    /// <exception cref="StageFailedException">Too little to use its labels.</exception>
    internal static Agreement Trusted(TeacherEndpoint endpoint, GradeScale scale, Judgment[] dev, IReadOnlyList<double[]> distributions, StageContext context)
    {
        Agreement agreement = Agreement.Of(scale, dev, distributions, context.Seed);
        agreement.Write(context.Workspace.Audit);
        foreach (string line in agreement.Lines()) context.Progress.Note(line);
        if (agreement.Refusal(endpoint.TrustOrDefault) is not { } refusal) return agreement;
        if (!endpoint.TrustOrDefault.AcceptAny)
            throw new StageFailedException($"label: refused: {refusal}; {agreement.Lines().First()}. Give the model a better guideline, choose another, lower minKappa (--min-kappa), or use its labels all the same with acceptAny (--accept-any)");
        context.Progress.Note($"label: labels used all the same: {refusal}");
        return agreement;
    }

    internal static string? Guideline(TeacherEndpoint endpoint)
    {
        if (endpoint.ChatOrDefault.Guideline is not { } path) return null;
        if (!File.Exists(path)) throw new InputException(path, "no such file; expected a text that tells what each grade means; correct chat.guideline (--guideline)");
        return File.ReadAllText(path);
    }

    internal static Judgment[] Sample(Dataset dataset, Split split, int most, ulong seed)
    {
        Judgment[] judged = [.. dataset.Judgments.Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId, Split.Train) == split)];
        new Random((int)seed).Shuffle(judged);
        return [.. judged.Take(most).OrderBy(judgment => judgment.QueryId, StringComparer.Ordinal).ThenBy(judgment => judgment.ProductId, StringComparer.Ordinal)]; // a query's pairs go into one request
    }

    internal static ScoreGrades Fit(Judgment[] judgments, Interview interview, int grades) => new(
        [.. judgments.Select((_, i) => interview.AnswerOf(i)[0])],
        [.. judgments.Select(judgment =>
        {
            var target = new float[grades];
            SoftTarget.Write(judgment, target);
            return target;
        })]);

    static string Line(CandidatePair pair, double[] distribution, double[] gains, ScoreTransform transform, string text)
    {
        double gain = 0;
        for (int k = 0; k < gains.Length; k++) gain += gains[k] * distribution[k];
        return LabelStore.Line(pair, GradeHead.Score(transform, gain), distribution, text);
    }
}
