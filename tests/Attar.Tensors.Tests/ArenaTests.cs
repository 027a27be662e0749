namespace Attar.Tensors.Tests;

public class ArenaTests
{
    [Fact]
    public void Tensors_of_one_step_do_not_overlap()
    {
        using var arena = new Arena();
        var random = new Random(1);
        Tensor[] tensors = [.. Enumerable.Range(0, 200).Select(i => arena.Allocate(random.Next(0, 90), random.Next(0, 200)))];
        for (int i = 0; i < tensors.Length; i++) tensors[i].Span.Fill(i);
        for (int i = 0; i < tensors.Length; i++) Assert.False(tensors[i].Span.ContainsAnyExcept(i));
    }

    [Fact]
    public void A_loop_of_varying_steps_settles_at_the_memory_of_its_largest_step()
    {
        using var arena = new Arena();
        var random = new Random(2);
        long largest = 0;
        for (int step = 0; step < 300; step++)
        {
            long taken = 0;
            for (int i = 0; i < 20; i++) taken += arena.Allocate(random.Next(900, 1000), random.Next(90, 100) * (i % 5 == 0 ? 20 : 1)).Count * sizeof(float);
            largest = Math.Max(largest, taken);
            arena.Reset();
        }
        Assert.InRange(arena.Capacity, 1, largest * 5 / 4);
    }

    [Fact]
    public void After_a_reset_the_same_memory_serves_again()
    {
        using var arena = new Arena();
        arena.Allocate(100, 100);
        arena.Reset();
        long before = arena.Capacity;
        arena.Allocate(100, 100);
        Assert.Equal(before, arena.Capacity);
    }

    [Fact]
    public void Zeros_are_zeros_where_something_stood_before()
    {
        using var arena = new Arena();
        arena.Allocate(10, 10).Span.Fill(3);
        arena.Reset();
        Assert.False(arena.Zeros(10, 10).Span.ContainsAnyExcept(0f));
    }
}
