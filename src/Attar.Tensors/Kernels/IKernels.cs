namespace Attar.Tensors.Kernels;

/// <summary>Everything that touches tensor memory. The CPU implements it; another device implements the same methods and no model, loss or trainer changes.</summary>
/// <remarks>Shapes are (rows, columns). Every method writes its outputs completely unless it says «adds». Sequences are packed: sequence s owns rows offsets[s]..offsets[s+1]-1.</remarks>
public interface IKernels : IDisposable
{
    int Threads { get; }

    /// <summary>Runs independent pieces of work at the same time, each with kernels of its own that have a share of the threads. Two pieces on two cores that each keep to their own cache beat two cores that meet at every operation.</summary>
    /// <param name="body">task, a slot that no other running task has (below the smaller of tasks and <see cref="Threads"/>), the kernels to use</param>
    void Concurrently(int tasks, Action<int, int, IKernels> body);

    // --- products -----------------------------------------------------------------------------------
    /// <summary>c = op(a) op(b) + bias, or c += op(a) op(b); op transposes where asked. bias is (1, n) or null; b may be of any <see cref="NumberFormat"/>.</summary>
    void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor c, Tensor? bias = null, bool accumulate = false);

    /// <summary>A copy of a weight (out, in) of any format in the layout that products read fastest, for weights that do not change.</summary>
    /// <param name="outliers">Rows that it is multiplied with have values far from all others, as a language model's do: in 8 bits this takes more time and keeps more.</param>
    IPackedMatrix Pack(Tensor weight, Precision precision = Precision.Float32, bool outliers = false);

    /// <summary>The same products without a copy, for weights too large for one (in 8 bits there is one all the same): slower, most of all with few rows. The weight must live as long.</summary>
    /// <inheritdoc cref="Pack"/>
    IPackedMatrix InPlace(Tensor weight, Precision precision = Precision.Float32, bool outliers = false);

    /// <summary>c = a weightᵀ + bias.</summary>
    void MatMul(Tensor a, IPackedMatrix weight, Tensor c, Tensor? bias = null);

    /// <summary>y = GELU(x upᵀ + upBias) downᵀ + downBias, rows by rows: what lies between is as wide as up and never leaves the cache.</summary>
    void FeedForward(Tensor x, IPackedMatrix up, Tensor? upBias, IPackedMatrix down, Tensor? downBias, Tensor y);

    /// <summary>y_h = x_h W_h for each head: x (m, heads d), weight (heads d, n), y (m, heads n).</summary>
    void HeadsExpand(Tensor x, Tensor weight, Tensor y, int heads);

    /// <summary>y_h = x_h W_hᵀ + bias_h for each head: x (m, heads n), weight (heads d, n), y (m, heads d), bias (1, heads d) or null.</summary>
    void HeadsReduce(Tensor x, Tensor weight, Tensor? bias, Tensor y, int heads);

    /// <summary>W_h += narrow_hᵀ wide_h for each head: narrow (m, heads d), wide (m, heads n), weight (heads d, n).</summary>
    void HeadsOuter(Tensor narrow, Tensor wide, Tensor weight, int heads);

    /// <summary>sum (1, n) += column sums of x (m, n).</summary>
    void AddColumnSums(Tensor x, Tensor sum);

    // --- element by element -------------------------------------------------------------------------
    void Fill(Tensor x, float value);
    void Copy(Tensor from, Tensor to);
    /// <summary>y += scale * x</summary>
    void AddScaled(Tensor x, float scale, Tensor y);
    /// <summary>y = x / 2 (1 + erf(x / sqrt 2)), the exact GELU of BERT (Hendrycks and Gimpel 2016).</summary>
    void Gelu(Tensor x, Tensor y);
    void GeluBackward(Tensor x, Tensor dy, Tensor dx);
    /// <summary>y = x / 2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))), the GELU of GPT-2 and Gemma.</summary>
    void GeluTanh(Tensor x, Tensor y);
    void GeluTanhBackward(Tensor x, Tensor dy, Tensor dx);
    /// <summary>y = max(x, 0); its gradient is dy where y is not 0.</summary>
    void Relu(Tensor x, Tensor y);
    void ReluBackward(Tensor y, Tensor dy, Tensor dx);
    /// <summary>to = x y, element by element.</summary>
    void Multiply(Tensor x, Tensor y, Tensor to);
    /// <summary>y = gate sigmoid(gate) up (Shazeer 2020).</summary>
    void SwiGlu(Tensor gate, Tensor up, Tensor y);
    void SwiGluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dGate, Tensor dUp);
    void Tanh(Tensor x, Tensor y);
    void TanhBackward(Tensor y, Tensor dy, Tensor dx);
    /// <summary>y = x / (1 - p) where a hash of (seed, element) keeps it, else 0; the same call on dy is the backward pass.</summary>
    void Dropout(Tensor x, Tensor y, float probability, ulong seed);

    // --- normalisation ------------------------------------------------------------------------------
    /// <summary>y = LayerNorm(x + residual) gain + bias (Ba et al. 2016). sum keeps x + residual, statistics (rows, 2) keep mean and 1/deviation; null where nothing goes back.</summary>
    void LayerNorm(Tensor x, Tensor? residual, Tensor gain, Tensor bias, float epsilon, Tensor? sum, Tensor? statistics, Tensor y);
    /// <summary>dSum is written; dGain and dBias are added to.</summary>
    void LayerNormBackward(Tensor sum, Tensor statistics, Tensor gain, Tensor dy, Tensor dSum, Tensor dGain, Tensor dBias);
    /// <summary>y = x / sqrt(mean(x^2) + epsilon) gain (Zhang and Sennrich 2019). statistics (rows, 1) keep the inverse root.</summary>
    void RmsNorm(Tensor x, Tensor gain, float epsilon, Tensor statistics, Tensor y);
    void RmsNormBackward(Tensor x, Tensor statistics, Tensor gain, Tensor dy, Tensor dx, Tensor dGain);

    // --- sequences ----------------------------------------------------------------------------------
    /// <summary>Rotates pairs (i, i + d/2) of every head by position times the pair's frequency, in place (Su et al. 2021, Hugging Face's half-split layout); inverse rotates back.</summary>
    void Rope(Tensor x, ReadOnlyMemory<int> positions, RopeFrequencies frequencies, bool inverse);
    /// <summary>y[i] = table[rows[i]], or y[i] += table[rows[i]]; the table may be of any <see cref="NumberFormat"/>.</summary>
    void Gather(Tensor table, ReadOnlyMemory<int> rows, Tensor y, bool accumulate = false);
    /// <summary>table[rows[i]] += y[i].</summary>
    void ScatterAdd(Tensor y, ReadOnlyMemory<int> rows, Tensor table);
    /// <summary>o = softmax(q kᵀ scale) v for each sequence and head, q (query rows, heads d), k and v (key rows, kvHeads d). Causal: the last query row sees every key row, the one before one fewer.</summary>
    void Attention(Tensor q, Tensor k, Tensor v, Tensor o, AttentionShape shape);
    /// <summary>dq, dk and dv are written.</summary>
    void AttentionBackward(Tensor q, Tensor k, Tensor v, Tensor dO, Tensor dq, Tensor dk, Tensor dv, AttentionShape shape);

    // --- losses and optimisation --------------------------------------------------------------------
    /// <summary>loss[i] = -Σ_k target[i,k] log softmax(logits[i])_k and its gradient (softmax·Σtarget - target) scale.</summary>
    void SoftmaxCrossEntropy(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits, float scale);
    /// <summary>As above for one-hot targets: labels[i] is the column.</summary>
    void SoftmaxCrossEntropy(Tensor logits, int[] labels, Tensor loss, Tensor dLogits, float scale);
    /// <summary>to += from, then from = 0, for all pairs in one pass.</summary>
    void MoveInto(IReadOnlyList<(Tensor From, Tensor To)> pairs);
    /// <summary>Σ x² over all of the tensors.</summary>
    double SumOfSquares(IReadOnlyList<Tensor> tensors);
    /// <summary>One decoupled-weight-decay Adam step (Loshchilov and Hutter 2019) of all parameters in one pass; gradients are scaled by GradientScale first, and cleared.</summary>
    void AdamW(IReadOnlyList<AdamWSlot> slots, in AdamWStep step);
}

