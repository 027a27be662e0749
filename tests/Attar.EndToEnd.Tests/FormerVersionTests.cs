using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Attar.EndToEnd.Tests;

/// <summary>What 0.1.0 made goes on working: a workspace, labels, models, a training that was stopped, a key file and a configuration, kept from it (<c>Fixtures/0.1.0</c>).</summary>
public sealed class FormerVersionTests : IDisposable
{
    const string Key = "attar_EXUF89pfMDsRmYv9Ic2nUwN8kGH9RA76EeI8fsdWsEQ"; // of keys.txt
    const double Rounding = 1e-4; // other processors add in another order

    static readonly string kept = Path.Combine(DocumentsTests.Root(AppContext.BaseDirectory), "tests", "Attar.EndToEnd.Tests", "Fixtures", "0.1.0");
    readonly AttarProcess attar = new();

    public FormerVersionTests()
    {
        foreach (string file in Directory.EnumerateFiles(kept, "*", SearchOption.AllDirectories))
        {
            string copy = attar.PathOf(Path.GetRelativePath(kept, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => attar.Dispose();

    [Fact]
    public void Its_models_score_as_they_did()
    {
        foreach (string model in new[] { "student", "teacher" })
        {
            Dictionary<string, double> before = Scores(attar.PathOf($"{model}.scores.tsv"));
            Done("score", "--model", model);
            Dictionary<string, double> now = Scores(attar.PathOf("workspace", "scores", $"{model}.tsv"));
            Assert.Equal(before.Keys, now.Keys);
            Assert.All(before, pair => Assert.Equal(pair.Value, now[pair.Key], Rounding));
        }
    }

    [Fact]
    public void Its_labels_are_sound_and_its_workspace_is_measured_as_it_was()
    {
        Done("labels", "verify");
        JsonObject now = Done("evaluate", "--against", "truth", "--systems", "bm25,teacher,student", "--resamples", "200", "--pooled-resamples", "100", "--json").Json;
        JsonArray before = JsonNode.Parse(File.ReadAllText(attar.PathOf("metrics.json")))!["systems"]!.AsArray();
        foreach (string system in new[] { "teacher", "student" }) // BM25 weighs fields since
            foreach (string metric in new[] { "ndcg@5", "ndcg@10", "auc" })
                Assert.Equal((double)Of(before, system)[metric]!, (double)Of(now["systems"]!.AsArray(), system)[metric]!, Rounding);

        static JsonNode Of(JsonArray systems, string name) => systems.Single(system => (string?)system!["name"] == name)!;
    }

    /// <summary>Though it leaves open what has another default now: the learning rate of pre-training.</summary>
    [Fact]
    public void Its_recipe_has_nothing_to_do_unless_what_it_says_changes()
    {
        string[] Ran(params string[] more) => [.. Done(["run", "recipe.json", "--json", .. more]).Json["ran"]!.AsArray().Select(title => (string)title!)];
        Assert.Empty(Ran());
        Assert.Equal(["distill student"], Ran("--set", "stages.distill student.group=4"));
    }

    [Fact]
    public void A_training_that_it_was_stopped_in_goes_on()
    {
        Printed printed = attar.Run("run", "longer.json");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Contains(printed.ErrorLines, line => line.StartsWith("distill student-longer: resumes", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_student_learns_on_from_its_labels() =>
        Done("distill", "--from", "student", "--student", "student-2", "--epochs", "1");

    [Fact]
    public async Task Its_configuration_and_key_file_are_served_by()
    {
        using Process server = attar.Start("serve", "--config", "attar.json", "--port", "0", "--json");
        try
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            string said = await server.StandardOutput.ReadLineAsync(late.Token) ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync(late.Token));
            using var http = new HttpClient { BaseAddress = new Uri((string)JsonNode.Parse(said)!["address"]!) };
            object request = new { query = "lamp", documents = new[] { "oak table", "desk lamp" } };
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsJsonAsync("v1/rerank", request)).StatusCode);
            http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
            using HttpResponseMessage answer = await http.PostAsJsonAsync("v1/rerank", request);
            Assert.Equal(2, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["results"]!.AsArray().Count);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    Printed Done(params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.True(printed.Code == 0, $"{string.Join(' ', arguments)}\n{printed.Out}{printed.Error}");
        return printed;
    }

    /// <summary>By query and product.</summary>
    static Dictionary<string, double> Scores(string file) => File.ReadLines(file).Skip(1).Select(line => line.Split('\t'))
        .ToDictionary(fields => $"{fields[0]} {fields[1]}", fields => double.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture));
}
