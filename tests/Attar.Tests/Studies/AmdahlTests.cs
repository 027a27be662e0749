using Attar.Studies;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Studies;

public sealed class AmdahlTests
{
    [Theory]
    [InlineData(0, 16, 16, 16)]
    [InlineData(.1, 16, 16, 6.4)] // 1 / (.1 + .9 / 16)
    [InlineData(0, 2, 16, 2)] // fourteen stand idle
    [InlineData(0, 4, 3, 2)] // one takes two of four parts
    [InlineData(1, 16, 16, 1)]
    public void Threads_make_parts_quicker_and_leave_the_serial_share(double serial, int parts, int threads, double speedup) =>
        Assert.Equal(speedup, Amdahl.Speedup(serial, parts, threads), 12);

    [Fact]
    public void The_serial_share_is_found_in_the_speedup() => Check.QuickThrowOnFailure(Prop.ForAll<NonNegativeInt, NonNegativeInt, NonNegativeInt>((share, power, more) =>
    {
        (double serial, int parts, int threads) = (share.Get % 1001 / 1000d, 1 << 1 + power.Get % 6, 2 + more.Get % 63);
        return Math.Abs(serial - Amdahl.SerialShare(Amdahl.Speedup(serial, parts, threads), parts, threads)) < 1e-9;
    }));

    [Fact]
    public void More_than_the_parts_explain_is_no_serial_share() => Assert.Equal(0, Amdahl.SerialShare(2.1, 2, 2));

    [Fact]
    public void One_part_or_one_thread_tells_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Amdahl.SerialShare(1, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amdahl.SerialShare(1, 2, 1));
    }
}
