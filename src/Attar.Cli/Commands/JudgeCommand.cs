using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Data.Export;
using Attar.Online.Judging;
using Attar.Online.Readout;
using Attar.Online.Storage;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar judge</c>: what people are asked on the judging page, a model as one more rater, and what becomes of the answers.</summary>
static class JudgeCommand
{
    public static Command Create(string verb, string help) => new(verb, help)
    {
        Pool(), Compare(), Model(), Report(), Merge(), Export(), Remove(),
    };

    static Argument<string> FileArgument() => Flag.Argument("FILE", "The file that attar serve --experiments has; it names the store");

    static Option<string> Name() => new("--name") { Description = "The task", HelpName = "name", Required = true };

    static Command Pool()
    {
        PoolPlan preset = new("", JudgingKind.Grade, []);
        Option<double> sample = Flag.Number("--sample", preset.Sample, "Share of the products between --depth and --down-to that are judged too, so that what lies there can be estimated");
        Option<int> downTo = Flag.Whole("--down-to", preset.DownTo, "Place down to which --sample draws", from: 1);
        Option<string> grades = Flag.Text("--grades", null, "The grades' names, the worst first, separated by commas", "names");
        return Making("pool", "Ask how good the products are that several systems find", JudgingKind.Grade, "bm25,student", [sample, downTo, grades], (parsed, plan) => plan with
        {
            Sample = parsed.GetValue(sample),
            DownTo = parsed.GetValue(downTo),
            Grades = parsed.GetValue(grades)?.Split(',', StringSplitOptions.TrimEntries),
        });
    }

    static Command Compare() => Making("compare", "Ask which of two systems' lists is better; raters are not told whose they are", JudgingKind.Compare, "bm25,student", [], (_, plan) => plan);

