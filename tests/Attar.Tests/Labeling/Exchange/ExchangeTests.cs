using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling;
using Attar.Labeling.Exchange;
using Attar.Models.Heads;
using Attar.Tests.Data;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Exchange;

public sealed class ExchangeTests : IDisposable
{
    readonly Folder folder = new();
    readonly Workspace workspace;

    public ExchangeTests()
    {
        workspace = new Workspace(folder.Root);
        Product[] products = [new("p1", "Oak  table", "Ikea"), new("p2", "Red lamp"), new("p3", "Oak chair \"one\"")];
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], 1), products, [new("q1", "oak table"), new("q2", "lamp")], [], new Dictionary<string, Split>()));
        PairStore.Write(workspace.Pairs, []);
        PairStore.WriteQueries(workspace.Pairs, []);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Triples_become_labels_once_each_grouped_by_query()
    {
        Import(LabelFormat.NeuralRankingKd, "1.5\t-2\tq2\tp2\tp1\n3\t.5\tq1\tp1\tp3\n1.5\t-3\tq2\tp2\tp3\n");
        Assert.Equal([new("q1", "p1", 3), new("q1", "p3", .5f), new("q2", "p1", -2), new("q2", "p2", 1.5f), new("q2", "p3", -3)], LabelStore.Read(workspace.Labels));
        Assert.Equal(("colbert", ScoreTransform.Logit), (LabelManifest.Read(workspace.Labels).Stamp.Teacher, LabelManifest.Read(workspace.Labels).Stamp.Transform));
        Assert.Equal(["3\t0.5\tq1\tp1\tp3", "1.5\t-2\tq2\tp2\tp1", "1.5\t-3\tq2\tp2\tp3"], Export(LabelFormat.NeuralRankingKd));
    }

    [Fact]
    public void Lists_of_texts_go_out_and_come_back()
    {
        Import(LabelFormat.NeuralRankingKd, "1.5\t-2\tq2\tp2\tp1\n-3\t-3.5\tq1\tp1\tp3\n1.5\t.25\tq2\tp2\tp3\n");
        Label[] labels = [.. LabelStore.Read(workspace.Labels)];
        string[] lines = Export(LabelFormat.FlagEmbedding);
        Assert.Equal("""{"query":"oak table","pos":["Oak table Ikea"],"neg":["Oak chair \"one\""],"pos_scores":[-3],"neg_scores":[-3.5],"query_id":"q1","pos_ids":["p1"],"neg_ids":["p3"]}""", lines[0]); // the best, though it is poor
        Assert.Equal("""{"query":"lamp","pos":["Red lamp","Oak chair \"one\""],"neg":["Oak table Ikea"],"pos_scores":[1.5,0.25],"neg_scores":[-2],"query_id":"q2","pos_ids":["p2","p3"],"neg_ids":["p1"]}""", lines[1]);
        Import(LabelFormat.FlagEmbedding, string.Join('\n', lines) + "\n");
        Assert.Equal(labels, LabelStore.Read(workspace.Labels));
    }

    [Fact]
    public void Products_with_one_text_keep_their_labels_and_every_line_has_both_sides()
    {
        DatasetFiles.Write(workspace.Data, DatasetFiles.Read(workspace.Data) with { Products = [new("p1", "Lamp"), new("p2", "Lamp"), new("p3", "Lamp")] });
        Import(LabelFormat.NeuralRankingKd, "3\t2\tq1\tp1\tp2\n3\t1\tq1\tp1\tp3\n1\t1\tq2\tp1\tp2\n");
        Label[] labels = [.. LabelStore.Read(workspace.Labels)];
        string line = Assert.Single(Export(LabelFormat.FlagEmbedding)); // q2's products have one score
        Assert.Contains("\"pos_ids\":[\"p1\",\"p2\"],\"neg_ids\":[\"p3\"]", line); // all above half the gain, but not all on one side
        Import(LabelFormat.FlagEmbedding, line);
        Assert.Equal(labels.Where(label => label.QueryId == "q1"), LabelStore.Read(workspace.Labels));
    }

    [Theory, InlineData(LabelFormat.NeuralRankingKd), InlineData(LabelFormat.FlagEmbedding)]
    public void Labels_of_queries_that_were_made_come_back_too(LabelFormat format)
    {
        PairStore.WriteQueries(workspace.Pairs, [new("made-1", "lamp")]); // a text that the log has as well
        Import(LabelFormat.NeuralRankingKd, "1.5\t-2\tmade-1\tp2\tp1\n3\t.5\tq2\tp2\tp1\n");
        Label[] labels = [.. LabelStore.Read(workspace.Labels)];
        Assert.Equal(["made-1", "made-1", "q2", "q2"], labels.Select(label => label.QueryId));
        Import(format, string.Join('\n', Export(format)) + "\n");
        Assert.Equal(labels, LabelStore.Read(workspace.Labels));
    }

    [Fact]
    public void Faults_are_told_by_line_and_the_labels_that_are_there_stay()
    {
        Import(LabelFormat.NeuralRankingKd, "1\t0\tq1\tp1\tp2\n");
        Assert.Equal(["bad.txt:1: ", "bad.txt:2: ", "bad.txt:2: ", "bad.txt:3: "], folder.FaultsOf(() => Run(new ImportLabelsStage(LabelFormat.NeuralRankingKd, folder.Add("bad.txt", "1\t0\tq1\tp1\n1\t0\tq9\tp9\tp1\n1\tx\tq1\tp1\tp2\n"), "t"))).Select(fault => fault[..11]));
        Assert.Equal(3, folder.FaultsOf(() => Run(new ImportLabelsStage(LabelFormat.FlagEmbedding, folder.Add("bad.txt", """{"query":"lamp","pos":[null],"neg":[],"pos_scores":[1],"neg_scores":[]}""" + "\n" + """{"query":"lamp","pos":["Red lamp"],"neg":[]}""" + "\n" + """{"query":"lamp","pos":["None"],"neg":[],"pos_scores":[1],"neg_scores":[]}""" + "\n"), "t"))).Length);
        Assert.Equal(2, LabelStore.Read(workspace.Labels).Count());
    }

    [Theory, InlineData(1), InlineData(7), InlineData(1000)]
    public void Lines_are_sorted_whatever_fits_in_memory(int most)
    {
        var random = new Random(3);
        string[] lines = [.. Enumerable.Range(0, 100).Select(_ => $"é{random.Next(60)}\tx")];
        using (var sort = new LineSort(folder["runs"], most))
        {
            foreach (string line in lines) sort.Add(line);
            Assert.Equal(lines.Order(StringComparer.Ordinal), sort.Sorted());
        }
        Assert.Empty(Directory.GetFiles(folder["runs"]));
    }

    void Import(LabelFormat format, string text) => Run(new ImportLabelsStage(format, folder.Add("scores.txt", text), "colbert"));

    string[] Export(LabelFormat format)
    {
        Run(new ExportLabelsStage(format, folder["out.txt"]));
        return File.ReadAllLines(folder["out.txt"]);
    }

    void Run(Stage stage) => stage.Run(folder.Context());
}
