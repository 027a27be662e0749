namespace Attar.Models.Onnx.Reading;

/// <summary>A linear layer as it stands in a graph.</summary>
/// <param name="Weight">(in, out) as MatMul takes it, or (out, in).</param>
/// <param name="Transposed">Whether it is (in, out).</param>
sealed record GraphLinear(string Input, string Output, OnnxTensor Weight, bool Transposed, OnnxTensor? Bias)
{
    /// <summary>Outputs.</summary>
    public int Rows => (int)Weight.Shape[Transposed ? 1 : 0];

    /// <summary>Inputs.</summary>
    public int Columns => (int)Weight.Shape[Transposed ? 0 : 1];

    /// <summary>The weight as Hugging Face keeps it, (out, in).</summary>
    public float[] Values()
    {
        float[] values = Weight.Floats();
        if (!Transposed) return values;
        float[] turned = new float[values.Length];
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < Columns; column++) turned[row * Columns + column] = values[column * Rows + row];
        return turned;
    }
}

/// <summary>A layer norm as it stands in a graph, whole or in its parts.</summary>
sealed record GraphNorm(string Input, string Output, OnnxTensor Gain, OnnxTensor Bias, float Epsilon);

/// <summary>A look-up in a table of embeddings.</summary>
sealed record GraphTable(OnnxTensor Table, string Index);
