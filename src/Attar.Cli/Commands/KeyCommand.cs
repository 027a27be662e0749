using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Server.Security;

namespace Attar.Cli.Commands;

/// <summary><c>attar key NAME</c>: makes an API key and the line of a key file that lets it in.</summary>
static class KeyCommand
{
    public static Command Create(string verb, string help)
    {
        Argument<string> name = Flag.Argument("NAME", "Whose key it is");
        Option<bool> admin = Flag.Switch("--admin", "It may also reload models");
        Option<bool> events = Flag.Switch("--events", "It may send queries and events of shoppers and nothing else: for browsers");
        Option<bool> read = Flag.Switch("--read", "It may look at pages and search, and nothing else");
        Option<bool> judge = Flag.Switch("--judge", "It may look and judge, and nothing else: for a rater, whom answers are kept under this name");
        Option<double> rate = Flag.Number("--rate", 0d, "Requests a second; 0 = the server's default");
        Option<double> documents = Flag.Number("--documents", 0d, "Documents a second; 0 = the server's default");
        var command = new Command(verb, help) { name, admin, events, read, judge, rate, documents };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), _ => Make(
            parsed.GetValue(name)!, parsed.GetValue(admin), parsed.GetValue(events), parsed.GetValue(read), parsed.GetValue(judge), parsed.GetValue(rate), parsed.GetValue(documents)), watched: false));
        return command;
    }

    static Result Make(string name, bool admin, bool events, bool read, bool judge, double rate, double documents)
    {
        if (name.Length == 0 || name.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)) || name.StartsWith('#')) throw new InputException("NAME", $"'{name}'; expected a name without spaces");
        if (!(rate >= 0 && double.IsFinite(rate))) throw new InputException("--rate", $"found {rate}; expected requests a second, 0 or more");
        if (!(documents >= 0 && double.IsFinite(documents))) throw new InputException("--documents", $"found {documents}; expected documents a second, 0 or more");
        if (((bool[])[admin, events, read, judge]).Count(word => word) > 1) throw new InputException("--admin", "expected at most one of --admin, --events, --read and --judge; make a key for each");
        if (name.Contains(':')) throw new InputException("NAME", $"'{name}'; expected a name without ':', which models have that judge");
        string key = ApiKey.Generate();
        string line = new ApiKey(name, ApiKey.HashOf(key), admin, rate > 0 ? rate : null, documents > 0 ? documents : null, events, read, judge).ToLine();
        return new Result(
            new JsonObject { ["key"] = key, ["line"] = line },
            $"Give {name} this key; it is kept nowhere:\n  {key}\nand add this line to the key file:\n  {line}");
    }
}
