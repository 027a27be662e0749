using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Attention of one sequence and one key head with all query heads that share it; nobody else writes its part of dk and dv.</summary>
/// <remarks>Scores of a block of query rows live in scratch memory that a core's own cache holds, padded to whole tiles: (rows, stride).</remarks>
static unsafe class AttentionHead<TTile> where TTile : struct, IMicroKernel
{
    const int BlockRows = 96;

    /// <summary>One head's part of a tensor: (rows, d), rows a stride apart.</summary>
    readonly struct Part
    {
        public readonly float* Data;
        public readonly int Rows;
        public readonly nint Stride;

        /// <summary>Rows from the first on that may be read, whoever owns them.</summary>
        public readonly int Readable;

        public Part(float* data, int rows, nint stride, int readable)
        {
            Data = data;
            Rows = rows;
            Stride = stride;
            Readable = readable;
        }

        public Part(Tensor x, int row, int rows, int column) : this(x.Data + (long)row * x.Columns + column, rows, x.Columns, x.Rows - row) { }

        public Part Block(int row) => new(Data + row * Stride, Math.Min(BlockRows, Rows - row), Stride, Readable - row);
        public MatrixView View(int columns) => new(Data, Rows, columns, Stride, 1);
    }

    /// <summary>The queries that meet one key head: a matrix for each head, or, with a single query, one matrix whose rows are the heads.</summary>
    readonly struct Queries(in AttentionShape shape, int keyHead, int first, int count)
    {
        readonly int group = shape.Heads / shape.KeyHeads, d = shape.HeadSize, keyHead = keyHead, first = first, count = count;

        public int Matrices => count == 1 ? 1 : group;
        public int Rows => count == 1 ? group : count;

        public Part Of(Tensor x, int matrix) => count == 1
            ? new Part(x.Data + (long)first * x.Columns + keyHead * group * d, group, d, group)
            : new Part(x, first, count, (keyHead * group + matrix) * d);

        /// <summary>The keys that a row sees.</summary>
        public (int First, int End) Seen(in AttentionShape shape, int keys, int row) => shape.Seen(count == 1 ? 0 : row, count, keys);
    }

    public static void Forward(Tensor q, Tensor k, Tensor v, Tensor o, in AttentionShape shape, int sequence, int keyHead, Scratch scratch)
    {
        int d = shape.HeadSize;
        (int firstQuery, int count, int firstKey, int keys) = shape.RowsOf(sequence);
        if (count == 0 || keys == 0) return;
        var queries = new Queries(shape, keyHead, firstQuery, count);
        Part key = new(k, firstKey, keys, keyHead * d), value = new(v, firstKey, keys, keyHead * d);
        if (queries.Rows < TTile.Rows && !shape.Alike)
        {
            for (int matrix = 0; matrix < queries.Matrices; matrix++) FewQueries(queries, queries.Of(q, matrix), key, value, queries.Of(o, matrix), d, shape, scratch);
            return;
        }
        if (shape is { Causal: false, Window: 0, SoftCap: 0 } && queries.Matrices == 1)
        {
            if (keyHead + 1 < shape.KeyHeads && queries.Rows == count) AskForNext(queries.Of(q, 0), key, value, d);
            Unmasked(queries.Of(q, 0), key, value, queries.Of(o, 0), d, shape.Factor, scratch);
            return;
        }
        float* keyStrips = Strips(key.View(d).Transposed, Slots.Keys, scratch), valueStrips = Strips(value.View(d), Slots.Values, scratch);
        int stride = Padded(keys);
        float* scores = scratch.Get(Slots.Scores, (long)BlockRows * stride);
        for (int matrix = 0; matrix < queries.Matrices; matrix++)
            for (int row = 0; row < queries.Rows; row += BlockRows)
            {
                Part rows = queries.Of(q, matrix).Block(row), to = queries.Of(o, matrix).Block(row);
                Weights(queries, rows, row, keyStrips, keys, stride, scores, null, shape, scratch);
                Product(rows.Rows, keys, scores, stride, 1, valueStrips, d, to.Data, to.Stride, false, scratch);
            }
    }

    /// <summary>Asks for what the next head reads: its lines lie a row apart, where no processor looks for them by itself.</summary>
    static void AskForNext(Part query, Part key, Part value, int d)
    {
        for (int row = 0; row < query.Rows; row++) VectorMath.AskNear(query.Data + row * query.Stride + d, d);
        for (int row = 0; row < key.Rows; row++)
        {
            VectorMath.AskNear(key.Data + row * key.Stride + d, d);
            VectorMath.AskNear(value.Data + row * value.Stride + d, d);
        }
    }

