using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

public sealed class MappedFileTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_view_shows_the_file_and_what_is_written_to_it_stays_in_the_process()
    {
        byte[] bytes = [9, 9, 9, 9, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3f)];
        File.WriteAllBytes(path, bytes);
        using var file = new MappedFile(path, writable: true);
        Tensor view = file.View(4, 1, 3);
        Assert.Equal([1, 2, 3], view.Span.ToArray());
        view.Span[1] = 7;
        Assert.Equal([1, 7, 3], file.View(4, 3, 1).Span.ToArray());
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.False(view.IsReadOnly);
        using var shared = new MappedFile(path, writable: false);
        Assert.True(shared.View(4, 1, 3).IsReadOnly);
        Assert.Equal(2, shared.View(4, 1, 3).Span[1]);
    }

    [Theory, InlineData(0, 5, 1), InlineData(2, 1, 1), InlineData(-4, 1, 1), InlineData(16, 1, 1), InlineData(0, 1 << 30, 1 << 30)]
    public void A_view_beyond_the_file_or_between_its_values_is_refused(long offset, int rows, int columns)
    {
        File.WriteAllBytes(path, new byte[16]);
        using var file = new MappedFile(path, writable: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.View(offset, rows, columns));
    }

    [Theory, InlineData(InstructionSet.Portable), InlineData(InstructionSet.Vector256), InlineData(InstructionSet.Vector512)]
    public void Kernels_read_weights_that_end_with_their_page(InstructionSet instructions)
    {
        const int Columns = 7;
        int values = Environment.SystemPageSize / sizeof(float), rows = values / Columns, left = values - rows * Columns;
        byte[] bytes = new byte[Environment.SystemPageSize];
        for (int i = 0; i < values; i++) BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(float)), i % 5 - 2f);
        File.WriteAllBytes(path, bytes);
        using var file = new MappedFile(path, writable: false);
        Tensor weight = file.View(left * sizeof(float), rows, Columns), gain = file.View((values - Columns) * sizeof(float), 1, Columns);
        using Tensor copy = Tensor.From(rows, Columns, weight.Span), x = Tensor.From(2, Columns, weight.Span[..(2 * Columns)]);
        using Tensor y = Tensor.Zeros(2, rows), expected = Tensor.Zeros(2, rows), row = Tensor.Zeros(1, Columns), normed = Tensor.Zeros(2, Columns), statistics = Tensor.Zeros(2, 2);
        using var kernels = new CpuKernels(1, instructions);
        using IPackedMatrix packed = kernels.Pack(weight);

        kernels.MatMul(x, false, copy, true, expected);
        kernels.MatMul(x, false, weight, true, y);
        Assert.Equal(expected.Span, y.Span);
        kernels.MatMul(x, packed, y);
        Assert.Equal(expected.Span, y.Span);
        kernels.MatMul(expected, false, weight, false, normed);
        kernels.Gather(weight, new int[] { rows - 1 }, row);
        Assert.Equal(gain.Span, row.Span);
        kernels.LayerNorm(x, null, gain, gain, 1e-5f, Tensor.Zeros(2, Columns), statistics, normed);
        kernels.RmsNorm(x, gain, 1e-5f, statistics, normed);
        using Tensor wide = Tensor.Zeros(1, Columns * rows), narrow = Tensor.Zeros(1, rows);
        kernels.HeadsReduce(wide, weight, null, narrow, rows);
        kernels.HeadsExpand(narrow, weight, wide, rows);
    }
}
