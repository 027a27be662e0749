using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu.BFloat16;

/// <summary>Products of float32 matrices rounded to bfloat16, summed in float32: twice float32's peak for three digits of each factor (Kalamkar et al. 2019).</summary>
static unsafe class BFloatGemm
{
    const int Panel = 256; // pairs of k: a strip of B is then 32 KiB
    const int TilesPerBlock = 8;
    const double FlopsWorthATeam = 400_000;
    const long MostPacked = 1L << 22; // words of B at once, 16 MiB

    /// <summary>Words of a packed (k, n) right side, and of a left side (m, k).</summary>
    public static long PackedSize(int k, int n) => (long)Pairs(k) * Padded(n, BFloatTile.Columns);

    static int Pairs(int k) => (k + 1) / 2;

    static int Padded(int n, int unit) => (n + unit - 1) / unit * unit;

    /// <summary>Whether a product is large enough to be worth rounding its factors first.</summary>
    public static bool Pays(int m, int n, int k) => BFloatTile.IsSupported && m >= BFloatTile.Rows && n >= BFloatTile.Columns && k >= 32;

    /// <summary>c = a b + bias or c += a b, as many columns at a time as stay within <see cref="MostPacked"/> words: of a large b there is never a copy.</summary>
    public static void Multiply(ThreadTeam team, Scratch[] scratch, MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate)
    {
        int most = (int)Math.Clamp(MostPacked / Math.Max(1, Pairs(b.Rows)) / Blocks.Longest * Blocks.Longest, Blocks.Longest, int.MaxValue / 2);
        for (int first = 0; first < b.Columns; first += most)
        {
            MatrixView part = b.Slice(0, b.Rows, first, Math.Min(most, b.Columns - first));
            uint* packed = (uint*)scratch[0].Get(Slots.PackedB, PackedSize(part.Rows, part.Columns));
            Pack(team, scratch, part, packed);
            Multiply(team, scratch, a, packed, part.Columns, c + first, cStride, bias == null ? null : bias + first, accumulate, packLeft: first == 0);
        }
    }

    /// <summary>As above with a b that was packed before.</summary>
    /// <param name="packLeft">Off where the call before had the same a.</param>
    public static void Multiply(ThreadTeam team, Scratch[] scratch, MatrixView a, uint* packed, int n, float* c, int cStride, float* bias, bool accumulate, bool packLeft = true)
    {
        if (a.Rows == 0 || n == 0) return;
        bool alone = team.Size == 1 || 2.0 * a.Rows * n * a.Columns < FlopsWorthATeam;
        int tiles = (a.Rows + BFloatTile.Rows - 1) / BFloatTile.Rows, blocks = (tiles + TilesPerBlock - 1) / TilesPerBlock, strips = Padded(n, BFloatTile.Columns) / BFloatTile.Columns;
        uint* left = (uint*)scratch[0].Get(Slots.PackedA, (long)tiles * BFloatTile.Rows * Pairs(a.Columns));
        int parts = alone ? 1 : Math.Clamp((4 * team.Size + blocks - 1) / blocks, 1, strips);
        var job = new Job(a, left, packed, n, c, cStride, bias, accumulate, parts, strips);
        if (alone)
        {
            for (int block = 0; packLeft && block < blocks; block++) job.PackRows(block);
            for (int task = 0; task < blocks * parts; task++) job.Run(task, scratch[0]);
        }
        else
        {
            if (packLeft) team.For(blocks, job, static (job, block, _) => job.PackRows(block));
            team.For(blocks * parts, (job, scratch), static (s, task, worker) => s.job.Run(task, s.scratch[worker]));
        }
    }