    /// <summary>All queries see all keys. Scores stand key by key, (keys, queries): then the softmax takes a vector of queries at a time, and neither keys nor values are copied.</summary>
    static void Unmasked(Part query, Part key, Part value, Part output, int d, float scale, Scratch scratch)
    {
        RightSide values = d % TTile.Columns == 0 ? new(value.Data, value.Stride, TTile.Columns) : Packed(Strips(value.View(d), Slots.Values, scratch), key.Rows);
        for (int row = 0; row < query.Rows; row += BlockRows)
        {
            Part rows = query.Block(row), to = output.Block(row);
            int stride = Padded(rows.Rows);
            float* scores = scratch.Get(Slots.Scores, (long)key.Rows * stride);
            Product(key.Rows, d, key.Data, key.Stride, 1, Packed(Strips(rows.View(d).Transposed, Slots.Keys, scratch), d), stride, scores, stride, false, scratch, key.Readable);
            SoftmaxColumns.Forward(scores, key.Rows, stride, scale);
            Product(rows.Rows, key.Rows, scores, 1, stride, values, d, to.Data, to.Stride, false, scratch, stride);
        }
    }

    public static void Backward(Tensor q, Tensor k, Tensor v, Tensor dO, Tensor dq, Tensor dk, Tensor dv, in AttentionShape shape, int sequence, int keyHead, Scratch scratch)
    {
        int d = shape.HeadSize;
        (int firstQuery, int count, int firstKey, int keys) = shape.RowsOf(sequence);
        if (count == 0 || keys == 0) return;
        var queries = new Queries(shape, keyHead, firstQuery, count);
        Part key = new(k, firstKey, keys, keyHead * d), value = new(v, firstKey, keys, keyHead * d);
        Part dKey = new(dk, firstKey, keys, keyHead * d), dValue = new(dv, firstKey, keys, keyHead * d);
        float* keyColumns = Strips(key.View(d).Transposed, Slots.Keys, scratch), keyRows = Strips(key.View(d), Slots.KeyRows, scratch);
        float* valueColumns = Strips(value.View(d).Transposed, Slots.Values, scratch);
        int stride = Padded(keys);
        float* weights = scratch.Get(Slots.Scores, (long)BlockRows * stride), gradient = scratch.Get(Slots.ScoresGradient, (long)BlockRows * stride);
        float* capped = shape.SoftCap > 0 ? scratch.Get(Slots.Capped, (long)BlockRows * stride) : null;
        for (int matrix = 0; matrix < queries.Matrices; matrix++)
            for (int row = 0; row < queries.Rows; row += BlockRows)
            {
                Part query = queries.Of(q, matrix).Block(row), upstream = queries.Of(dO, matrix).Block(row), dQuery = queries.Of(dq, matrix).Block(row);
                bool add = matrix > 0 || row > 0;
                Weights(queries, query, row, keyColumns, keys, stride, weights, capped, shape, scratch);
                Product(keys, query.Rows, weights, 1, stride, Strips(upstream.View(d), Slots.Upstream, scratch), d, dValue.Data, dValue.Stride, add, scratch);
                Product(upstream.Rows, d, upstream.Data, upstream.Stride, 1, valueColumns, stride, gradient, stride, false, scratch);
                for (int i = 0; i < query.Rows; i++)
                {
                    SoftmaxRow.Backward(weights + (long)i * stride, gradient + (long)i * stride, keys, shape.Factor);
                    if (capped != null) SoftmaxRow.CapBackward(capped + (long)i * stride, gradient + (long)i * stride, keys);
                }
                Product(query.Rows, keys, gradient, stride, 1, keyRows, d, dQuery.Data, dQuery.Stride, false, scratch);
                Product(keys, query.Rows, gradient, 1, stride, Strips(query.View(d), Slots.Upstream, scratch), d, dKey.Data, dKey.Stride, add, scratch);
            }
    }

    static int Padded(int columns)
    {
        int unit = Math.Max(TTile.Columns, Vector<float>.Count); // whole tiles, and whole vectors for the softmax
        return (columns + unit - 1) / unit * unit;
    }

    static float* Strips(MatrixView source, int slot, Scratch scratch)
    {
        float* strips = scratch.Get(slot, (long)source.Rows * Padded(source.Columns));
        for (int column = 0; column < Padded(source.Columns); column += TTile.Columns) // beyond the last column zeros: whole vectors of them are read
            Packing.CopyStrip(source.Slice(0, source.Rows, column, Math.Clamp(source.Columns - column, 0, TTile.Columns)), strips + (long)column * source.Rows, TTile.Columns);
        return strips;
    }

    /// <summary>softmax(q kᵀ scale) of a block of queries, the first of which is row <paramref name="row"/> of all.</summary>
    /// <param name="capped">Where scores with a soft cap are kept for the backward pass, as shares of the cap; null: nowhere.</param>
    static void Weights(in Queries queries, Part query, int row, float* keyStrips, int keys, int stride, float* weights, float* capped, in AttentionShape shape, Scratch scratch)
    {
        Product(query.Rows, shape.HeadSize, query.Data, query.Stride, 1, keyStrips, stride, weights, stride, false, scratch);
        for (int i = 0; i < query.Rows; i++)
        {
            float* scores = weights + (long)i * stride;
            if (shape.SoftCap > 0) SoftmaxRow.Cap(scores, keys, shape.Factor / shape.SoftCap);
            if (capped != null) VectorMath.Sum(scores, null, capped + (long)i * stride, stride);
            (int first, int end) = queries.Seen(shape, keys, row + i);
            new Span<float>(scores, first).Fill(float.NegativeInfinity);
            SoftmaxRow.Forward(scores, end, keys, shape.SoftCap > 0 ? shape.SoftCap : shape.Factor);
        }
    }

