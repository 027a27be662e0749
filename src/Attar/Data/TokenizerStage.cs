using Attar.Models.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>The tokenizer of all models of a workspace: trained on the catalogue and its train and log queries, or copied from a model.</summary>
/// <param name="Vocabulary">Tokens to learn. 8,000 cover a shop's words in about 1.2 pieces each and keep the embedding table, most of a small model, small.</param>
/// <param name="From">A model whose tokenizer to take instead.</param>
public sealed record TokenizerStage(int Vocabulary = 8000, string? From = null) : Stage
{
    public override string Title => "tokenizer";

    public override IEnumerable<string> Inputs(Workspace workspace) => From is null ? [workspace.Data] : [.. TokenizerFiles(PathOf(From, workspace))];

    public override IEnumerable<string> Outputs(Workspace workspace) => [workspace.Tokenizer];

    public override IEnumerable<Fault> Faults() => From is null && Vocabulary < 100 ? [new("tokenizer.vocabulary", $"{Vocabulary}; expected 100 or more; correct the recipe")] : [];

    public override void Run(StageContext context)
    {
        Check();
        ITokenizer tokenizer = From is null ? Train(context) : Read(PathOf(From, context.Workspace));
        tokenizer.Save(context.Workspace.Tokenizer);
        context.Progress.Note($"{tokenizer.VocabularySize:N0} tokens {(From is null ? "learned" : $"from {From}")}");
    }

    WordPieceTokenizer Train(StageContext context)
    {
        Dataset data = DatasetFiles.Read(context.Workspace.Data);
        context.Progress.Report("tokenizer", 0, data.Products.Count);
        var texts = data.Products.SelectMany(ProductText.Fields)
            .Where(field => field.Marker != SpecialTokens.Description) // long prose would drown what shoppers and titles say
            .Select(field => field.Text)
            .Concat(data.Queries.Where(query => data.Splits.GetValueOrDefault(query.Id, Split.Train) == Split.Train).Select(query => query.Text));
        return WordPieceTrainer.Train(texts, Vocabulary);
    }

    static string PathOf(string from, Workspace workspace) => Directory.Exists(from) ? from : workspace.Resolve(from);

    static Tokenizer Read(string folder)
    {
        try
        {
            return ModelStore.LoadTokenizer(folder);
        }
        catch (InvalidDataException exception)
        {
            throw new InputException("tokenizer.from", exception.Message);
        }
    }

    static IEnumerable<string> TokenizerFiles(string folder) =>
        File.Exists(folder) ? [folder] : new[] { "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "tokenizer.model", "vocab.txt" }.Select(name => Path.Combine(folder, name)).Where(File.Exists);
}
