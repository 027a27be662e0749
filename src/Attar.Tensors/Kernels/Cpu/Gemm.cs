using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Matrix products after Goto and van de Geijn (2008): B packed in strips of a tile's width, k in panels that keep a strip in the first-level cache, C in register tiles.</summary>
static unsafe class Gemm<TTile> where TTile : struct, IMicroKernel
{
    const int Panel = 256; // steps of k: a B strip of 16 columns is then 16 KiB
    const int TilesPerBlock = 16; // rows of A that stay in the second-level cache
    const int StripsPerGroup = 8; // columns of B that stay there with them
    const int TilesWorthPacking = 80; // with fewer rows, reading B where it lies costs less than copying it first
    const double FlopsWorthATeam = 200_000;

    static int Padded(int n) => (n + TTile.Columns - 1) / TTile.Columns * TTile.Columns;

    /// <summary>Floats that <see cref="Pack"/> needs for a (k, n) matrix.</summary>
    public static long PackedSize(int k, int n) => (long)k * Padded(n);

    /// <summary>The right side of a product, strip by strip of a tile's width: packed, or a row-major matrix of whole strips as it lies.</summary>
    readonly struct Strips
    {
        readonly float* data;
        readonly long panelStride, stripStride; // floats from a step of k to the next panel's, from a strip to the next (0: a panel's depth of packed steps)
        public readonly nint StepStride;

        public bool Packed => stripStride == 0;

        public Strips(float* packed, int columns)
        {
            data = packed;
            (panelStride, stripStride, StepStride) = (Padded(columns), 0, TTile.Columns);
        }

        public Strips(MatrixView b)
        {
            data = b.Data;
            (panelStride, stripStride, StepStride) = (b.RowStride, TTile.Columns, b.RowStride);
        }

        public float* At(int step, int depth, int strip) => data + step * panelStride + strip * (stripStride == 0 ? (long)depth * TTile.Columns : stripStride);
    }

    /// <summary>c (m, n) = a b + bias or c += a b, split over the team by rows and columns of c, never over k: any team size gives the same bits.</summary>
    public static void Multiply(ThreadTeam team, Scratch[] scratch, MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate)
    {
        int m = a.Rows, n = b.Columns, k = a.Columns;
        if (m == 0 || n == 0) return;
        if (a.ColumnStride != 1 && b.ColumnStride == 1 && a.RowStride == 1 && !a.IsNarrow && !b.IsNarrow && bias == null && n <= TTile.Columns && m >= 8 * n)
        {
            MultiplyTransposed(team, scratch, a, b, c, cStride, accumulate);
            return;
        }
        int strips = Padded(n) / TTile.Columns;
        bool alone = team.Size == 1 || 2.0 * m * n * k < FlopsWorthATeam;
        // Where each task packs the columns it multiplies with, nobody waits, and they stay in its own cache.
        if (alone || (a.ColumnStride == 1 && strips >= 4 * team.Size))
        {
            if (alone) MultiplyAlone(scratch[0], a, b, c, cStride, bias, accumulate);
            else ShareColumns(team, scratch, a, b, c, cStride, bias, accumulate, strips, Math.Max(Groups(strips), 4 * team.Size));
            return;
        }
        ShareBlocks(team, scratch, a, b, c, cStride, bias, accumulate, strips);
    }

    /// <summary>Of a tall transposed A and few columns the transposed product, bᵀ aᵀ: that reads A's rows where they lie, and would copy all of A otherwise, for a few steps with each number. The same bits.</summary>
    static void MultiplyTransposed(ThreadTeam team, Scratch[] scratch, MatrixView a, MatrixView b, float* c, int cStride, bool accumulate)
    {
        int m = a.Rows, n = b.Columns;
        float* turned = scratch[0].Get(Slots.Transposed, (long)m * n);
        if (accumulate)
            for (int row = 0; row < m; row++)
                for (int column = 0; column < n; column++) turned[(long)column * m + row] = c[(long)row * cStride + column];
        Multiply(team, scratch, b.Transposed, a.Transposed, turned, m, null, accumulate);
        for (int row = 0; row < m; row++)
            for (int column = 0; column < n; column++) c[(long)row * cStride + column] = turned[(long)column * m + row];
    }

