using Attar.Models.Checkpoints;
using Attar.Tensors.Kernels;

namespace Attar.Models.Tests.Checkpoints;

public class ModelReferenceTests
{
    [Theory]
    [InlineData("student", "student", Precision.Float32)]
    [InlineData("student@int8", "student", Precision.Int8)]
    [InlineData("student@bf16", "student", Precision.BFloat16)]
    [InlineData("/models/a@int8/b", "/models/a@int8/b", Precision.Float32)]
    public void A_name_may_end_in_a_precision(string text, string folder, Precision precision)
    {
        var reference = ModelReference.Parse(text);
        Assert.Equal(new ModelReference(folder, precision), reference);
        Assert.Equal(text, reference.ToString());
    }
}
