using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Cli.Commands;
using Attar.Server.Security;

namespace Attar.EndToEnd.Tests;

public sealed class CommandLineTests : IDisposable
{
    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public void Help_names_every_command()
    {
        Printed help = attar.Run("--help");
        Assert.Equal(0, help.Code);
        Assert.Empty(help.Error);
        Assert.All(new[] { "quickstart", "run", "reproduce", "pull", "models", "import", "inspect", "data", "tokenizer", "pretrain", "teach", "generate", "label", "distill", "evaluate", "export", "score", "serve", "key", "bench", "--json", "--seed", "--threads" }, name => Assert.Contains(name, help.Out));
    }

    public static TheoryData<string> Commands => [.. CommandLine.Root().Subcommands.Select(command => command.Name)];

    [Theory, MemberData(nameof(Commands))]
    public void A_command_that_is_typed_is_whole_and_every_other_is_known(string name)
    {
        Command whole = CommandLine.Root(), typed = CommandLine.Root(["--json", name]);
        Assert.Equal(whole.Subcommands.Select(command => (command.Name, command.Description)), typed.Subcommands.Select(command => (command.Name, command.Description)));
        Assert.Equal(Parts(whole), Parts(typed));

        string[] Parts(Command root)
        {
            Command own = root.Subcommands.Single(command => command.Name == name);
            return [.. own.Options.Select(option => option.Name), .. own.Arguments.Select(argument => argument.Name), .. own.Subcommands.Select(command => command.Name)];
        }
    }

    [Fact]
    public void Nothing_typed_shows_the_help_and_is_wrong_usage()
    {
        Printed printed = attar.Run();
        Assert.Equal(2, printed.Code);
        Assert.Contains("Commands:", printed.Out);
    }

    [Theory]
    [InlineData("attar: unknown command 'rnu'; known: quickstart, run, reproduce", "rnu", "recipe.json")]
    [InlineData("attar: --threads: found '0'; expected a whole number from 1", "run", "recipe.json", "--threads", "0")]
    [InlineData("attar: --seed: found '-1'; expected a whole number from 0", "run", "recipe.json", "--seed", "-1")]
    [InlineData("attar: unknown option '--fast'", "run", "recipe.json", "--fast")]
    [InlineData("attar: unknown option '--hidden-words=0.1'", "pretrain", "student", "--hidden-words=0.1")] // pre-training hides words by itself
    [InlineData("attar: Required argument missing for command: 'run'", "run")]
    public void Wrong_usage_is_one_line_and_where_to_look(string message, params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.Equal(2, printed.Code);
        Assert.Equal(2, printed.ErrorLines.Length);
        Assert.StartsWith(message, printed.ErrorLines[0]);
        Assert.EndsWith("--help", printed.ErrorLines[1]);
        Assert.Empty(printed.Out);
    }

    [Fact]
    public void A_key_is_made_once_and_its_line_lets_it_in()
    {
        JsonObject made = attar.Run("key", "shop", "--admin", "--rate", "2.5", "--documents", "100", "--json").Json;
        string file = attar.Write("keys", (string)made["line"]!);
        ApiKey key = Assert.Single(ApiKey.ReadFile(file));
        Assert.Equal(("shop", true, 2.5, 100), (key.Name, key.Admin, key.Rate, key.Documents));
        Assert.Equal(ApiKey.HashOf((string)made["key"]!), key.Hash);
    }

    [Theory]
    [InlineData("--rate: found -5; expected requests a second, 0 or more", "shop", "--rate=-5")]
    [InlineData("NAME: ''; expected a name without spaces", "")]
    [InlineData("NAME: 'a b'; expected a name without spaces", "a b")]
    public void A_key_that_cannot_be_is_refused(string message, params string[] arguments)
    {
        Printed printed = attar.Run(["key", .. arguments]);
        Assert.Equal(2, printed.Code);
        Assert.Equal(["attar: " + message], printed.ErrorLines);
    }

    [Fact]
    public void Two_models_of_one_name_are_refused()
    {
        foreach (string folder in (string[])["workspace/student", "next/student"]) attar.Write(folder + "/config.json", "{}");
        Printed printed = attar.Run("serve", "--models", "next/student/");
        Assert.Equal(2, printed.Code);
        Assert.EndsWith("more than one model is named 'student'; requests tell models by the folder's name, so rename one", printed.ErrorLines[^1]);
    }

    [Fact]
    public void The_servers_settings_are_printed_and_faults_in_them_are_told_together()
    {
        Printed printed = attar.Run("serve", "--print-config", "--port", "81");
        Assert.Equal(0, printed.Code);
        Assert.Contains("\"port\": 81,", printed.Out);
        attar.Write("attar.json", printed.Out.Replace("81", "\"many\"").Replace("\"host\"", "\"hots\""));
        Printed refused = attar.Run("serve", "--config", "attar.json");
        Assert.Equal(2, refused.Code);
        Assert.Equal(
            [
                "attar: attar.json: unknown setting 'hots'; attar serve --print-config shows those there are",
                "attar: attar.json: port: found 'many'; expected a whole number from 0",
            ],
            refused.ErrorLines);
    }