    static int Groups(int strips) => (strips + StripsPerGroup - 1) / StripsPerGroup;

    /// <summary>As above by one thread.</summary>
    public static void MultiplyAlone(Scratch scratch, MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate)
    {
        int strips = Padded(b.Columns) / TTile.Columns, groups = Groups(strips);
        for (int group = 0; group < groups; group++) Columns(a, b, c, cStride, bias, accumulate, strips * group / groups, strips * (group + 1) / groups, scratch);
    }

    static void ShareColumns(ThreadTeam team, Scratch[] scratch, MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate, int strips, int groups) =>
        team.For(groups, (group, worker) => Columns(a, b, c, cStride, bias, accumulate, strips * group / groups, strips * (group + 1) / groups, scratch[worker]));

    /// <summary>Few columns, or a transposed A that would have to be packed for every group of them: pack all of B first, then share rows.</summary>
    static void ShareBlocks(ThreadTeam team, Scratch[] scratch, MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate, int strips)
    {
        int m = a.Rows, n = b.Columns, k = a.Columns;
        float* packed = scratch[0].Get(Slots.PackedB, PackedSize(k, n));
        int packTasks = Math.Min(strips, 4 * team.Size);
        team.For(packTasks, (task, _) => PackStrips(b, packed, strips * task / packTasks, strips * (task + 1) / packTasks));
        int blockRows = TTile.Rows * TilesPerBlock;
        int rowBlocks = (m + blockRows - 1) / blockRows;
        int columnBlocks = Math.Clamp((4 * team.Size + rowBlocks - 1) / rowBlocks, 1, strips);
        team.For(rowBlocks * columnBlocks, (task, worker) =>
        {
            int row = task / columnBlocks * blockRows, part = task % columnBlocks;
            MatrixView rows = a.Slice(row, Math.Min(blockRows, m - row), 0, k);
            Block(rows, new Strips(packed, n), n, c + (long)row * cStride, cStride, bias, accumulate, strips * part / columnBlocks, strips * (part + 1) / columnBlocks, scratch[worker]);
        });
    }

    /// <summary>c = a b + bias for a b that was packed before.</summary>
    public static void MultiplyPacked(ThreadTeam team, Scratch[] scratch, MatrixView a, PackedMatrix b, float* c, int cStride, float* bias)
    {
        int strips = Padded(b.Outputs) / TTile.Columns, blockRows = TTile.Rows * TilesPerBlock, rowBlocks = (a.Rows + blockRows - 1) / blockRows;
        bool alone = team.Size == 1 || 2.0 * a.Rows * b.Outputs * b.Inputs < FlopsWorthATeam;
        int parts = alone || rowBlocks == 0 ? 1 : Math.Clamp((4 * team.Size + rowBlocks - 1) / rowBlocks, 1, strips);
        var job = new PackedJob(a, b.Data, b.Outputs, c, cStride, bias, strips, blockRows, parts);
        if (alone)
            for (int task = 0; task < rowBlocks; task++) job.Run(task, scratch[0]);
        else
            team.For(rowBlocks * parts, (job, scratch), static (s, task, worker) => s.job.Run(task, s.scratch[worker]));
    }

    /// <summary>y = GELU(x up + upBias) down + downBias by one thread, a panel of the middle at a time: so narrow, it stays in the second-level cache beside many rows, and the weights come from memory once for all of them.</summary>
    public static void FeedForward(Scratch scratch, MatrixView x, PackedMatrix up, float* upBias, PackedMatrix down, float* downBias, float* y, int yStride)
    {
        int m = x.Rows, strips = Padded(down.Outputs) / TTile.Columns;
        float* middle = scratch.Get(Slots.Wide, (long)m * Panel);
        for (int first = 0; first < up.Outputs; first += Panel)
        {
            int width = Math.Min(Panel, up.Outputs - first), firstStrip = first / TTile.Columns;
            Block(x, new Strips(up.Data, up.Outputs), up.Outputs, middle - first, Panel, upBias, false, firstStrip, firstStrip + Padded(width) / TTile.Columns, scratch);
            for (int row = 0; row < m; row++) VectorMath.Gelu(new Span<float>(middle + (long)row * Panel, width));
            Block(new MatrixView(middle, m, width, Panel, 1), new Strips(down.Data + (long)first * Padded(down.Outputs), down.Outputs), down.Outputs, y, yStride, downBias, first > 0, 0, strips, scratch);
        }
    }

