using System.Globalization;
using System.Text.RegularExpressions;
using Attar.Augmentation;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>
/// Reads everything that labelling keeps, the labels of every round and the answers of teachers that run elsewhere, and tells what no command would take.
/// Repairing sets the damaged aside and destroys nothing: what is missing then is labelled anew, from the answers where there are any.
/// </summary>
/// <param name="note">Told of what was repaired.</param>
public sealed partial class LabelsCheck(Workspace workspace, bool repair, Action<string> note, CancellationToken cancel)
{
    const int Fixed = 4; // columns of an answer before what was answered: key, tokens in, tokens out, requests
    const string Aside = ".damaged";

    /// <returns>A line for each fault, with the file; those that were repaired among them.</returns>
    /// <exception cref="InputException">Another run is at work in the workspace.</exception>
    public IReadOnlyList<string> Run()
    {
        using var held = new WorkspaceLock(workspace);
        var faults = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories(workspace.Root).Where(folder => LabelsFolder().IsMatch(Path.GetFileName(folder))).Order(StringComparer.Ordinal)) CheckLabels(folder, faults);
        foreach (string folder in Rounds()) CheckParts(folder, faults);
        if (Directory.Exists(workspace.Answers))
            foreach (string journal in Directory.EnumerateFiles(workspace.Answers, "*.tsv").Order(StringComparer.Ordinal)) CheckAnswers(journal, faults);
        return faults;
    }

    void CheckLabels(string folder, List<string> faults)
    {
        if (!Directory.EnumerateFiles(folder).Any(file => LabelStore.IsShard(Path.GetFileName(file)) || Path.GetFileName(file) == LabelManifest.FileName)) return;
        LabelManifest manifest;
        try
        {
            manifest = LabelManifest.Read(folder);
        }
        catch (InputException fault)
        {
            faults.Add(fault.Message);
            if (!repair) return;
            string aside = Free(folder + Aside);
            Directory.Move(folder, aside);
            note($"{folder}: moved to {aside}; 'attar label' makes it anew");
            return;
        }
        foreach (LabelShard shard in manifest.Shards.Where(shard => !LabelStore.IsSound(folder, shard) || !IsRead(Path.Combine(folder, shard.File), manifest.Stamp)))
        {
            cancel.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, shard.File);
            faults.Add($"{path}: {(File.Exists(path) ? "is not the file its manifest describes, or has a label that is none" : "missing")}; 'attar label' makes it anew");
            if (repair) SetAside(path);
        }
    }

    /// <summary>The parts of every round.</summary>
    IEnumerable<string> Rounds() => Path.GetDirectoryName(LabelPart.FolderIn(workspace)) is { } parts && Directory.Exists(parts) ? Directory.EnumerateDirectories(parts).Where(folder => LabelsFolder().IsMatch(Path.GetFileName(folder))).Order(StringComparer.Ordinal) : [];

    /// <summary>Each whole part has its pairs, each once and in their order.</summary>
    void CheckParts(string folder, List<string> faults)
    {
        foreach (string manifest in LabelMerge.Manifests(folder).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            string lines = Path.ChangeExtension(manifest, ".tsv");
            string? fault;
            try
            {
                LabelPart part = LabelPart.Read(manifest);
                fault = !File.Exists(lines) ? "missing" : LabelStore.HashOf(lines) != part.Sha256 ? "is not the file its manifest describes" : PairFault(lines, part);
            }
            catch (InputException unread)
            {
                (fault, lines) = (unread.Faults[0].Message, manifest);
            }
            if (fault is null) continue;
            faults.Add($"{lines}: {fault}; the worker that labels this part again makes it anew");
            if (!repair) continue;
            SetAside(lines);
            File.Delete(manifest);
        }
    }

    string? PairFault(string lines, LabelPart part)
    {
        Workspace round = workspace.Round(part.StageOf().Round);
        var pairs = PairStore.Read(round.Pairs, out long count);
        long first = ShardChoice.First(part.Index, part.Of, count), last = ShardChoice.First(part.Index + 1, part.Of, count);
        using IEnumerator<CandidatePair> expected = pairs.Skip(checked((int)first)).Take(checked((int)(last - first))).GetEnumerator();
        var met = new HashSet<string>();
        foreach (string line in File.ReadLines(lines).Skip(1))
        {
            string pair = string.Join('\t', line.Split('\t').Take(2));
            if (!LabelStore.IsSound(line, part.Stamp)) return "has a line that is no label";
            if (!met.Add(pair)) return $"has query and product {pair.Replace('\t', ' ')} twice";
            if (!expected.MoveNext() || pair != $"{expected.Current.QueryId}\t{expected.Current.ProductId}") return $"has query and product {pair.Replace('\t', ' ')} where another pair should stand";
        }
        return expected.MoveNext() ? $"lacks query and product {expected.Current.QueryId} {expected.Current.ProductId}" : null;
    }

    static bool IsRead(string path, LabelStamp stamp) => File.ReadLines(path).Skip(1).All(line => LabelStore.IsSound(line, stamp));

    void SetAside(string path)
    {
        if (!File.Exists(path)) return;
        string aside = Free(path + Aside);
        File.Move(path, aside);
        note($"{path}: moved to {aside}");
    }

    void CheckAnswers(string journal, List<string> faults)
    {
        string[] lines = File.ReadAllLines(journal);
        int columns = lines.Where(line => !line.StartsWith('#')).Select(line => line.Count(c => c == '\t') + 1).CountBy(count => count).OrderByDescending(count => count.Value).Select(count => count.Key).FirstOrDefault();
        int[] damaged = [.. Enumerable.Range(0, lines.Length).Where(i => !lines[i].StartsWith('#') && !IsAnswer(lines[i].Split('\t'), columns))];
        foreach (int i in damaged) faults.Add($"{journal}:{i + 1}: is no answer; its question is asked again once the line is gone");
        if (!repair || damaged.Length == 0) return;
        string aside = Free(journal + Aside);
        File.WriteAllLines(aside, damaged.Select(i => lines[i]));
        var gone = damaged.ToHashSet();
        AtomicFile.WriteText(journal, writer =>
        {
            foreach ((int i, string line) in lines.Index())
                if (!gone.Contains(i)) writer.WriteLine(line);
        });
        note($"{journal}: {damaged.Length} lines moved to {aside}");
    }

    static bool IsAnswer(string[] fields, int columns)
    {
        if (fields.Length != columns || columns <= Fixed || fields[0].Length != 32 || !fields[0].All(char.IsAsciiHexDigit) || !fields[1..Fixed].All(count => long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out _))) return false;
        return fields[Fixed..].All(number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) || fields.Length == Fixed + 1 && JsonTexts.List(fields[Fixed]) is not null;
    }

    /// <summary>The path itself, or with a number behind it where it is taken.</summary>
    static string Free(string path) => Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? path : $"{path}-{i}").First(candidate => !Path.Exists(candidate));

    [GeneratedRegex(@"^labels(-\d+)?$")]
    private static partial Regex LabelsFolder();
}