/// <summary>The numbers that products are computed with; results are float32 in every case.</summary>
public enum Precision
{
    Float32,

    /// <summary>Factors rounded to bfloat16, sums in float32; float32 where the processor has no such products, and for small ones.</summary>
    BFloat16,

    /// <summary>Weights in 8 bits with a scale for each output, activations in 8 bits with a range for each row, sums in 32 bits.</summary>
    Int8,
}

/// <summary>A weight laid out for products by the kernels that made it.</summary>
public interface IPackedMatrix : IDisposable
{
    /// <summary>Rows of the weight, columns of a product.</summary>
    int Outputs { get; }

    /// <summary>Columns of the weight.</summary>
    int Inputs { get; }
}

/// <summary>Which rows and heads attend to which.</summary>
/// <param name="QueryOffsets">sequences + 1 entries over the rows of q and o.</param>
/// <param name="KeyOffsets">sequences + 1 entries over the rows of k and v.</param>
/// <param name="Causal">The last query row stands at the last key and sees no later one; without, the first query row stands at the first key.</param>
/// <param name="Scale">Null: 1 / sqrt(HeadSize).</param>
/// <param name="Window">A query sees keys less than so many places from its own; 0: however far.</param>
/// <param name="SoftCap">Scores s become c tanh(s / c) before the softmax (Gemma 2); 0: as they are.</param>
/// <param name="Alike">A query row gives the same to the bit however many others of its sequence are asked for, and however many keys follow that it does not see.</param>
public readonly record struct AttentionShape(
    ReadOnlyMemory<int> QueryOffsets, ReadOnlyMemory<int> KeyOffsets, int Heads, int KeyHeads, int HeadSize, bool Causal, float? Scale = null, int Window = 0, float SoftCap = 0, bool Alike = false)
{
    /// <summary>What scores are multiplied with.</summary>
    public float Factor => Scale ?? 1 / MathF.Sqrt(HeadSize);

    public int Sequences => QueryOffsets.Length - 1;

    /// <summary>The keys first..end-1 that a query row sees, of a sequence with so many queries and keys.</summary>
    public (int First, int End) Seen(int query, int queries, int keys)
    {
        int place = Causal ? keys - queries + query : query, end = Causal ? place + 1 : keys;
        return Window == 0 ? (0, end) : (Math.Max(0, place - Window + 1), Math.Min(end, place + Window));
    }

    /// <summary>First row and number of rows of a sequence's queries and keys.</summary>
    public (int FirstQuery, int Queries, int FirstKey, int Keys) RowsOf(int sequence)
    {
        ReadOnlySpan<int> query = QueryOffsets.Span.Slice(sequence, 2), key = KeyOffsets.Span.Slice(sequence, 2);
        return (query[0], query[1] - query[0], key[0], key[1] - key[0]);
    }
}

/// <summary>A parameter with its gradient and moments, all of one shape.</summary>
/// <param name="Decays">Whether weight decay applies.</param>
/// <param name="Rate">Multiplies the step's learning rate.</param>
public readonly record struct AdamWSlot(Tensor Parameter, Tensor Gradient, Tensor Mean, Tensor Variance, bool Decays, float Rate = 1);

/// <summary>The numbers of one AdamW step; corrections are 1 - beta^t.</summary>
public readonly record struct AdamWStep(float LearningRate, float Beta1, float Beta2, float Epsilon, float WeightDecay, float MeanCorrection, float VarianceCorrection, float GradientScale);
