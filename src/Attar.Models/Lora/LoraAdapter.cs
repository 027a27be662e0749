using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Tensors;
using Attar.Tensors.Autograd;

namespace Attar.Models.Lora;

/// <summary>
/// Low-rank updates of a decoder's linear layers (Hu et al. 2021). With them the decoder is fine-tuned while its own weights stay as they are, without gradients and
/// optimiser state, perhaps in the pages of their file; only its head and its marks are trained in full.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    readonly Dictionary<Parameter, LoraLayer> layers = [];

    /// <param name="source">Gives A and B their first values, as in <see cref="ParameterSet"/>.</param>
    /// <param name="scaleOf">What the update of a layer, by its name and rank, is multiplied with.</param>
    LoraAdapter(IReadOnlyList<Parameter> beside, IEnumerable<Projection> targets, Func<Projection, int> rankOf, Func<string, int, float> scaleOf, LoraOptions options, Func<StoredTensor, Tensor?>? source)
    {
        Options = options;
        Beside = beside;
        Parameters = new ParameterSet(source);
        foreach (Projection layer in targets)
        {
            int rank = rankOf(layer);
            Parameter a = Parameters.Matrix(PeftNames.A(layer.Name), rank, layer.Weight.Columns), b = Parameters.Matrix(PeftNames.B(layer.Name), layer.Weight.Rows, rank);
            layers.Add(layer.Weight, layer.Lora = new LoraLayer(a, b, scaleOf(layer.Name, rank), options.Dropout));
        }
    }

    public LoraOptions Options { get; }

    /// <summary>All A and B, under PEFT's names.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>What is trained in full beside the updates.</summary>
    internal IReadOnlyList<Parameter> Beside { get; }

    /// <summary>Gives a model's layers updates that change nothing yet (A random, B zero), and freezes all of its own weights but those <paramref name="beside"/> them.</summary>
    /// <param name="seed">Of A's first values: uniform within ±1/√in, as in PEFT.</param>
    /// <exception cref="InvalidDataException">when the options do not fit the model.</exception>
    internal static LoraAdapter Attach(ParameterSet model, IReadOnlyList<Parameter> beside, LoraOptions options, ulong seed)
    {
        if (options.Rank < 1) throw new InvalidDataException($"lora rank: expected a whole number from 1, found {options.Rank}");
        if (!(options.Alpha >= 0 && float.IsFinite(options.Alpha))) throw new InvalidDataException($"lora alpha: expected a number above 0, or 0 for twice the rank, found {options.Alpha}");
        if (options.Dropout is not (>= 0 and < 1)) throw new InvalidDataException($"lora dropout: expected a number from 0 to below 1, found {options.Dropout}");
        IReadOnlyList<Projection> all = model.Projections;
        string[] known = [.. all.Select(layer => layer.Kind).Distinct()], targets = options.Targets ?? known;
        if (targets.Length == 0 || targets.FirstOrDefault(target => !known.Contains(target)) is { })
            throw new InvalidDataException($"lora targets: expected some of {string.Join(", ", known)}, found {(targets.Length == 0 ? "none" : string.Join(", ", targets))}");

        var adapter = new LoraAdapter(beside, all.Where(layer => targets.Contains(layer.Kind)), _ => options.Rank, (_, rank) => options.UsedAlpha / rank, options with { Targets = targets }, null);
        var random = new Random((int)(seed ^ (seed >> 32)));
        foreach (Parameter a in adapter.Parameters.All.Where(parameter => PeftNames.IsA(parameter.Name)))
        {
            float bound = 1 / MathF.Sqrt(a.Columns);
            foreach (ref float value in a.Value.Span) value = bound * (2 * random.NextSingle() - 1);
        }
        foreach (Parameter parameter in model.All) parameter.Frozen = !beside.Contains(parameter);
        return adapter;
    }

    /// <summary>Gives a model's layers the updates of a file.</summary>
    /// <param name="scaleOf">What the update of a layer, by its name and rank, is multiplied with.</param>
    internal static LoraAdapter Of(ParameterSet model, IReadOnlyList<Parameter> beside, SafeTensorsFile file, LoraOptions options, Func<string, int, float> scaleOf) => new(
        beside, model.Projections.Where(layer => file.Contains(PeftNames.A(layer.Name))),
        layer => file.Rows(PeftNames.A(layer.Name)), scaleOf, options, wanted => file.Matrix(wanted.Name, wanted, WeightMemory.Read));

    /// <summary>The model's tensors, each updated weight with its update added, one at a time as they are asked for: the model itself stays as it is.</summary>
    internal IEnumerable<NamedTensor> Merged(ParameterSet model) => model.Stored().Select(tensor => model.Contains(tensor.Name) && layers.TryGetValue(model[tensor.Name], out LoraLayer? layer)
        ? tensor with { Values = () => Merged(model[tensor.Name], layer) }
        : tensor);

    static float[] Merged(Parameter weight, LoraLayer layer)
    {
        float[] values = ParameterSet.Values(weight).ToArray();
        layer.AddTo(values);
        return values;
    }

    /// <summary>Adds the updates to the weights themselves, which must be writable, and takes them off the layers: the model computes the same, faster. To weights of a narrower format, which would round them away, they stay beside.</summary>
    /// <returns>The adapter where it stays; null where it is merged.</returns>
    internal LoraAdapter? MergedInto(ParameterSet model)
    {
        if (layers.Keys.Any(weight => weight.Value.Format != NumberFormat.Float32)) return this;
        foreach (Projection layer in model.Projections)
        {
            if (layer.Lora == null) continue;
            layer.Lora.AddTo(layer.Weight.Value.Span);
            layer.Lora = null;
        }
        Dispose();
        return null;
    }

    public void Dispose() => Parameters.Dispose();
}
