using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Retrieval;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Evaluation;

/// <summary>A system to measure, as a recipe names it: <c>bm25</c>, <c>student</c>, one from elsewhere as <c>NAME=FOLDER</c> of a model or <c>NAME=FILE.run</c> of TREC lines (a <see cref="WeightReference"/> such as <c>hf:ORG/NAME</c> has a name of its own), or the mean of several models as <c>NAME=FOLDER+FOLDER</c>.</summary>
/// <param name="Name">For tables and files.</param>
/// <param name="Source">What it is.</param>
public readonly record struct NamedSystem(string Name, string Source)
{
    const string RunEnding = ".run";

    /// <exception cref="InputException">when the name cannot be a file's.</exception>
    public static NamedSystem Parse(string text)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? text : text[..equals];
        var model = ModelReference.Parse(text);
        if (equals < 0 && model.Folder.Contains(':') && WeightReference.Parse(model.Folder) is { Name: var own }) return new((model with { Folder = own }).ToString(), text);
        if (name.Length == 0 || name.AsSpan().IndexOfAny('/', '\\') >= 0) throw new InputException("systems", $"'{text}'; expected a name, or for one from elsewhere NAME=FOLDER or NAME=FILE.run; give it one");
        return new(name, equals < 0 ? text : text[(equals + 1)..]);
    }

    /// <summary>Those that say what they are: a recipe's variable may leave one out by leaving its folder empty.</summary>
    public static NamedSystem[] ParseAll(IEnumerable<string> texts) => [.. texts.Select(Parse).Where(system => system.Source.Length > 0)];

    /// <summary>One, but where several are joined that are no folder of such a name.</summary>
    internal string[] Members(Workspace workspace) =>
        Source == Name || !Source.Contains('+') || Directory.Exists(Path.Combine(workspace.Root, Source)) || Directory.Exists(Source) ? [Source] : Source.Split('+');

    /// <summary>Whether it is a file of TREC lines.</summary>
    public bool IsRun => Source.EndsWith(RunEnding, StringComparison.OrdinalIgnoreCase) && Source != Name;

    /// <summary>The file or folder that it is made of; none of BM25, which is made of the data.</summary>
    public IEnumerable<string> Inputs(Workspace workspace) =>
        IsRun ? [Path.GetFullPath(Source)] : Members(workspace).Where(member => member != Rerankers.Bm25).Select(member => workspace.Resolve(ModelReference.Parse(member).Folder));

    /// <param name="template">How its models have pairs written, see <see cref="Rerankers.Load"/>.</param>
    public IReranker Load(Workspace workspace, Dataset dataset, int threads, string? template = null) =>
        IsRun ? new RunReranker(Name, Source, dataset.Queries)
        : Members(workspace) is [var single] ? Rerankers.Load(workspace, dataset, single, threads, template)
        : new MeanReranker(Name, [.. Members(workspace).Select(member => Rerankers.Load(workspace, dataset, member, threads, template))]);
}
