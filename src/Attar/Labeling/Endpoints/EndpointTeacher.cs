using Attar.Augmentation;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling.Teachers;
using Attar.Models.Heads;
using Attar.Workspaces;

namespace Attar.Labeling.Endpoints;

/// <summary>A teacher that runs elsewhere, asked about the pairs it is given: the dear one of a cascade. What it answered is kept in the workspace's <c>answers/</c> and not asked again.</summary>
sealed class EndpointTeacher : ITeacher
{
    readonly TeacherEndpoint endpoint;
    readonly EndpointAccess access;
    readonly Uri address;
    readonly Protocol kind;
    readonly IProtocol protocol;
    readonly EndpointClient client;
    readonly AnswerJournal<double[]> journal;
    readonly QuestionWriter writer;
    readonly GradeScale scale;
    readonly ScoreTransform transform;
    readonly StageContext context;
    readonly Spending before;
    ScoreGrades? grades;
    Agreement? agreement;

    /// <exception cref="InputException">when the options, the guideline or the key's variable are not as they should be.</exception>
    public EndpointTeacher(TeacherEndpoint endpoint, ScoreTransform transform, Dataset data, IReadOnlyDictionary<string, string> queries, StageContext context)
    {
        endpoint.Check();
        (this.endpoint, this.transform, this.context, access, scale) = (endpoint, transform, context, endpoint.Access, data.Scale);
        (kind, address) = ProtocolList.Find(new Uri(endpoint.Url), endpoint.Protocol)!.Value;
        protocol = TeacherProtocols.Of(kind, endpoint, scale.Grades, EndpointLabeling.Guideline(endpoint));
        client = new EndpointClient(access, address, context);
        journal = AnswerJournal.OfNumbers(context.Workspace.Answers, Identity, protocol.Width);
        writer = new QuestionWriter(data, queries, endpoint, examples: kind == Protocol.Chat);
        before = journal.Spent;
    }

    string Identity => EndpointLabeling.IdentityOf(kind, address, endpoint);

    public int Grades => scale.Grades;

    public string Template => EndpointLabeling.TemplateOf(kind, endpoint);

    /// <summary>As the server calls it.</summary>
    public string Name => endpoint.Model ?? address.Host;

    public string Key => $"{AnswerJournal.KeyOf(Identity):x32}";

    public IEnumerable<string> Notes
    {
        get
        {
            Spending after = journal.Spent;
            yield return $"spent in this run {(after - before).Describe(access.Price)}; in all {after.Describe(access.Price)}";
        }
    }

    /// <summary>For the manifest.</summary>
    public LabelEndpoint Described => new(ProtocolList.NameOf(kind), address.ToString(), endpoint.Model, agreement?.Kappa, agreement?.CalibrationError ?? 0, journal.Spent.In, journal.Spent.Out);

    /// <summary>Tells what the questions will take, makes grades of a reranker's scores, and asks whether people agree.</summary>
    /// <param name="dev">Judgments to measure it on.</param>
    /// <param name="pairs">That it will be asked about besides, about.</param>
    /// <exception cref="StageFailedException">The endpoint refuses, or agrees too little with people.</exception>
    public void Prove(Dataset data, Judgment[] dev, long pairs)
    {
        Judgment[] train = protocol.Width > 1 ? [] : EndpointLabeling.Sample(data, Split.Train, endpoint.TrustOrDefault.Pairs, context.Seed);
        if (protocol.Width == 1 && train.Length == 0) throw new StageFailedException("label: a reranker's scores become grades by judged train pairs, and the data has none; import some, or use an endpoint that answers with grades");
        HashSet<UInt128> seen = [];
        Interview ofTrain = About(train.Select(judgment => new PairIds(judgment.QueryId, judgment.ProductId)), seen), ofDev = About(dev.Select(judgment => new PairIds(judgment.QueryId, judgment.ProductId)), seen);
        Spending known = ofTrain.Estimate + ofDev.Estimate;
        double times = ofTrain.Open + ofDev.Open == 0 ? 0 : (double)pairs * writer.Votes / (ofTrain.Open + ofDev.Open); // questions about pairs are as long as those about judgments
        access.Announce(ofTrain.Open + ofDev.Open + (times == 0 ? 0 : (int)Math.Min(int.MaxValue / 2, pairs * writer.Votes)), known + new Spending((long)(known.In * times), (long)(known.Out * times), (long)(known.Requests * times)), journal.Spent, context.Progress);
        ofTrain.Ask(client, context, "fit");
        if (train.Length > 0) grades = EndpointLabeling.Fit(train, ofTrain, scale.Grades);
        ofDev.Ask(client, context, "measure");
        agreement = EndpointLabeling.Trusted(endpoint, scale, dev, [.. dev.Select((_, i) => Distribution(ofDev, i))], context);
    }

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        Interview interview = About(pairs.Select(pair => new PairIds(pair.QueryId, pair.ProductId)), []);
        interview.Ask(client, context, "ask");
        for (int i = 0; i < pairs.Length; i++)
        {
            double[] distribution = Distribution(interview, i);
            distribution.CopyTo(distributions.Slice(i * Grades, Grades));
            double gain = 0;
            for (int k = 0; k < Grades; k++) gain += scale.Gains[k] * distribution[k];
            scores[i] = GradeHead.Score(transform, gain);
        }
    }

    double[] Distribution(Interview interview, int pair) => interview.AnswerOf(pair) is var answer && grades is not null ? grades.Distribution(answer[0]) : answer;

    Interview About(IEnumerable<PairIds> pairs, HashSet<UInt128> seen) => new(pairs, writer, protocol, journal, seen, access, context);

    public void Dispose()
    {
        client.Dispose();
        journal.Dispose();
    }
}
