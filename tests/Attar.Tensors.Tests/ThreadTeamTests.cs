using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

public class ThreadTeamTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public void Every_task_runs_once_in_every_loop(int size)
    {
        using var team = new ThreadTeam(size);
        for (int loop = 0; loop < 100; loop++)
        {
            int[] runs = new int[loop % 40];
            team.For(runs.Length, (task, worker) =>
            {
                Assert.InRange(worker, 0, size - 1);
                Interlocked.Increment(ref runs[task]);
            });
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_failure_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new ThreadTeam(3);
        for (int loop = 0; loop < 20; loop++)
        {
            Assert.Throws<InvalidOperationException>(() => team.For(10, (task, _) => { if (task == 7) throw new InvalidOperationException(); }));
            int sum = 0;
            team.For(10, (task, _) => Interlocked.Add(ref sum, task));
            Assert.Equal(45, sum);
        }
    }

    [Fact]
    public void A_team_that_fell_asleep_wakes_up()
    {
        using var team = new ThreadTeam(2);
        for (int loop = 0; loop < 5; loop++)
        {
            Thread.Sleep(30);
            int runs = 0;
            team.For(8, (_, _) => Interlocked.Increment(ref runs));
            Assert.Equal(8, runs);
        }
    }

    [Theory, InlineData(1, 3), InlineData(2, 2), InlineData(2, 9), InlineData(4, 2), InlineData(5, 3)]
    public void Concurrent_pieces_never_share_a_slot(int threads, int tasks)
    {
        using var kernels = new CpuKernels(threads);
        int[] inSlot = new int[threads], runs = new int[tasks];
        for (int loop = 0; loop < 50; loop++)
            kernels.Concurrently(tasks, (task, slot, own) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inSlot[slot]));
                using Tensor a = Tensor.Zeros(40, 40), b = Tensor.Zeros(40, 40);
                own.Fill(a, 1);
                own.MatMul(a, false, a, false, b);
                Assert.Equal(40, b.Span[7]);
                Interlocked.Increment(ref runs[task]);
                Interlocked.Decrement(ref inSlot[slot]);
            });
        Assert.All(runs, count => Assert.Equal(50, count));
    }
}
