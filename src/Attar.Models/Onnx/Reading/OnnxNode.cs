namespace Attar.Models.Onnx.Reading;

/// <summary>An operation of an ONNX graph.</summary>
/// <param name="Domain">Empty for ONNX's own operators.</param>
/// <param name="Inputs">Names of values; an empty one is left out.</param>
sealed record OnnxNode(string Operation, string Domain, string[] Inputs, string[] Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    public string Output => Outputs[0];

    public long Whole(string attribute, long otherwise) => Attributes.TryGetValue(attribute, out OnnxAttribute? found) ? found.Whole : otherwise;

    public float Number(string attribute, float otherwise) => Attributes.TryGetValue(attribute, out OnnxAttribute? found) ? found.Number : otherwise;
}

/// <summary>A setting of an operation; which of the values counts is known to the operation.</summary>
sealed record OnnxAttribute(float Number, long Whole, OnnxTensor? Tensor);
