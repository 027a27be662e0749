using Attar.Data;
using Attar.Online.Experiments;
using Attar.Online.Judging;
using Attar.Online.Storage;
using Attar.Tests.Labeling.Endpoints;

namespace Attar.EndToEnd.Tests;

/// <summary><c>attar judge</c> as a process, on a shop of four products.</summary>
public sealed class JudgeCommandTests : IDisposable
{
    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    void Shop()
    {
        attar.Write("experiments.json", """{ "salt": "0123456789abcdef" }""");
        attar.Write("products.csv", "id,title\np1,oak table\np2,table cloth\np3,glass table\np4,desk lamp\n");
        attar.Write("judged.csv", "query,product_id,grade\noak table,p1,2\noak table,p2,0\ndesk lamp,p4,1\n");
        attar.Write("other.run", "q1 Q0 p3 1 3 x\nq1 Q0 p1 2 2 x\nq1 Q0 p2 3 1 x\n");
        Done("import", "--products", "products.csv", "--judgments", "judged.csv", "shop");
    }

    [Fact]
    public async Task What_is_asked_is_answered_read_out_merged_and_exported()
    {
        Shop();
        Printed pool = Done("judge", "pool", "experiments.json", "shop", "--name", "tables", "--systems", "bm25,other=other.run", "--depth", "5", "--repeat", "0", "--json");
        Assert.Equal((4, 1, 2), ((int)pool.Json["items"]!, (int)pool.Json["asked"]!, (int)pool.Json["queries"]!)); // of both queries' products p3 alone is not judged
        Refused("there is a task 'tables' already", "judge", "pool", "experiments.json", "shop", "--name", "tables", "--systems", "bm25", "--depth", "5");
        Refused("nobody judged anything yet", "judge", "merge", "experiments.json", "shop");

        await Answer("tables", 2, "ann", "bob");
        Printed report = Done("judge", "report", "experiments.json", "--json");
        Assert.Equal((1, "ann", 1), ((int)report.Json["tasks"]![0]!["answered"]!, (string?)report.Json["tasks"]![0]!["raters"]![0]!["rater"], (int)report.Json["tasks"]![0]!["raters"]![0]!["shared"]!));
        Assert.StartsWith("tables: 1 of 1 products graded\n", Done("judge", "report", "experiments.json", "--name", "tables").Out);
        Refused("no task 'chairs' in the store; it has: tables", "judge", "report", "experiments.json", "--name", "chairs");

        Done("judge", "merge", "experiments.json", "shop");
        Done("judge", "merge", "experiments.json", "shop"); // counts nothing twice
        Dataset data = DatasetFiles.Read(attar.PathOf("shop", "data"));
        Judgment added = data.Judgments.Single(judgment => judgment.ProductId == "p3");
        Assert.Equal((2, "0,0,2"), (added.Rating, string.Join(',', added.Votes!)));
        Done("import", "--products", "products.csv", "--judgments", "judged.csv", "shop");
        Assert.Equal(4, DatasetFiles.Read(attar.PathOf("shop", "data")).Judgments.Count);

        Done("judge", "export", "experiments.json", "shop", "qrels", "people.qrels");
        Assert.Equal("q1 0 p3 2\n", File.ReadAllText(attar.PathOf("people.qrels")));
        Assert.Equal("tables and 2 answers are gone", Done("judge", "remove", "experiments.json", "--name", "tables").Out.Trim());
        Assert.Equal("nothing to judge yet; attar judge pool makes a task", Done("judge", "report", "experiments.json").Out.Trim());
    }

