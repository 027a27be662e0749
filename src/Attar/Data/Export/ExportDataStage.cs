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

    /// <summary>One JSON file, a book of Quepid's: a judgement for each rater.</summary>
    Book,

    /// <summary>One JSON file of the Rated Ranking Evaluator.</summary>
    Rre,

    /// <summary>One file: <c>grade qid:N # document</c>, without features.</summary>
    Letor,

    /// <summary>One CSV file as Amazon's ESCI has them; four grades.</summary>
    Esci,

    /// <summary>A folder as Wayfair's WANDS: product.csv, query.csv, label.csv; three grades.</summary>
    Wands,
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
        string from = context.Workspace.Data;
        if (Format == DataFormat.Ubi)
        {
            if (!EventFiles.CopyTo(To, from)) throw new InputException(Path.Combine(from, DatasetFiles.Events), "no such file; expected what shoppers asked and did; import it with --events");
            context.Progress.Note($"{File.ReadLines(To).Count():N0} lines of events written to {To}");
            return;
        }
        Dataset data = DatasetFiles.Read(from);
        Write(Format, To, data, context.Progress);
        if (Format == DataFormat.Beir) EventFiles.CopyTo(Path.Combine(To, DatasetFiles.Events), from);
        if (Format == DataFormat.Csv) EventFiles.WriteTable(Path.Combine(To, "events.csv"), from);
        if (Format is DataFormat.Csv or DataFormat.Beir) context.Progress.Note($"attar import auto {To}{(Format == DataFormat.Csv && data.Splits.Count > 0 ? " --map split=split" : "")} reads it back");
    }

    /// <summary>Writes the products and judgments of any data in a form that has a place for them.</summary>
    /// <exception cref="InputException">when the form has other grades.</exception>
    public static void Write(DataFormat format, string to, Dataset data, IProgressSink progress)
    {
        switch (format)
        {
            case DataFormat.Beir: BeirFolder.Write(to, data); break;
            case DataFormat.Csv: CsvFolder.Write(to, data); break;
            case DataFormat.Qrels: JudgmentFiles.WriteQrels(to, data); break;
            case DataFormat.Quepid: JudgmentFiles.WriteQuepid(to, data); break;
            case DataFormat.Book: RatedJson.WriteBook(to, data); break;
            case DataFormat.Rre: RatedJson.WriteRre(to, data); break;
            case DataFormat.Letor: JudgmentFiles.WriteLetor(to, data); break;
            case DataFormat.Esci: WordedGrades.WriteEsci(to, data); break;
            case DataFormat.Wands: WordedGrades.WriteWands(to, data); break;
            default: RatedJson.WriteSrw(to, data); break;
        }
        progress.Note($"{data.Judgments.Count:N0} judgments written to {to}");
        if (data.Judgments.Any(judgment => judgment.Votes is not null) && format is not (DataFormat.Csv or DataFormat.Book)) progress.Note("this form has no place for votes: their mean is written");
        if (data.Judgments.Any(judgment => judgment.Truth is not null)) progress.Note("the true grades of a generated shop are left out");
    }
}
