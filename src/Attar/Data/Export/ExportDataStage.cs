using Attar.Workspaces;

namespace Attar.Data.Export;

/// <summary>Forms in which other tools take a shop's data.</summary>
public enum DataFormat
{
    /// <summary>A folder: corpus.jsonl, queries.jsonl, qrels/.</summary>
    Beir,

    /// <summary>A folder: products.csv, queries.csv, judgments.csv.</summary>
    Csv,

    /// <summary>One file: <c>qid 0 docno rel</c>.</summary>
    Qrels,

    /// <summary>One CSV file: query, docid, rating.</summary>
    Quepid,

    /// <summary>One JSON file of OpenSearch's Search Relevance Workbench.</summary>
    Srw,

    /// <summary>One file of JSON lines: User Behavior Insights, what shoppers asked and did, added up.</summary>
    Ubi,
}

/// <summary>Writes the data folder for other tools. Ratings are grades, 0 the worst.</summary>
/// <param name="To">The folder or file to write.</param>
public sealed record ExportDataStage(DataFormat Format, string To) : Stage
{
    public override string Title => $"export data {To}";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.GetFullPath(To)];

    public override void Run(StageContext context)
    {
        Dataset data = DatasetFiles.Read(context.Workspace.Data);
        switch (Format)
        {
            case DataFormat.Beir:
                BeirFolder.Write(To, data);
                EventFiles.CopyTo(Path.Combine(To, DatasetFiles.Events), context.Workspace.Data);
                break;
            case DataFormat.Csv:
                CsvFolder.Write(To, data);
                EventFiles.WriteTable(Path.Combine(To, "events.csv"), context.Workspace.Data);
                break;
            case DataFormat.Ubi:
                if (!EventFiles.CopyTo(To, context.Workspace.Data)) throw new InputException(Path.Combine(context.Workspace.Data, DatasetFiles.Events), "no such file; expected what shoppers asked and did; import it with --events");
                context.Progress.Note($"{File.ReadLines(To).Count():N0} lines of events written to {To}");
                return;
            case DataFormat.Qrels: JudgmentFiles.WriteQrels(To, data); break;
            case DataFormat.Quepid: JudgmentFiles.WriteQuepid(To, data); break;
            default: JudgmentFiles.WriteSrw(To, data); break;
        }
        context.Progress.Note($"{data.Judgments.Count:N0} judgments written to {To}");
        if (data.Judgments.Any(judgment => judgment.Votes is not null) && Format != DataFormat.Csv) context.Progress.Note("this form has no place for votes: their mean is written");
        if (data.Judgments.Any(judgment => judgment.Truth is not null)) context.Progress.Note("the true grades of a generated shop are left out");
        if (Format is DataFormat.Csv or DataFormat.Beir) context.Progress.Note($"attar import auto {To}{(Format == DataFormat.Csv && data.Splits.Count > 0 ? " --map split=split" : "")} reads it back");
    }
}