    [Fact]
    public async Task A_model_elsewhere_is_one_more_rater_and_is_asked_once()
    {
        Shop();
        await using StandIn server = await StandIn.Start(); // it grades by how many words of the query a product has
        attar.Write("people.txt", "2: what was asked for");
        attar.Write("other.txt", "2: of the same wood");
        Done("judge", "pool", "experiments.json", "shop", "--name", "tables", "--systems", "bm25,other=other.run", "--depth", "5", "--repeat", "0", "--guideline", "people.txt");
        string[] judge = ["judge", "model", "experiments.json", "shop", "--name", "tables", "--teacher", server.Address + "/v1/chat/completions", "--model", "far"];

        server.Mishaps = _ => new Mishap(401, """{"error":{"message":"no key"}}""");
        Printed refused = attar.Run(judge);
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("attar: judge: no label for", refused.ErrorLines[^1]);
        server.Mishaps = _ => null;

        Printed told = Done([.. judge, "--json"]);
        Assert.Equal(("model:far", 1), ((string?)told.Json["tasks"]![0]!["raters"]![0]!["rater"], (int)told.Json["tasks"]![0]!["raters"]![0]!["answers"]!));
        Assert.Contains("judge: 1 questions to ask", told.Error);
        Assert.Contains("2: what was asked for", server.Bodies.Last().ToJsonString()); // people's own guideline
        int asked = server.Requests;
        Done(judge);
        Assert.Equal(asked, server.Requests);
        Done([.. judge, "--guideline", "other.txt"]);
        Assert.Equal(asked + 1, server.Requests);
        Assert.Contains("2: of the same wood", server.Bodies.Last().ToJsonString());

        OnlineSettings settings = OnlineSettings.Read(attar.PathOf("experiments.json"));
        await using OnlineStore store = await OnlineStore.Open(OnlineStore.DatabaseOf(settings), TestContext.Current.CancellationToken);
        JudgingAnswer answer = Assert.Single(await store.Judging.Answers("tables"));
        Assert.Equal((1, true), (answer.Answer, answer.IsModels)); // «glass table» has one of «oak table»'s two words
        Refused("give one of them", [.. judge, "--judge", "teacher"]);
        Refused("answers with scores and no grades", "judge", "model", "experiments.json", "shop", "--name", "tables", "--teacher", server.Address + "/v1/rerank", "--protocol", "jina");
        Refused("Unrecognized command or argument '--min-kappa'", [.. judge, "--min-kappa", ".5"]);
    }

    [Fact]
    public async Task Two_lists_are_compared()
    {
        Shop();
        Done("judge", "compare", "experiments.json", "shop", "--name", "lists", "--systems", "bm25,other=other.run", "--split", "all");
        await Answer("lists", JudgingTask.Second, "ann");
        Assert.Contains("other preferred to bm25 on", Done("judge", "report", "experiments.json").Out);
        Refused("found 1; expected the two whose lists are compared", "judge", "compare", "experiments.json", "shop", "--name", "more", "--systems", "bm25");
        Refused("nobody judged anything yet", "judge", "export", "experiments.json", "shop", "qrels", "people.qrels");
        Refused("models grade products", "judge", "model", "experiments.json", "shop", "--name", "lists");
    }

    [Fact]
    public void What_cannot_be_asked_is_told_at_once()
    {
        Shop();
        Refused("no store there yet", "judge", "report", "experiments.json");
        Refused("expected a share from 0 to 1", "judge", "pool", "experiments.json", "shop", "--name", "a b", "--systems", "bm25", "--sample", "3");
        Refused("found 2 names; expected 3", "judge", "pool", "experiments.json", "shop", "--name", "x", "--systems", "bm25", "--grades", "no,yes");
        Refused("every product of these lists is judged already", "judge", "pool", "experiments.json", "shop", "--name", "x", "--systems", "bm25", "--depth", "1");
        Refused("no such file", "judge", "pool", "experiments.json", "shop", "--name", "x", "--guideline", "nowhere.txt");
    }

    async Task Answer(string task, int answer, params string[] raters)
    {
        OnlineSettings settings = OnlineSettings.Read(attar.PathOf("experiments.json"));
        await using OnlineStore store = await OnlineStore.Open(OnlineStore.DatabaseOf(settings), TestContext.Current.CancellationToken);
        IReadOnlyList<JudgingItem> items = await store.Judging.Items(task);
        foreach (string rater in raters) await store.Judging.Answer(task, [.. Enumerable.Range(0, items.Count).Where(place => items[place].Known is null).Select(place => new JudgingAnswer(place, rater, false, answer, place))]);
    }

    Printed Done(params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.True(printed.Code == 0, printed.Error);
        return printed;
    }

    void Refused(string told, params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.Equal(2, printed.Code);
        Assert.Contains(told, printed.Error);
    }
}
