using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Weights;

namespace Attar.Cli.Commands;

/// <summary><c>attar models</c>: the weights that are known by name, and those in the store.</summary>
static class ModelsCommand
{
    public static Command Create(string verb, string help)
    {
        Option<bool> verify = Flag.Switch("--verify", "Also compute every file's digest, and fail where one has changed");
        var command = new Command(verb, help) { verify };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution => List(execution, parsed.GetValue(verify))));
        return command;
    }

    /// <param name="Reference">A short name, or how the store knows it.</param>
    /// <param name="Origin">Where it came from, or would.</param>
    sealed record Row(string Reference, string What, long Size, string Licence, string Origin, StoredWeights? Stored)
    {
        public string[] Cells => [Reference, ByteSize.Spoken(Size), Licence, Stored is null ? "no" : "yes", Origin];

        public JsonObject Json => new()
        {
            ["name"] = Reference,
            ["what"] = What,
            ["bytes"] = Size,
            ["licence"] = Licence,
            ["origin"] = Origin,
            ["present"] = Stored is not null,
            ["path"] = Stored?.Model,
        };
    }

    static string Table(string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return string.Concat(rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }

    static Result List(Execution execution, bool verify)
    {
        WeightStore store = execution.Weights.Store;
        IReadOnlyList<StoredWeights> stored = store.All();
        Row[] known = [.. KnownWeights.All.Select(weights => execution.Weights.Find(new KnownReference(weights)) is { } there
            ? new Row(weights.Name, weights.What, there.Manifest.Size, there.Manifest.Licence, there.Manifest.Origin, there)
            : new Row(weights.Name, weights.What, weights.Size, weights.HubLicence, $"{weights.Hub.Repository} or {weights.Package}", null))];
        Row[] rows = [.. known, .. stored.Where(entry => !known.Any(row => row.Stored?.Folder == entry.Folder))
            .Select(entry => new Row(entry.Manifest.Reference, "", entry.Manifest.Size, entry.Manifest.Licence, entry.Manifest.Origin, entry))];
        var faults = new List<string>();
        for (int i = 0; i < stored.Count; i++)
        {
            if (verify) execution.Progress.Report("verify", i, stored.Count, stored[i].Manifest.Reference);
            faults.AddRange(stored[i].Faults(verify, execution.Cancel));
        }
        string what = string.Concat(known.Select(row => $"\n  {row.Reference}: {row.What}")), checks = verify && faults.Count == 0 ? $"\nAll files of {stored.Count} are as they were fetched." : "";
        return new Result(
            new JsonObject { ["store"] = store.Root, ["models"] = new JsonArray([.. rows.Select(row => row.Json)]), ["faults"] = new JsonArray([.. faults.Select(fault => JsonValue.Create(fault))]) },
            $"{Table([["name", "size", "licence", "present", "origin"], .. rows.Select(row => row.Cells)])}{what}\nStore: {store.Root}{checks}{string.Concat(faults.Select(fault => $"\n{fault}; delete its folder and pull it again"))}",
            faults.Count == 0 ? 0 : 1);
    }
}
