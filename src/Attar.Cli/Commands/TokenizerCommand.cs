using System.CommandLine;
using Attar.Data;

namespace Attar.Cli.Commands;

/// <summary><c>attar tokenizer</c>: the words of all models of the workspace.</summary>
static class TokenizerCommand
{
    public static Command Create(string verb, string help)
    {
        Option<int> vocabulary = Flag.Whole("--vocabulary", new TokenizerStage().Vocabulary, "Tokens to learn", from: 100);
        Option<string> from = Flag.Text("--from", null, "A model with a WordPiece tokenizer to take instead: a folder, or weights by name (see attar models)", "folder");
        return StageCommand.Create(verb, help, [], [vocabulary, from],
            parsed => new TokenizerStage(parsed.GetValue(vocabulary), parsed.GetValue(from)));
    }
}
