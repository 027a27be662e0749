using Attar.Augmentation;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling.Endpoints;
using Attar.Labeling.Teachers;
using Attar.Models.Heads;
using Attar.Tensors.Kernels.Cpu;
using Attar.Workspaces;

namespace Attar.Online.Judging;

/// <summary>A model as one more rater: it grades what people are asked about, by the median of its distribution over the grades.</summary>
public static class ModelJudge
{
    const int AtOnce = 256;

    /// <summary>By a model that runs here.</summary>
    /// <param name="model">As <c>label --teachers</c> names one.</param>
    /// <exception cref="InputException">when it does not grade as the task does.</exception>
    public static IReadOnlyList<JudgingAnswer> Grade(JudgingTask task, IReadOnlyList<JudgingItem> items, string model, StageContext context)
    {
        (Dataset data, Dictionary<string, string> queries, int[] places, CandidatePair[] pairs) = Pairs(task, items, context);
        var named = new TeacherNames([model], context.Workspace);
        if (named.IsBm25) throw new InputException("--model", "bm25 gives no grades; name a model that does, such as teacher");
        using var kernels = new CpuKernels(context.Threads);
        (ITeacher teacher, _) = named.Open(ScoreTransform.ExpectedGain, data, queries, kernels, default, null, context.Progress.Note);
        using ITeacher held = teacher;
        if (teacher.Grades != task.Grades.Length) throw new InputException("--model", $"{model} has {teacher.Grades} grades, the task {task.Grades.Length}; name another");
        int[] grades = new int[pairs.Length];
        for (int i = 0; i < pairs.Length; i += AtOnce)
        {
            context.Cancel.ThrowIfCancellationRequested();
            context.Progress.Report("judge", i, pairs.Length);
            CandidatePair[] some = pairs[i..Math.Min(pairs.Length, i + AtOnce)];
            double[] distributions = new double[some.Length * teacher.Grades];
            teacher.Judge(some, new double[some.Length], distributions);
            for (int p = 0; p < some.Length; p++) grades[i + p] = Agreement.Median(distributions[(p * teacher.Grades)..((p + 1) * teacher.Grades)]);
        }
        return Answers(model, places, grades, context);
    }

    /// <summary>By a model behind an endpoint; what it answered is kept in the workspace's <c>answers/</c> and not asked again. It reads the task's guideline, as people do, unless the endpoint names another.</summary>
    /// <exception cref="InputException">when the endpoint gives scores and no grades.</exception>
    /// <exception cref="StageFailedException">when the endpoint refuses.</exception>
    public static IReadOnlyList<JudgingAnswer> Grade(JudgingTask task, IReadOnlyList<JudgingItem> items, TeacherEndpoint endpoint, StageContext context)
    {
        endpoint.Check();
        (Dataset data, Dictionary<string, string> queries, int[] places, CandidatePair[] pairs) = Pairs(task, items, context);
        EndpointAccess access = endpoint.Access with { Stage = "judge" };
        (Protocol kind, Uri address) = ProtocolList.Find(new Uri(endpoint.Url), endpoint.Protocol)!.Value;
        IProtocol protocol = TeacherProtocols.Of(kind, endpoint, task.Grades.Length, EndpointLabeling.Guideline(endpoint) ?? (task.Guideline.Length > 0 ? task.Guideline : null));
        if (protocol.Width == 1) throw new InputException("--teacher", $"{ProtocolList.NameOf(kind)} answers with scores and no grades; name a server that chats or classifies");
        using var client = new EndpointClient(access, address, context);
        using AnswerJournal<double[]> journal = AnswerJournal.OfNumbers(context.Workspace.Answers, $"{ProtocolList.NameOf(kind)} {address} {endpoint.Model} {endpoint.Extra?.ToJsonString()}".TrimEnd(), protocol.Width);
        Interview interview = new(pairs.Select(pair => new PairIds(pair.QueryId, pair.ProductId)), new QuestionWriter(data, queries, endpoint, examples: kind == Protocol.Chat), protocol, journal, [], access, context);
        Spending before = journal.Spent;
        access.Announce(interview.Open, interview.Estimate, before, context.Progress);
        interview.Ask(client, context, "judge");
        context.Progress.Note($"judge: spent in this run {(journal.Spent - before).Describe(access.Price)}");
        return Answers(endpoint.Model ?? address.Host, places, [.. pairs.Select((_, i) => Agreement.Median(interview.AnswerOf(i)))], context);
    }

    /// <summary>What people are asked about.</summary>
    static (Dataset, Dictionary<string, string>, int[] Places, CandidatePair[]) Pairs(JudgingTask task, IReadOnlyList<JudgingItem> items, StageContext context)
    {
        if (task.Kind != JudgingKind.Grade) throw new InputException("--name", $"{task.Name} compares lists; models grade products");
        Dataset data = DatasetFiles.Read(context.Workspace.Data);
        HashSet<string> products = [.. data.Products.Select(product => product.Id)];
        if (items.FirstOrDefault(item => !products.Contains(item.Product)) is { } missing) throw new InputException(context.Workspace.Data, $"has no product '{missing.Product}', which {task.Name} asks about; name the workspace that the task was made of");
        Dictionary<string, string> queries = data.Queries.ToDictionary(query => query.Id, query => query.Text);
        foreach (JudgingItem item in items) queries[item.QueryId] = item.Query;
        int[] places = [.. Enumerable.Range(0, items.Count).Where(place => items[place].Known is null)];
        return (data, queries, places, [.. places.Select(place => new CandidatePair(items[place].QueryId, items[place].Product, ""))]);
    }

    static IReadOnlyList<JudgingAnswer> Answers(string model, int[] places, int[] grades, StageContext context)
    {
        long now = context.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. grades.Zip(places, (grade, place) => new JudgingAnswer(place, JudgingAnswer.RaterOf(model), false, grade, now))];
    }
}
