using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Tokenizers;

namespace Attar.Models.Checkpoints;

/// <summary>A language model that nobody taught grades, asked a question: its score is the logit of «Yes» after the pair, less that of «No» (pointwise yes/no prompting: Liang et al. 2022, HELM; Sun et al. 2023, arXiv 2304.09542).</summary>
public static class LanguageAnswer
{
    /// <summary>A question to begin with.</summary>
    public const string Question = @"Query: {query}\nProduct: {product}\nDoes the product match the query? Answer Yes or No.\nAnswer:";

    const string Yes = "Yes", No = "No";
    const int Texts = 192; // tokens of query and product beside the question: a description beyond this changes little and costs much

    /// <summary>Whether a path names a language model without a head for scores.</summary>
    /// <exception cref="CheckpointException">when what is there is no model that can be read.</exception>
    public static bool Is(string path)
    {
        if (!Path.Exists(path) || AdapterFolder.Is(path)) return false;
        Architecture architecture = Architecture.Of(ModelSource.Describe(path));
        if (!architecture.IsDecoder || SentenceModules.Of(path) != null) return false;
        using IWeightFile file = ModelSource.Weights(path);
        return !file.Contains(architecture.Output + "weight");
    }

    /// <summary>The model that answers, where a path names a language model without a head and somebody says how it is asked; null otherwise.</summary>
    /// <param name="template">A text with {query} and {product}, at whose end the answer is expected.</param>
    /// <param name="lasting">As in <see cref="ModelStore.LoadToRank"/>.</param>
    /// <exception cref="CheckpointException">when its answers are no single tokens, or its logits are capped.</exception>
    public static PairModel? Of(string path, string? template, bool lasting = false)
    {
        if (template == null || !Is(path)) return null;
        Decoder model = ModelStore.LoadLanguageModel(path, lasting: lasting);
        try
        {
            if (model.Config.LanguageCap != 0) throw new CheckpointException($"{path}: expected a model whose logits are not capped, its final_logit_softcapping is {model.Config.LanguageCap}");
            Tokenizer tokenizer = ModelStore.LoadTokenizer(path);
            List<int> question = [];
            tokenizer.EncodeStructured(template, question);
            model.LongestPair = question.Count + Texts;
            model.Answer(Next(tokenizer, template, question, Yes, path), Next(tokenizer, template, question, No, path));
            model.HeadNote = $"a language model's answer: the logit of '{Yes}' after the pair, less that of '{No}'";
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The token that an answer is behind the question, with a space before it unless the question ends with one.</summary>
    static int Next(Tokenizer tokenizer, string template, List<int> asked, string answer, string path)
    {
        List<int> answered = [];
        tokenizer.EncodeStructured(template + (template.Length > 0 && char.IsWhiteSpace(template[^1]) ? answer : " " + answer), answered);
        return answered.Count == asked.Count + 1 && answered.SequenceEqual([.. asked, answered[^1]]) ? answered[^1]
            : throw new CheckpointException($"{path}: expected '{answer}' to be one token behind the pair template, it is spelled in {answered.Count - asked.Count}; end the template otherwise, such as with 'Answer:'");
    }
}
