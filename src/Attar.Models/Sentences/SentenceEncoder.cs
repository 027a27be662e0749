using System.Numerics.Tensors;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Models.Sentences;

/// <summary>Reads texts apart, each into a vector of length one: the cosine between two is how alike they are (Reimers and Gurevych 2019, Sentence-BERT). What a published encoder knows of relevance before anybody judged. For one caller at a time.</summary>
public sealed class SentenceEncoder : IDisposable
{
    const int BatchTokens = 1024;
    readonly Encoder model;
    readonly IKernels kernels;
    readonly ITokenizer tokenizer;
    readonly PackedWeights packed = new(Precision.Float32, inPlace: false);
    readonly ScorerSlot[] slots;
    readonly int[] start, end; // special tokens around a text
    readonly int longest;
    readonly SentenceFiles files;

    /// <summary>Whether a folder is an encoder without a head for scores, as one of sentences is published.</summary>
    public static bool Is(string folder) => ModelStore.IsBareEncoder(folder);

    /// <param name="longest">Tokens of a text that are read, special ones included.</param>
    /// <exception cref="CheckpointException">when the folder has no encoder, or pools in another way.</exception>
    public SentenceEncoder(string folder, IKernels kernels, int longest = 128)
    {
        (this.kernels, files, tokenizer) = (kernels, SentenceFiles.Read(folder), Tokenizer.Load(folder));
        PairModel loaded = ModelStore.LoadWithNewHead(folder, 1, seed: 1, trainable: false);
        if (loaded is not Encoder encoder)
        {
            loaded.Dispose();
            throw new CheckpointException($"{folder}: expected an encoder of sentences such as BERT, the folder has another kind of model");
        }
        model = encoder;
        this.longest = Math.Min(longest, model.MaxLength);
        (start, end) = new FieldPairText(tokenizer, marks: OverlapMarks.None).AroundText;
        slots = [.. Enumerable.Range(0, kernels.Threads).Select(_ => new ScorerSlot())];
    }

    /// <summary>Values of a text's vector.</summary>
    public int Width => model.Config.Hidden;

    /// <returns>(queries, <see cref="Width"/>)</returns>
    public float[][] Queries(IReadOnlyList<string> queries) => Embed([.. queries.Select(query => files.QueryPrompt + query)]);

    /// <returns>(texts, <see cref="Width"/>)</returns>
    public float[][] Embed(IReadOnlyList<string> texts)
    {
        int[][] tokens = [.. texts.AsParallel().AsOrdered().WithDegreeOfParallelism(kernels.Threads).Select(Tokens)];
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(text => tokens[text].Length)];
        var batches = new List<Range>();
        for (int from = 0, to; from < order.Length; from = to)
        {
            to = from + 1;
            for (int sum = tokens[order[from]].Length; to < order.Length && (sum += tokens[order[to]].Length) <= BatchTokens;) to++;
            batches.Add(from..to);
        }
        var rows = new float[texts.Count][];
        kernels.Concurrently(batches.Count, (batch, slot, own) => Read(order.AsSpan(batches[batch]), tokens, rows, slot, own));
        return rows;
    }

    /// <summary>Of two vectors of length one.</summary>
    public static float Cosine(float[] one, float[] other) => TensorPrimitives.Dot<float>(one, other);

    int[] Tokens(string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, ids);
        int room = longest - start.Length - end.Length;
        return [.. start, .. ids.Count > room ? ids[..room] : ids, .. end];
    }

    void Read(ReadOnlySpan<int> texts, int[][] tokens, float[][] rows, int slot, IKernels own)
    {
        Tape tape = slots[slot].TapeOf(own, packed);
        tape.Restart();
        var sequences = new TokenPair[texts.Length];
        for (int i = 0; i < texts.Length; i++) sequences[i] = new TokenPair(tokens[texts[i]], new byte[tokens[texts[i]].Length], new byte[tokens[texts[i]].Length]);
        PackedBatch batch = slots[slot].Batch;
        batch.Fill(sequences, 0, sequences.Length);
        Attar.Tensors.Tensor hidden = model.Hidden(tape, batch).Value;
        for (int i = 0, row = 0; i < texts.Length; row += sequences[i++].Length)
        {
            float[] sum = hidden.Row(row).ToArray();
            for (int token = 1; token < sequences[i].Length && !files.FirstToken; token++) TensorPrimitives.Add(sum, hidden.Row(row + token), sum);
            TensorPrimitives.Divide(sum, Math.Max(TensorPrimitives.Norm<float>(sum), 1e-12f), sum);
            rows[texts[i]] = sum;
        }
    }

    public void Dispose()
    {
        foreach (ScorerSlot slot in slots) slot.Dispose();
        packed.Dispose();
        model.Dispose();
    }
}
