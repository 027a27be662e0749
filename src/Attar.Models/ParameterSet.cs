using Attar.Tensors.Autograd;

namespace Attar.Models;

/// <summary>The weights of a model under their checkpoint names, in a fixed order.</summary>
public sealed class ParameterSet : IDisposable
{
    readonly Dictionary<string, Parameter> byName = [];
    readonly List<Parameter> all = [];

    public IReadOnlyList<Parameter> All => all;
    public long Count => all.Sum(p => p.Value.Count);

    /// <summary>A weight matrix (rows, columns), subject to weight decay.</summary>
    public Parameter Matrix(string name, int rows, int columns) => Add(new Parameter(name, rows, columns, decays: true));

    /// <summary>A bias or gain (1, columns), not decayed.</summary>
    public Parameter Vector(string name, int columns) => Add(new Parameter(name, 1, columns, decays: false));

    public Parameter this[string name] => byName[name];
    public bool Contains(string name) => byName.ContainsKey(name);

    Parameter Add(Parameter parameter)
    {
        byName.Add(parameter.Name, parameter);
        all.Add(parameter);
        return parameter;
    }

    /// <summary>Matrices from a normal distribution with the given deviation (BERT: 0.02), gains 1, biases 0.</summary>
    public void Initialize(ulong seed, float deviation = .02f)
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        foreach (Parameter parameter in all)
        {
            Span<float> values = parameter.Value.Span;
            if (parameter.Decays)
                foreach (ref float value in values) value = deviation * Normal(random);
            else values.Fill(parameter.Name.EndsWith("orm.weight", StringComparison.OrdinalIgnoreCase) ? 1 : 0);
        }
    }

    // Box and Muller 1958
    static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public void Dispose()
    {
        foreach (Parameter parameter in all) parameter.Dispose();
    }
}