    /// <summary>The right side of a product, in strips of a tile's columns.</summary>
    /// <param name="Step">Floats from one step of k to the next.</param>
    /// <param name="Strip">Floats from one strip to the next.</param>
    readonly record struct RightSide(nint Data, nint Step, nint Strip)
    {
        public RightSide(float* data, nint step, nint strip) : this((nint)data, step, strip) { }
    }

    static RightSide Packed(float* strips, int depth) => new(strips, TTile.Columns, (nint)depth * TTile.Columns);

    static void Product(int m, int depth, float* a, nint rowStride, nint stepStride, float* strips, int n, float* c, nint cStride, bool accumulate, Scratch scratch) =>
        Product(m, depth, a, rowStride, stepStride, Packed(strips, depth), n, c, cStride, accumulate, scratch, m);

    /// <summary>c (m, n) = or += a (m, depth) times strips, tile by tile.</summary>
    /// <param name="readable">Rows of a that may be read; a last tile that reaches beyond is copied.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Product(int m, int depth, float* a, nint rowStride, nint stepStride, RightSide strips, int n, float* c, nint cStride, bool accumulate, Scratch scratch, int readable)
    {
        int height = TTile.Rows, width = TTile.Columns, whole = m / height * height, left = m - whole;
        bool copied = left > 0 && whole + height > readable;
        float* edge = scratch.Get(Slots.Edge, height * width), tail = copied ? Tail(a + whole * rowStride, rowStride, stepStride, left, depth, scratch) : a, strip = (float*)strips.Data;
        for (int column = 0; column < n; column += width, strip += strips.Strip)
            for (int row = 0; row < m; row += height)
            {
                bool last = copied && row == whole;
                float* from = last ? tail : a + row * rowStride, to = c + row * cStride + column;
                Tile(depth, from, last ? depth : rowStride, last ? 1 : stepStride, strip, strips.Step, edge, to, cStride, Math.Min(height, m - row), Math.Min(width, n - column), accumulate);
            }
    }

    /// <summary>A copy of the rows that do not fill a tile, with room for one: what lies below them may belong to somebody else or to nobody.</summary>
    static float* Tail(float* a, nint rowStride, nint stepStride, int rows, int depth, Scratch scratch)
    {
        float* copy = scratch.Get(Slots.PackedA, (long)TTile.Rows * depth);
        for (int row = 0; row < rows; row++)
            if (stepStride == 1) VectorMath.Sum(a + row * rowStride, null, copy + (long)row * depth, depth);
            else
                for (int step = 0; step < depth; step++) copy[(long)row * depth + step] = a[row * rowStride + step * stepStride];
        return copy;
    }

    /// <summary>A tile of which perhaps only some rows and columns are wanted.</summary>
    static void Tile(int depth, float* a, nint rowStride, nint stepStride, float* strip, nint step, float* edge, float* c, nint cStride, int rows, int columns, bool accumulate)
    {
        if (columns == TTile.Columns)
        {
            TTile.Run(depth, a, rowStride, stepStride, strip, step, rows, c, cStride, accumulate ? c : null, cStride, strip, 0);
            return;
        }
        TTile.Run(depth, a, rowStride, stepStride, strip, step, rows, edge, TTile.Columns, null, 0, strip, 0);
        for (int row = 0; row < rows; row++) VectorMath.Sum(edge + row * TTile.Columns, accumulate ? c + row * cStride : null, c + row * cStride, columns);
    }

    /// <summary>Fewer rows of queries than a tile has: key by key, nothing packed.</summary>
    static void FewQueries(in Queries queries, Part query, Part key, Part value, Part output, int d, in AttentionShape shape, Scratch scratch)
    {
        float* weights = scratch.Get(Slots.Scores, Padded(key.Rows));
        for (int row = 0; row < query.Rows; row++)
        {
            (int first, int end) = queries.Seen(shape, key.Rows, row);
            for (int i = first; i < end; i++) weights[i] = VectorMath.Dot(query.Data + row * query.Stride, key.Data + i * key.Stride, d);
            if (shape.SoftCap > 0) SoftmaxRow.Cap(weights + first, end - first, shape.Factor / shape.SoftCap);
            SoftmaxRow.Forward(weights + first, end - first, end - first, shape.SoftCap > 0 ? shape.SoftCap : shape.Factor);
            float* to = output.Data + row * output.Stride;
            new Span<float>(to, d).Clear();
            for (int i = first; i < end; i++) VectorMath.AddScaled(value.Data + i * value.Stride, weights[i], to, d);
        }
    }
}
