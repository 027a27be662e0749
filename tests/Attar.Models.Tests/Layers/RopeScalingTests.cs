using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Tensors.Kernels;

namespace Attar.Models.Tests.Layers;

/// <summary>The frequencies of published models against PyTorch (Fixtures/architectures/generate.py).</summary>
public class RopeScalingTests
{
    [Fact]
    public void Frequencies_agree_with_PyTorch()
    {
        Check("plain", 10_000, null);
        Check("linear", 10_000, new RopeScaling.Linear(4));
        Check("llama3", 500_000, new RopeScaling.Llama3(8, 1, 4, 8192));
        RopeFrequencies yarn = Check("yarn", 1_000_000, new RopeScaling.Yarn(4, 32_768, 32, 1, 1 + .1 * Math.Log(4), Whole: true));
        Assert.Equal(1.1386294f, yarn.Scale, 1e-6f);
    }

    static RopeFrequencies Check(string name, float theta, RopeScaling? scaling)
    {
        using var file = SafeTensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures", "rope.safetensors"));
        float[] expected = new float[file.Shape(name)[0]];
        file.Read(name, expected);
        RopeFrequencies actual = RopeScaling.Frequencies(2 * expected.Length, theta, scaling);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual.Radians[i], 1e-6f * expected[i]);
        return actual;
    }
}
