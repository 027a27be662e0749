using Attar.Models.Files;
using Attar.Tensors;
using Attar.Tensors.Autograd;

namespace Attar.Models.Layers;

/// <summary>The weights of a model under their checkpoint names, in a fixed order.</summary>
/// <param name="source">Gives a parameter's first values; null, or null from it: zeros.</param>
public sealed class ParameterSet(Func<StoredTensor, Tensor?>? source = null) : IDisposable
{
    readonly Dictionary<string, Parameter> byName = [];
    readonly List<Parameter> all = [], fresh = [];
    readonly List<(StoredTensor Stored, Parameter Parameter)> stored = [];
    readonly List<IDisposable> owned = [];

    public IReadOnlyList<Parameter> All => all;

    /// <summary>The linear layers made of them.</summary>
    internal List<Projection> Projections { get; } = [];

    public long Count => all.Sum(p => p.Value.Count);

    /// <summary>A weight matrix (rows, columns), subject to weight decay.</summary>
    public Parameter Matrix(string name, int rows, int columns, int part = 0, int parts = 1) =>
        Add(new StoredTensor(name, [rows, columns], part, parts), rows, columns, decays: true);

    /// <summary>A bias or gain (1, columns), not decayed.</summary>
    public Parameter Vector(string name, int columns, int part = 0, int parts = 1) =>
        Add(new StoredTensor(name, [columns], part, parts), 1, columns, decays: false);

    public Parameter this[string name] => byName[name];
    public bool Contains(string name) => byName.ContainsKey(name);

    Parameter Add(StoredTensor where, int rows, int columns, bool decays)
    {
        Tensor? given = source?.Invoke(where);
        var parameter = new Parameter(where.Parts == 1 ? where.Name : $"{where.Name}[{where.Part}]", given ?? Tensor.Zeros(rows, columns), decays);
        byName.Add(parameter.Name, parameter);
        all.Add(parameter);
        stored.Add((where, parameter));
        if (given == null) fresh.Add(parameter);
        return parameter;
    }

    /// <summary>The tensors of a checkpoint, parts joined.</summary>
    public IEnumerable<NamedTensor> Stored() => stored.GroupBy(entry => entry.Stored.Name).Select(group =>
    {
        Parameter[] parts = [.. group.OrderBy(entry => entry.Stored.Part).Select(entry => entry.Parameter)];
        return new NamedTensor(group.Key, group.First().Stored.WholeShape, () => parts is [var whole] ? Values(whole) : Joined(parts));
    });

    static float[] Joined(Parameter[] parts)
    {
        float[] values = new float[parts.Sum(part => part.Value.Count)];
        int at = 0;
        foreach (Parameter part in parts)
        {
            ReadOnlySpan<float> own = Values(part);
            own.CopyTo(values.AsSpan(at));
            at += own.Length;
        }
        return values;
    }

    /// <summary>A parameter's values in float32: where they lie, or a copy.</summary>
    internal static ReadOnlySpan<float> Values(Parameter parameter)
    {
        if (parameter.Value.Format == NumberFormat.Float32) return parameter.Value.Span;
        float[] values = new float[parameter.Value.Count];
        Blocks.Widen(parameter.Value.Format, parameter.Value.Bytes, values);
        return values;
    }

    /// <summary>Matrices from a normal distribution with the given deviation (BERT: 0.02), gains 1, biases 0.</summary>
    public void Initialize(ulong seed, float deviation = .02f) => Initialize(all, seed, deviation);

    /// <summary>As <see cref="Initialize(ulong, float)"/>, for the parameters alone that no source gave values.</summary>
    public void InitializeFresh(ulong seed, float deviation = .02f) => Initialize(fresh, seed, deviation);

    static void Initialize(List<Parameter> parameters, ulong seed, float deviation)
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        foreach (Parameter parameter in parameters)
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

    /// <summary>Makes memory that parameters stand for live as long as they do.</summary>
    public void Own(IDisposable memory) => owned.Add(memory);

    public void Dispose()
    {
        foreach (Parameter parameter in all) parameter.Dispose();
        foreach (IDisposable memory in owned) memory.Dispose();
    }
}