    [Theory]
    [InlineData("shop", "import", "--products", "a.csv", "b.csv", "--judgments", "j.csv", "shop")]
    [InlineData("shop", "import", "shop", "--products", "a.csv", "b.csv", "--judgments", "j.csv")]
    [InlineData("workspace", "import", "--judgments", "j.csv", "--products", "a.csv", "b.csv")]
    public void A_shops_files_are_imported_by_what_they_are_for_wherever_the_workspace_is_named(string workspace, params string[] arguments)
    {
        attar.Write("a.csv", "id,title\n1,Oak table\n");
        attar.Write("b.csv", "id;title\n2;Lamp");
        attar.Write("j.csv", "query;id;rating\noak table;1;\"1,5\"\noak table;2;0\n");
        Printed printed = attar.Run([.. arguments, "--json"]);
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal(2, File.ReadAllLines(attar.PathOf(workspace, "data", "products.jsonl")).Length);
        Assert.Contains("oak", File.ReadAllText(attar.PathOf(workspace, "data", "queries.jsonl")));
        Assert.Contains("\t1.5\t", File.ReadAllText(attar.PathOf(workspace, "data", "judgments.tsv")));
    }

    [Fact]
    public void An_import_of_nothing_and_a_path_beside_files_are_wrong_usage()
    {
        Assert.StartsWith("attar: nothing to import; expected --products FILE", attar.Run("import").ErrorLines[0]);
        Assert.Equal(2, attar.Run("import", "csv", "a.csv", "--products", "b.csv").Code);
    }

    [Fact]
    public void Inspect_says_how_a_file_would_be_read_and_writes_nothing()
    {
        attar.Write("a.csv", "sku;name\n1;Oak table\n2;Lamp\n");
        Printed printed = attar.Run("inspect", "a.csv");
        Assert.Equal(0, printed.Code);
        Assert.Contains("a.csv: csv, separated by semicolons, as products: --map product=sku,title=name", printed.Out);
        Assert.Contains("2 products", printed.Out);
        Assert.Equal(["a.csv"], Directory.EnumerateFileSystemEntries(attar.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_missing_recipe_is_one_line_and_writes_nothing()
    {
        Printed printed = attar.Run("run", "nowhere.json");
        Assert.Equal(2, printed.Code);
        Assert.StartsWith("attar: nowhere.json: no such recipe", Assert.Single(printed.ErrorLines));
        Assert.Empty(Directory.EnumerateFileSystemEntries(attar.Folder));
    }

    [Fact]
    public void All_faults_of_a_recipe_are_told_one_line_each()
    {
        attar.Write("recipe.json", """{ "name": "r", "stages": [{ "stage": "imprt" }, { "stages": "import" }] }""");
        Printed printed = attar.Run("run", "recipe.json");
        Assert.Equal(2, printed.Code);
        Assert.Equal(2, printed.ErrorLines.Length);
        Assert.All(printed.ErrorLines, line => Assert.StartsWith("attar: recipe.json: $.stages[", line));
    }

    [Fact]
    public void Json_puts_one_object_on_standard_output_and_progress_on_standard_error()
    {
        attar.Write("recipe.json", """{ "name": "nothing to do", "stages": [] }""");
        Printed printed = attar.Run("run", "recipe.json", "there", "--json");
        Assert.Equal(0, printed.Code);
        Assert.Equal("nothing to do", (string?)printed.Json["recipe"]);
        Assert.Equal(attar.PathOf("there"), (string?)printed.Json["workspace"]);
        Assert.Equal("everything is up to date", Assert.Single(printed.ErrorLines));
    }

    [Fact]
    public void Json_tells_a_failure_as_an_object_too()
    {
        Printed printed = attar.Run("run", "nowhere.json", "--json");
        Assert.Equal(2, (int?)printed.Json["exit_code"]);
        Assert.Contains("no such recipe", (string?)printed.Json["error"]);
    }

    [Fact]
    public void A_bare_path_is_the_workspace_and_workspace_is_the_default()
    {
        attar.Write("recipe.json", """{ "name": "r", "stages": [] }""");
        attar.Run("run", "recipe.json");
        attar.Run("run", "recipe.json", "other");
        Assert.True(Directory.Exists(attar.PathOf("workspace")) && Directory.Exists(attar.PathOf("other")));
    }

    [Fact]
    public void Reproduce_refuses_a_recipe_that_expects_nothing()
    {
        attar.Write("recipe.json", """{ "name": "r", "stages": [] }""");
        Printed printed = attar.Run("reproduce", "recipe.json");
        Assert.Equal(2, printed.Code);
        Assert.Contains("expects no numbers", Assert.Single(printed.ErrorLines));
    }

    [Fact]
    public void Reproduce_ends_with_one_when_a_number_is_missed()
    {
        attar.Write("recipe.json", """{ "name": "r", "stages": [], "expected": [{ "metric": "student.ndcg@5", "value": 0.9, "tolerance": 0.1 }] }""");
        Printed printed = attar.Run("reproduce", "recipe.json");
        Assert.Equal(1, printed.Code);
        Assert.Contains("student.ndcg@5: expected 0.9000 ± 0.1000, not in report/metrics.json: missed", printed.Out);
    }

    [Fact]
    public void A_workspace_that_cannot_be_written_is_one_line()
    {
        attar.Write("recipe.json", """{ "name": "r", "stages": [] }""");
        attar.Write("file", "not a folder");
        Printed printed = attar.Run("run", "recipe.json", "file/workspace");
        Assert.Equal(1, printed.Code);
        Assert.Contains(attar.PathOf("file"), Assert.Single(printed.ErrorLines));
    }
}