    static Command Making(string verb, string help, JudgingKind kind, string systemsPreset, IReadOnlyList<Option> more, Func<ParseResult, PoolPlan, PoolPlan> with)
    {
        PoolPlan preset = new("", kind, []);
        Argument<string> file = FileArgument(), workspace = CommonOptions.WorkspaceArgument();
        Option<string> name = Name();
        Option<string> systems = Flag.Text("--systems", systemsPreset, "Whose lists, as attar evaluate --systems names them; NAME=FILE.run for what another system found", "names");
        Option<int> depth = Flag.Whole("--depth", preset.Depth, "Down to which place of each list", from: 1), candidates = Flag.Whole("--candidates", preset.Candidates, "Products that search finds and the systems order", from: 1);
        Option<string> split = Flag.Text("--split", preset.Split, "Which queries: test, dev, train, unjudged or all");
        Option<int> queries = Flag.Whole("--queries", preset.Queries, "How many of them, drawn by --seed", from: 1), raters = Flag.Whole("--raters", preset.Raters, "People who answer each item; one more where they differ by more than a grade", from: 1);
        Option<double> repeat = Flag.Number("--repeat", preset.Repeated, "Share of a rater's items that come again, unmarked");
        Option<string> guideline = Flag.Text("--guideline", null, "A text file that raters read beside each item", "file");
        var command = new Command(verb, help) { file, workspace, name, systems, depth, candidates, split, queries, raters, repeat, guideline };
        foreach (Option option in more) command.Add(option);
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution => StoreAccess.With(parsed.GetValue(file)!, made: false, async (settings, store) =>
        {
            PoolPlan plan = with(parsed, new PoolPlan(
                parsed.GetValue(name)!, kind, parsed.GetValue(systems)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                parsed.GetValue(depth), Candidates: parsed.GetValue(candidates), Split: parsed.GetValue(split)!, Queries: parsed.GetValue(queries), Raters: parsed.GetValue(raters), Repeated: parsed.GetValue(repeat), Guideline: Guideline(parsed.GetValue(guideline))));
            (JudgingTask task, IReadOnlyList<JudgingItem> items) = plan.Make(execution.Options.Workspace, execution.Options.ThreadsGiven ?? Environment.ProcessorCount, execution.Options.SeedGiven ?? CommonOptions.DefaultSeed, execution.Progress, execution.Cancel);
            int open = items.Count(item => item.Known is null);
            if (open == 0) throw new InputException("attar judge " + verb, kind == JudgingKind.Grade ? "nothing to ask: every product of these lists is judged already; go deeper with --depth or choose other queries" : "nothing to ask: both systems have the same lists; go deeper with --depth or choose other queries");
            if (!await store.Judging.Add(task, items, TimeProvider.System.GetUtcNow())) throw new InputException("--name", $"there is a task '{task.Name}' already; give another name, or take that one away: attar judge remove");
            int of = items.Select(item => item.QueryId).Distinct().Count();
            return new Result(new JsonObject { ["name"] = task.Name, ["items"] = items.Count, ["asked"] = open, ["queries"] = of },
                $"{task.Name}: {open:N0} {(kind == JudgingKind.Grade ? "products" : "pairs of lists")} of {of:N0} queries to judge{(open < items.Count ? $", {items.Count - open:N0} more are judged already" : "")}; raters find them on the page /judge of attar serve --experiments {parsed.GetValue(file)}");
        })));
        return command;
    }

    static string Guideline(string? path) => path is null ? "" : File.Exists(path) ? File.ReadAllText(path).Replace("\r", "").Replace("\0", "").Trim() : throw new InputException(path, "no such file; expected a text that tells what each grade means");

    static Command Model()
    {
        Argument<string> file = FileArgument(), workspace = CommonOptions.WorkspaceArgument();
        Option<string> name = Name(), model = Flag.Text("--judge", "teacher", "A model that runs here and grades, as attar label --teachers names one", "name");
        var endpoint = new TeacherFlags("--judge", measured: false);
        var command = new Command("model", "Let a model judge what people are asked, as one more rater; where it and a person differ by more than a grade, a second person is asked") { file, workspace, name, model };
        foreach (Option option in endpoint.All) command.Add(option);
        command.Validators.Add(endpoint.Validate);
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution => StoreAccess.With(parsed.GetValue(file)!, made: true, async (_, store) =>
        {
            if (endpoint.Read(parsed) is not null && parsed.GetResult(model) is { Implicit: false }) throw new InputException("--judge", "names a model that runs here, and --teacher one that runs elsewhere; give one of them");
            JudgingTask task = await TaskOf(store, parsed.GetValue(name)!);
            IReadOnlyList<JudgingItem> items = await store.Judging.Items(task.Name);
            var context = new StageContext(execution.Options.Workspace, execution.Options.SeedGiven ?? CommonOptions.DefaultSeed, execution.Options.ThreadsGiven ?? Environment.ProcessorCount, execution.Progress, TimeProvider.System, execution.Cancel);
            IReadOnlyList<JudgingAnswer> answers = endpoint.Read(parsed) is { } elsewhere ? ModelJudge.Grade(task, items, elsewhere, context) : ModelJudge.Grade(task, items, parsed.GetValue(model)!, context);
            await store.Judging.Answer(task.Name, answers);
            return Told(JudgingReadout.Of(task, items, await store.Judging.Answers(task.Name)));
        })));
        return command;
    }

    static Command Report()
    {
        Argument<string> file = FileArgument();
        Option<string> name = Flag.Text("--name", null, "One task alone", "name");
        var command = new Command("report", "How far each task is, whether raters agree, and what they say of the systems") { file, name };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), watched: false, body: _ => StoreAccess.With(parsed.GetValue(file)!, made: true, async (_, store) =>
        {
            List<JudgingReport> reports = [];
            foreach (JudgingTask task in parsed.GetValue(name) is { } one ? [await TaskOf(store, one)] : (await store.Judging.Tasks()).Select(task => task.Task)) reports.Add(await JudgingReadout.Of(store.Judging, task));
            return Told([.. reports]);
        })));
        return command;
    }

    static Result Told(params JudgingReport[] reports)
    {
        var text = new StringWriter { NewLine = "\n" };
        foreach (JudgingReport report in reports)
        {
            if (report != reports[0]) text.WriteLine();
            JudgingText.Write(report, text);
        }
        return new Result(new JsonObject { ["tasks"] = new JsonArray([.. reports.Select(JudgingText.ToJson)]) }, reports.Length == 0 ? "nothing to judge yet; attar judge pool makes a task" : text.ToString().TrimEnd());
    }

    static Command Merge()
    {
        Argument<string> file = FileArgument(), workspace = CommonOptions.WorkspaceArgument();
        var command = new Command("merge", "Take all people's judgments into data/, for the next teach, distill and evaluate; an import leaves them") { file, workspace };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution => StoreAccess.With(parsed.GetValue(file)!, made: true, async (_, store) =>
        {
            Workspace into = execution.Options.Workspace;
            Judgment[] judged = await Judged(store, DatasetFiles.ScaleOf(into.Data)?.Grades, null);
            string from = Path.Combine(into.Root, DatasetFiles.Judged);
            JudgedTable.Write(from, judged, new Dictionary<string, Split>());
            return RecipeOutcome.Of(Recipe.Of(new AddJudgmentsStage(from), CommonOptions.DefaultSeed), execution);
        })));
        return command;
    }

    static Command Export()
    {
        Argument<string> file = FileArgument(), workspace = CommonOptions.WorkspaceArgument(), to = Flag.Argument("TO", "The folder or file to write");
        Argument<DataFormat> format = Flag.Choice<DataFormat>("FORMAT", "beir, csv or wands (folders), qrels, quepid, book, srw, rre, letor or esci (files)");
        Option<string> name = Flag.Text("--name", null, "One task alone", "name");
        var command = new Command("export", "Write people's judgments, and no others, as attar data export writes data") { file, workspace, format, to, name };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution => StoreAccess.With(parsed.GetValue(file)!, made: true, async (_, store) =>
        {
            Dataset data = DatasetFiles.Read(execution.Options.Workspace.Data);
            HashSet<string> queries = [.. data.Queries.Select(query => query.Id)], products = [.. data.Products.Select(product => product.Id)];
            Judgment[] judged = [.. (await Judged(store, data.Scale.Grades, parsed.GetValue(name))).Where(judgment => queries.Contains(judgment.QueryId) && products.Contains(judgment.ProductId))];
            ExportDataStage.Write(parsed.GetValue(format), parsed.GetValue(to)!, data with { Judgments = judged }, execution.Progress);
            return new Result(new JsonObject { ["judgments"] = judged.Length, ["to"] = parsed.GetValue(to) }, null);
        })));
        return command;
    }

    static Command Remove()
    {
        Argument<string> file = FileArgument();
        Option<string> name = Name();
        var command = new Command("remove", "Take a task away, with all that raters said of it") { file, name };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), watched: false, body: _ => StoreAccess.With(parsed.GetValue(file)!, made: true, async (_, store) =>
        {
            JudgingTask task = await TaskOf(store, parsed.GetValue(name)!);
            int answers = (await store.Judging.Answers(task.Name)).Count;
            await store.Judging.Remove(task.Name);
            return new Result(new JsonObject { ["removed"] = task.Name, ["answers"] = answers }, $"{task.Name} and {answers:N0} answers are gone");
        })));
        return command;
    }

    /// <summary>People's judgments of all tasks that grade; what is judged in several adds up.</summary>
    static async Task<Judgment[]> Judged(OnlineStore store, int? grades, string? name)
    {
        List<Judgment> all = [];
        foreach (JudgingTask task in name is null ? (await store.Judging.Tasks()).Select(one => one.Task).Where(task => task.Kind == JudgingKind.Grade) : [await TaskOf(store, name)])
        {
            if (task.Kind != JudgingKind.Grade) throw new InputException("--name", $"{task.Name} compares lists; attar judge report tells which are preferred");
            if (grades is { } expected && task.Grades.Length != expected) throw new InputException(task.Name, $"has {task.Grades.Length} grades, the workspace's data {expected}; name the workspace that the task was made of");
            all.AddRange(Verdicts.Of(task, await store.Judging.Items(task.Name), await store.Judging.Answers(task.Name)));
        }
        if (all.Count == 0) throw new InputException("attar judge", "nobody judged anything yet; raters find what waits on the page /judge");
        return [.. all.GroupBy(judgment => (judgment.QueryId, judgment.ProductId)).Select(pair => pair.Aggregate(JudgedTable.Sum))];
    }

    static async Task<JudgingTask> TaskOf(OnlineStore store, string name)
    {
        IReadOnlyList<(JudgingTask Task, long Made)> tasks = await store.Judging.Tasks();
        return tasks.FirstOrDefault(one => one.Task.Name == name).Task ?? throw new InputException("--name", $"no task '{name}' in the store; it has: {string.Join(", ", tasks.Select(one => one.Task.Name).DefaultIfEmpty("none"))}");
    }
}
