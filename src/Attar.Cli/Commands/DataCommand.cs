using System.CommandLine;
using Attar.Data.Export;

namespace Attar.Cli.Commands;

/// <summary><c>attar data export FORMAT TO</c>: the data folder in the forms of other tools.</summary>
static class DataCommand
{
    public static Command Create(string verb, string help) => new(verb, help) { Export() };

    static Command Export()
    {
        Argument<DataFormat> format = Flag.Choice<DataFormat>("FORMAT", "beir, csv (folders), qrels, quepid, srw or ubi (files)");
        Argument<string> to = Flag.Argument("TO", "The folder or file to write");
        return StageCommand.Create("export", "Write data/ as BEIR, CSV, TREC qrels, Quepid, Search Relevance Workbench or User Behavior Insights have it", [format, to], [],
            parsed => new ExportDataStage(parsed.GetValue(format), parsed.GetValue(to)!));
    }
}