    /// <summary>A product in tasks of one block of rows and one part of the columns.</summary>
    readonly struct PackedJob(MatrixView a, float* packed, int n, float* c, int cStride, float* bias, int strips, int blockRows, int parts)
    {
        readonly MatrixView a = a;
        readonly float* packed = packed, c = c, bias = bias;

        public void Run(int task, Scratch scratch)
        {
            int row = task / parts * blockRows, part = task % parts;
            Block(a.Slice(row, Math.Min(blockRows, a.Rows - row), 0, a.Columns), new Strips(packed, n), n, c + (long)row * cStride, cStride, bias, false, strips * part / parts, strips * (part + 1) / parts, scratch);
        }
    }

    /// <summary>All of a against some strips of b.</summary>
    static void Columns(MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate, int firstStrip, int endStrip, Scratch scratch)
    {
        int first = firstStrip * TTile.Columns, count = Math.Min(b.Columns - first, (endStrip - firstStrip) * TTile.Columns);
        MatrixView own = b.Slice(0, b.Rows, first, count);
        bool inPlace = b.ColumnStride == 1 && !b.IsNarrow && count % TTile.Columns == 0 && a.Rows < TilesWorthPacking * TTile.Rows;
        Strips strips = inPlace ? new Strips(own) : new Strips(Packed(own, scratch), count);
        int blockRows = TTile.Rows * TilesPerBlock;
        for (int row = 0; row < a.Rows; row += blockRows)
        {
            MatrixView rows = a.Slice(row, Math.Min(blockRows, a.Rows - row), 0, a.Columns);
            Block(rows, strips, count, c + (long)row * cStride + first, cStride, bias == null ? null : bias + first, accumulate, 0, endStrip - firstStrip, scratch);
        }
    }

    static float* Packed(MatrixView b, Scratch scratch)
    {
        float* packed = scratch.Get(Slots.PackedB, PackedSize(b.Rows, b.Columns));
        Pack(b, packed);
        return packed;
    }

    /// <summary>Lays b (k, n) out as panels of k, in each the strips of tile columns, zero-padded on the right.</summary>
    public static void Pack(MatrixView b, float* packed) => PackStrips(b, packed, 0, Padded(b.Columns) / TTile.Columns);

    static void PackStrips(MatrixView b, float* packed, int firstStrip, int endStrip)
    {
        if (b.IsOfBlocks && b.ColumnStride == 1)
        {
            PackRowsOfBlocks(b, packed, firstStrip, endStrip);
            return;
        }
        int k = b.Rows, width = TTile.Columns;
        float* wide = stackalloc float[b.IsNarrow ? Panel * width : 0];
        for (int start = 0; start < k; start += Panel)
        {
            int depth = Math.Min(Panel, k - start);
            float* panel = packed + (long)start * Padded(b.Columns);
            for (int strip = firstStrip; strip < endStrip; strip++)
            {
                int column = strip * width;
                MatrixView block = b.Slice(start, depth, column, Math.Min(width, b.Columns - column));
                Packing.CopyStrip(b.IsNarrow ? Packing.Widened(block, wide) : block, panel + (long)strip * depth * width, width);
            }
        }
    }

