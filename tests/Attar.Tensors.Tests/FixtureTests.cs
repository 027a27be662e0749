namespace Attar.Tensors.Tests;

public class FixtureTests
{
    static readonly Fixture Operations = new("operations.safetensors");

    [Fact]
    public void Linear_by_plain_loops_gives_the_reference_numbers()
    {
        Assert.Equal(4, Operations.CasesOf("linear").Count());
        foreach (string name in Operations.CasesOf("linear"))
        {
            float[] x = Operations.Floats(name + ".input.x"), w = Operations.Floats(name + ".input.w");
            float[] b = Operations.Floats(name + ".input.b"), y = Operations.Floats(name + ".output.y");
            int[] shape = Operations.Shape(name + ".input.w"); // (outputs, inputs)
            for (int at = 0; at < y.Length; at++)
            {
                (int row, int output) = (at / shape[0], at % shape[0]);
                double sum = b[output];
                for (int i = 0; i < shape[1]; i++) sum += (double)x[row * shape[1] + i] * w[output * shape[1] + i];
                Assert.Equal(sum, y[at], 1e-6 * (1 + Math.Abs(sum)));
            }
        }
    }

    [Fact]
    public void An_embedding_gathers_forward_and_adds_up_backward()
    {
        int[] ids = Operations.Ints("embedding.input.ids");
        int width = Operations.Shape("embedding.input.table")[1];
        float[] table = Operations.Floats("embedding.input.table"), upstream = Operations.Floats("embedding.upstream.dy");
        double[] gradient = new double[table.Length];
        for (int at = 0; at < ids.Length * width; at++)
        {
            int cell = ids[at / width] * width + at % width;
            Assert.Equal(table[cell], Operations.Floats("embedding.output.y")[at]);
            gradient[cell] += upstream[at];
        }
        float[] expected = Operations.Floats("embedding.grad.table");
        for (int at = 0; at < gradient.Length; at++) Assert.Equal(gradient[at], expected[at], 1e-6);
    }
}
