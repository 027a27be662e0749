using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Data.Import;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar inspect FILE...</c>: what an import would make of files, without importing them.</summary>
static class InspectCommand
{
    public static Command Create(string verb, string help)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files, or a folder of them", Arity = ArgumentArity.OneOrMore };
        Option<string> map = Flag.Text("--map", null, "Which column is what, as for import", "field=column,...");
        Option<string> format = Flag.Text("--format", null, "The format, where it is not to be found out", "name");
        var command = new Command(verb, help) { files, map, format };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution =>
        {
            var said = new NoteLines(execution.Options.AsJson ? null : Console.Out.WriteLine);
            Inspection.Of(parsed.GetValue(files)!, parsed.GetValue(map), parsed.GetValue(format), said, execution.Cancel);
            return new Result(new JsonObject { ["lines"] = new JsonArray([.. said.All.Select(line => JsonValue.Create(line))]) }, null);
        }, watched: false));
        return command;
    }
}
