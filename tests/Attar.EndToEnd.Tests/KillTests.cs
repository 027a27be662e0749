using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Attar.EndToEnd.Tests;

public sealed class KillTests : IDisposable
{
    const int Kills = 20, KillsOfAWorkspace = 10;

    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public async Task A_recipe_killed_at_twenty_random_moments_ends_with_the_same_figures()
    {
        attar.Write("tiny.json", TinyRecipe.Json);
        long began = Stopwatch.GetTimestamp();
        Assert.Equal(0, attar.Run("run", "tiny.json", "whole").Code);
        TimeSpan whole = Stopwatch.GetElapsedTime(began);

        var random = new Random(7);
        var resumed = new HashSet<string>();
        int kills = 0;
        for (int pass = 0; kills < Kills; pass++)
        {
            string workspace = $"killed{pass}";
            // A few kills on the way through each workspace, then the rest of the way in peace.
            for (int way = 0; way < KillsOfAWorkspace && kills < Kills; way++)
            {
                using Process process = attar.Start("run", "tiny.json", workspace);
                Task<string> error = process.StandardError.ReadToEndAsync();
                if (!process.WaitForExit(whole * (.1 + .35 * random.NextDouble())))
                {
                    process.Kill();
                    kills++;
                }
                foreach (string line in (await error).Split('\n').Where(line => line.EndsWith(": resumes", StringComparison.Ordinal))) resumed.Add(line);
            }
            Printed last = attar.Run("run", "tiny.json", workspace);
            Assert.True(last.Code == 0, last.Error);
            Assert.Equal(Figures("whole"), Figures(workspace));
            Assert.All(TinyRecipe.Results, file => Assert.Equal(File.ReadAllBytes(attar.PathOf("whole", file)), File.ReadAllBytes(attar.PathOf(workspace, file))));
        }
        Assert.NotEmpty(resumed); // otherwise every kill fell between two stages and nothing was tried
    }

    /// <summary>The metrics but for those that a clock measures.</summary>
    string Figures(string workspace)
    {
        JsonObject metrics = JsonNode.Parse(File.ReadAllText(attar.PathOf(workspace, "report/metrics.json")))!.AsObject();
        foreach (JsonObject timed in metrics["systems"]!.AsArray().OfType<JsonObject>().Append(metrics)) timed.Remove("latency_ms");
        return metrics.ToJsonString();
    }
}