    /// <summary>As above for blocks along the rows, which reach over several strips: as many strips as the longest block at once, a row at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackRowsOfBlocks(MatrixView b, float* packed, int firstStrip, int endStrip)
    {
        int k = b.Rows, width = TTile.Columns;
        float* wide = stackalloc float[Blocks.Longest];
        for (int start = 0; start < k; start += Panel)
        {
            int depth = Math.Min(Panel, k - start);
            for (int first = firstStrip, strips; first < endStrip; first += strips)
            {
                int column = first * width;
                MatrixView block = b.Slice(start, depth, column, 1);
                strips = Math.Clamp((Blocks.Longest - block.Skip) / width, 1, endStrip - first); // to the end of a block, so that none is widened twice
                int columns = Math.Min(strips * width, b.Columns - column);
                new Span<float>(wide + columns, strips * width - columns).Clear();
                float* panel = packed + (long)start * Padded(b.Columns) + (long)column * depth;
                for (int step = 0; step < depth; step++)
                {
                    block.Widen(step, 0, columns, wide);
                    for (int strip = 0; strip < strips; strip++) Unsafe.CopyBlock(panel + ((long)strip * depth + step) * width, wide + strip * width, (uint)width * sizeof(float));
                }
            }
        }
    }

    /// <summary>One thread's part: all rows of a against strips first..end-1 of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Block(MatrixView a, Strips b, int n, float* c, int cStride, float* bias, bool accumulate, int firstStrip, int endStrip, Scratch scratch)
    {
        int m = a.Rows, k = a.Columns, height = TTile.Rows, width = TTile.Columns;
        // A transposed A would be read with a long stride at every step: pack it. A row-major A is read in place.
        int tiles = (m + height - 1) / height;
        bool packA = a.ColumnStride != 1;
        float* aPacked = scratch.Get(Slots.PackedA, (long)Panel * height * (packA ? tiles : 1));
        float* edge = scratch.Get(Slots.Edge, height * width);
        for (int first = 0; first == 0 || first < k; first += Panel)
        {
            int depth = Math.Min(Panel, k - first);
            bool add = accumulate || first > 0;
            MatrixView aPanel = a.Slice(0, m, first, depth);
            if (packA) Packing.CopyStrips(aPanel.Transposed, aPacked, height);
            else for (int row = m - m % height; row < m; row++) VectorMath.Sum(aPanel.Data + row * aPanel.RowStride, null, aPacked + (long)(row % height) * depth, depth);
            for (int strip = firstStrip; strip < endStrip; strip++)
            {
                float* bStrip = b.At(first, depth, strip);
                int column = strip * width, live = Math.Min(width, n - column);
                float* ahead = b.At(first, depth, strip + 1);
                nint aheadStep = b.Packed ? (width + tiles - 1) / tiles : b.StepStride; // the next strip comes from memory while this one multiplies
                for (int tile = 0; tile < tiles; tile++)
                {
                    int row = tile * height, rows = Math.Min(height, m - row);
                    bool inPlace = !packA && rows == height;
                    float* aTile = inPlace ? aPanel.Data + row * aPanel.RowStride : aPacked + (packA ? (long)tile * depth * height : 0);
                    nint rowStride = inPlace ? aPanel.RowStride : packA ? 1 : depth, stepStride = packA ? height : 1;
                    float* target = c + (long)row * cStride + column;
                    float* start = add ? target : bias == null ? null : bias + column;
                    nint startStride = add ? cStride : 0;
                    float* next = b.Packed ? ahead + tile * depth * aheadStep : ahead;
                    if (live == width)
                    {
                        TTile.Run(depth, aTile, rowStride, stepStride, bStrip, b.StepStride, rows, target, cStride, start, startStride, next, aheadStep);
                        continue;
                    }
                    TTile.Run(depth, aTile, rowStride, stepStride, bStrip, b.StepStride, rows, edge, width, null, 0, next, aheadStep);
                    for (int i = 0; i < rows; i++) VectorMath.Sum(edge + i * width, start == null ? null : start + i * startStride, target + (long)i * cStride, live);
                }
            }
        }
    }
}

/// <summary>Names of the parts of a worker's scratch memory.</summary>
static class Slots
{
    public const int PackedB = 0, PackedA = 1, Edge = 2, Scores = 3, ScoresGradient = 4, Keys = 5, Values = 6, KeyRows = 7, Upstream = 8, RowScales = 9, Wide = 10, Capped = 11, Words = 12, Turned = 13, Transposed = 14, Count = 15;
}