    /// <summary>Lays b (k, n) out in strips of a tile's width, each step by step.</summary>
    public static void Pack(ThreadTeam team, Scratch[] scratch, MatrixView b, uint* packed)
    {
        int strips = Padded(b.Columns, BFloatTile.Columns) / BFloatTile.Columns, together = b.IsOfBlocks ? Blocks.Longest / BFloatTile.Columns : 1;
        team.For((strips + together - 1) / together, (new PackJob(b, packed), scratch, strips, together), static (s, task, worker) =>
            s.Item1.Run(task * s.together, Math.Min(s.strips, (task + 1) * s.together), s.scratch[worker]));
    }

    readonly struct PackJob(MatrixView b, uint* packed)
    {
        readonly MatrixView b = b;
        readonly uint* packed = packed;

        public void Run(int firstStrip, int endStrip, Scratch scratch)
        {
            if (b.IsOfBlocks && b.ColumnStride == 1) RowsOfBlocks(firstStrip, endStrip);
            else for (int strip = firstStrip; strip < endStrip; strip++) Strip(strip, scratch);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Strip(int strip, Scratch scratch)
        {
            int width = BFloatTile.Columns, pairs = Pairs(b.Rows), first = strip * width, columns = Math.Min(width, b.Columns - first);
            uint* to = packed + (long)first * pairs;
            if (columns < width) new Span<uint>(to, width * pairs).Clear();
            bool words = b.Format == NumberFormat.BFloat16;
            if (b.ColumnStride == 1)
            {
                float* wide = stackalloc float[b.IsNarrow ? 2 * width : 0];
                for (int pair = 0; pair < pairs; pair++)
                {
                    nint at = 2 * pair * b.RowStride + first;
                    bool both = 2 * pair + 1 < b.Rows;
                    if (words) BFloatPacking.Pair(b.WordData + at, both ? b.WordData + at + b.RowStride : null, columns, to + pair * width);
                    else if (b.IsNarrow) WidenedPair(pair, first, columns, wide, width, to + pair * width);
                    else BFloatPacking.Pair(b.Data + at, both ? b.Data + at + b.RowStride : null, columns, to + pair * width);
                }
                return;
            }
            // a transposed b has its steps side by side: round them to words, then turn the words
            uint* lines = (uint*)scratch.Get(Slots.Words, (long)width * pairs);
            for (int column = 0; column < columns; column++)
            {
                nint at = (first + column) * b.ColumnStride;
                uint* line = lines + (long)column * pairs;
                if (words) BFloatPacking.Row(b.WordData + at, b.Rows, line);
                else if (b.IsNarrow) WidenedRow(first + column, line);
                else BFloatPacking.Row(b.Data + at, b.Rows, line);
            }
            Packing.CopyStrip(new MatrixView((float*)lines, pairs, columns, 1, pairs), (float*)to, width);
        }

        /// <summary>A column of a transposed narrow b, part by part.</summary>
        void WidenedRow(int column, uint* line)
        {
            float* wide = stackalloc float[Blocks.Longest];
            for (int step = 0; step < b.Rows; step += Blocks.Longest)
            {
                int count = Math.Min(Blocks.Longest, b.Rows - step);
                b.Widen(step, column, count, wide);
                BFloatPacking.Row(wide, count, line + step / 2);
            }
        }

        /// <summary>Two steps of some columns.</summary>
        /// <param name="wide">Room for both.</param>
        void WidenedPair(int pair, int column, int columns, float* wide, int room, uint* to)
        {
            bool both = 2 * pair + 1 < b.Rows;
            b.Widen(2 * pair, column, columns, wide);
            if (both) b.Widen(2 * pair + 1, column, columns, wide + room);
            BFloatPacking.Pair(wide, both ? wide + room : null, columns, to);
        }

        /// <summary>Blocks along the rows reach over several strips.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void RowsOfBlocks(int firstStrip, int endStrip)
        {
            int width = BFloatTile.Columns, pairs = Pairs(b.Rows), first = firstStrip * width, columns = Math.Min(endStrip * width, b.Columns) - first;
            float* wide = stackalloc float[2 * Blocks.Longest];
            uint* words = stackalloc uint[Blocks.Longest];
            new Span<uint>(words, Blocks.Longest).Clear();
            for (int pair = 0; pair < pairs; pair++)
            {
                WidenedPair(pair, first, columns, wide, Blocks.Longest, words);
                for (int strip = firstStrip; strip < endStrip; strip++)
                    Unsafe.CopyBlock(packed + ((long)strip * width * pairs + pair * width), words + (strip - firstStrip) * width, (uint)width * sizeof(uint));
            }
        }
    }

    /// <summary>A product in tasks of one block of rows and one part of the columns.</summary>
    readonly struct Job(MatrixView a, uint* left, uint* packed, int n, float* c, int cStride, float* bias, bool accumulate, int parts, int strips)
    {
        readonly MatrixView a = a;
        readonly uint* left = left, packed = packed;
        readonly float* c = c, bias = bias;

        bool ByTiles => a.ColumnStride != 1;

        /// <summary>A block of a as words: row by row, or, where a is transposed and so has its rows side by side, tile by tile.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void PackRows(int block)
        {
            int pairs = Pairs(a.Columns), first = block * TilesPerBlock * BFloatTile.Rows, end = Math.Min(a.Rows, first + TilesPerBlock * BFloatTile.Rows);
            if (!ByTiles)
            {
                for (int row = first; row < end; row++) BFloatPacking.Row(a.Data + row * a.RowStride, a.Columns, left + (long)row * pairs);
                return;
            }
            uint* line = stackalloc uint[TilesPerBlock * BFloatTile.Rows];
            for (int pair = 0; pair < pairs; pair++)
            {
                float* steps = a.Data + 2 * pair * a.ColumnStride + first;
                BFloatPacking.Pair(steps, 2 * pair + 1 < a.Columns ? steps + a.ColumnStride : null, end - first, line);
                for (int row = 0; row < end - first; row += BFloatTile.Rows)
                    Unsafe.CopyBlock(left + ((long)(first + row) * pairs + pair * BFloatTile.Rows), line + row, BFloatTile.Rows * sizeof(uint));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, Scratch scratch)
        {
            int pairs = Pairs(a.Columns), width = BFloatTile.Columns, height = BFloatTile.Rows;
            int firstRow = task / parts * TilesPerBlock * height, endRow = Math.Min(a.Rows, firstRow + TilesPerBlock * height), part = task % parts;
            float* tile = scratch.Get(Slots.Edge, height * width);
            for (int first = 0; first == 0 || first < pairs; first += Panel)
            {
                int depth = Math.Min(Panel, pairs - first);
                bool add = accumulate || first > 0;
                for (int strip = strips * part / parts; strip < strips * (part + 1) / parts; strip++)
                {
                    int column = strip * width, columns = Math.Min(width, n - column);
                    uint* right = packed + ((long)column * pairs + first * width), ahead = right + (strip + 1 < strips ? (long)width * pairs : 0);
                    for (int row = firstRow; row < endRow; row += height, ahead += depth * BFloatTile.AheadOfPair / sizeof(uint))
                    {
                        uint* rows = left + (long)row * pairs + (ByTiles ? first * height : first);
                        float* to = c + (long)row * cStride + column;
                        int live = Math.Min(height, endRow - row);
                        float* start = add ? to : bias == null ? null : bias + column;
                        nint startStride = add ? cStride : 0;
                        if (live == height && columns == width)
                        {
                            BFloatTile.Run(depth, rows, ByTiles ? 0 : pairs, right, to, cStride, start, startStride, ahead);
                            continue;
                        }
                        BFloatTile.Run(depth, rows, ByTiles ? 0 : pairs, right, tile, width, null, 0, ahead);
                        for (int i = 0; i < live; i++, to += cStride) VectorMath.Sum(tile + i * width, start == null ? null : start + i * startStride, to, columns);
                    }
                }
            }
        }
    }
}
