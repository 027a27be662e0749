using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attar.Tensors;
using Tensor = Attar.Tensors.Tensor;

namespace Attar.Models.Files;

/// <summary>The tensors of a safetensors file, or of a folder with <c>model.safetensors</c>, its shards, or <c>attar/model.safetensors</c>. Headers are read on opening, values when asked for.</summary>
/// <remarks>Values are little-endian in the file, as in the memory of every machine that .NET 10 runs on but s390x.</remarks>
public sealed class SafeTensorsFile : IWeightFile
{
    const string SingleFile = "model.safetensors", IndexFile = "model.safetensors.index.json";

    readonly Dictionary<string, (SafeTensorsShard Shard, TensorEntry Entry)> tensors = new(StringComparer.Ordinal);
    readonly List<SafeTensorsShard> shards = [];
    readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    SafeTensorsFile(string location) => Location = location;

    /// <summary>The file or folder that was opened.</summary>
    public string Location { get; }

    /// <summary>All tensors, in ordinal order of their names.</summary>
    public IReadOnlyList<string> Names => field ??= [.. tensors.Keys.Order(StringComparer.Ordinal)];

    int IWeightFile.Count => tensors.Count;

    /// <summary>Bytes of all files together.</summary>
    public long Length => shards.Sum(shard => shard.Length);

    /// <summary>The texts of <c>__metadata__</c>, such as <c>format: pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <param name="path">A safetensors file, a <c>model.safetensors.index.json</c>, or a folder with either.</param>
    /// <exception cref="CheckpointException">when a file is missing, cut short or malformed, or a shard lacks a tensor of the index.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var file = new SafeTensorsFile(path);
        try
        {
            string single = Path.Combine(path, SingleFile), index = Path.Combine(path, IndexFile), own = Path.Combine(path, ModelFolder.OwnWeightsFile);
            if (path.EndsWith(".index.json", StringComparison.Ordinal)) file.AddShards(path);
            else if (!Directory.Exists(path)) file.Add(path);
            else if (File.Exists(single)) file.Add(single);
            else if (File.Exists(index)) file.AddShards(index);
            else if (File.Exists(own)) file.Add(own);
            else throw new CheckpointException($"{path}: expected {SingleFile} or {IndexFile}, the folder has {Instead(path)}");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What a folder has that is no safetensors file, and the command that makes one of it.</summary>
    static string Instead(string folder) => !Directory.EnumerateFiles(folder, "pytorch_model*.bin").Any() ? "neither" :
        $"pytorch_model.bin, which can run code when opened; convert it: python3 -c \"import glob, torch, safetensors.torch as s; s.save_file({{k: v.clone().contiguous() for f in sorted(glob.glob('{folder}/pytorch_model*.bin')) for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}}, '{Path.Combine(folder, SingleFile)}', {{'format': 'pt'}})\"";

    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <exception cref="CheckpointException">when there is no such tensor.</exception>
    public IReadOnlyList<long> Shape(string name) => Find(name).Entry.Shape;

    /// <summary>Of a matrix; 1 where it is none, which is told when it is read.</summary>
    internal int Rows(string name) => Shape(name) is [> 0 and < int.MaxValue and var rows, _] ? (int)rows : 1;

    /// <summary>The type in the file, such as <c>F32</c> or <c>BF16</c>.</summary>
    /// <exception cref="CheckpointException">when there is no such tensor.</exception>
    public string DType(string name) => Find(name).Entry.DType;

    /// <summary>Reads F32, F16 or BF16 values as float32.</summary>
    /// <param name="destination">As many values as the tensor has.</param>
    /// <param name="shape">The expected shape; when empty, only the number of values is checked.</param>
    /// <exception cref="CheckpointException">when there is no such tensor, or it has another type, shape or length.</exception>
    public void Read(string name, Span<float> destination, params ReadOnlySpan<long> shape)
    {
        var (shard, entry) = Find(name);
        if (shape.Length > 0 && !shape.SequenceEqual(entry.Shape))
            throw new CheckpointException($"{shard.File}: tensor {name}: expected shape {Show(shape)}, the file has {Show(entry.Shape)}");
        if (destination.Length != entry.Count)
            throw new CheckpointException($"{shard.File}: tensor {name}: expected {destination.Length} values, the file has {entry.Count} in shape {Show(entry.Shape)}");
        Read(name, shard, entry, destination);
    }

    static void Read(string name, SafeTensorsShard shard, TensorEntry entry, Span<float> destination)
    {
        switch (entry.DType)
        {
            case "F32": ReadPlain(shard, entry, destination); break;
            case "F16" or "BF16": ReadHalves(shard, entry, destination); break;
            default: throw WrongType(name, shard, entry, "F32, F16 or BF16");
        }
    }

    /// <inheritdoc cref="IWeightFile.Matrix"/>
    internal Tensor Matrix(string name, StoredTensor wanted, WeightMemory use, bool narrow = false)
    {
        var (shard, entry) = Find(name);
        if (!wanted.WholeShape.SequenceEqual(entry.Shape))
            throw new CheckpointException($"{shard.File}: tensor {name}: expected shape {Show(wanted.WholeShape)}, the file has {Show(entry.Shape)}");
        entry = entry.Slice(wanted.Part, wanted.Parts);
        int rows = wanted.Shape.Length == 1 ? 1 : wanted.Shape[0], columns = wanted.Shape[^1];
        NumberFormat format = narrow && entry.DType == "BF16" && wanted.Shape.Length > 1 ? NumberFormat.BFloat16 : NumberFormat.Float32;
        if (use != WeightMemory.Read && shard.Map(entry, rows, columns, format, use == WeightMemory.MappedToWrite) is { } view) return view;
        Tensor tensor = Tensor.Zeros(rows, columns, format);
        if (format == NumberFormat.Float32) Read(name, shard, entry, tensor.Span);
        else ReadPlain(shard, entry, tensor.Words);
        return tensor;
    }

    /// <summary>Reads I32 or I64 values.</summary>
    /// <exception cref="CheckpointException">when there is no such tensor, it has another type, or a value does not fit.</exception>
    public int[] ReadInt32(string name)
    {
        var (shard, entry) = Find(name);
        if (entry.Count > Array.MaxLength) throw new CheckpointException($"{shard.File}: tensor {name}: expected at most {Array.MaxLength} integers, the file has {entry.Count}");
        int[] values = new int[entry.Count];
        if (entry.DType == "I32")
        {
            shard.Read(entry, 0, MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        if (entry.DType != "I64") throw WrongType(name, shard, entry, "I32 or I64");
        long[] wide = new long[values.Length];
        shard.Read(entry, 0, MemoryMarshal.AsBytes(wide.AsSpan()));
        for (int at = 0; at < wide.Length; at++)
            values[at] = wide[at] == (int)wide[at]
                ? (int)wide[at]
                : throw new CheckpointException($"{shard.File}: tensor {name}: expected integers of 32 bits, the file has {wide[at]}");
        return values;
    }

    Tensor IWeightFile.Matrix(string name, StoredTensor wanted, WeightMemory use, bool narrow) => Matrix(name, wanted, use, narrow);

    public void Dispose()
    {
        foreach (var shard in shards) shard.Dispose();
    }

    /// <summary>Values as the file has them.</summary>
    static void ReadPlain<T>(SafeTensorsShard shard, TensorEntry entry, Span<T> destination) where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>(), part = (1 << 30) / size; // values; a span of bytes cannot be longer than 2 GiB
        for (long done = 0; destination.Length > 0; done += part)
        {
            var span = destination[..Math.Min(part, destination.Length)];
            shard.Read(entry, size * done, MemoryMarshal.AsBytes(span));
            destination = destination[span.Length..];
        }
    }

    static void ReadHalves(SafeTensorsShard shard, TensorEntry entry, Span<float> destination)
    {
        const int part = 1 << 13; // values; the buffer stays in the nearest cache
        Span<ushort> buffer = stackalloc ushort[part];
        for (long done = 0; destination.Length > 0; done += part)
        {
            var span = destination[..Math.Min(part, destination.Length)];
            var halves = buffer[..span.Length];
            shard.Read(entry, sizeof(ushort) * done, MemoryMarshal.AsBytes(halves));
            if (entry.DType == "F16") TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(halves), span);
            else BFloatWords.Widen(halves, span);
            destination = destination[span.Length..];
        }
    }

    SafeTensorsShard Add(string path)
    {
        var shard = new SafeTensorsShard(path);
        shards.Add(shard);
        foreach (var (name, entry) in shard.Header.Tensors)
            if (!tensors.TryAdd(name, (shard, entry)))
                throw new CheckpointException($"{path}: tensor {name}: expected each name once, {tensors[name].Shard.File} has it too");
        foreach (var (key, value) in shard.Header.Metadata) metadata[key] = value;
        return shard;
    }

    /// <summary>Opens the files that the index <c>{"weight_map": {tensor: file}}</c> names.</summary>
    void AddShards(string index)
    {
        Dictionary<string, string>? map;
        try
        {
            using var document = JsonTexts.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { AllowDuplicateProperties = false });
            map = document.RootElement.GetProperty("weight_map").Deserialize<Dictionary<string, string>>();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or IOException)
        {
            throw new CheckpointException($"{index}: expected an object weight_map of tensor names to file names: {fault.Message}");
        }
        if (map is null or { Count: 0 }) throw new CheckpointException($"{index}: expected an object weight_map of tensor names to file names, the file has none");

        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        var opened = new Dictionary<string, SafeTensorsShard>(StringComparer.Ordinal);
        foreach (string file in map.Values.Distinct().Order(StringComparer.Ordinal))
        {
            if (file is null or "" or ".." || file.AsSpan().IndexOfAny("/\\:\0") >= 0) // a shard lies beside its index, nowhere else
                throw new CheckpointException($"{index}: expected the name of a file beside it, the file has \"{file}\"");
            opened.Add(file, Add(Path.Combine(folder, file)));
        }
        foreach (var (name, file) in map)
            if (!opened[file].Header.Tensors.ContainsKey(name))
                throw new CheckpointException($"{opened[file].File}: expected tensor {name}, as {IndexFile} says, the file lacks it");
    }

    (SafeTensorsShard Shard, TensorEntry Entry) Find(string name) => tensors.TryGetValue(name, out var found)
        ? found
        : throw new CheckpointException($"{Location}: expected tensor {name}, the file lacks it among its {tensors.Count}");

    static CheckpointException WrongType(string name, SafeTensorsShard shard, TensorEntry entry, string expected) =>
        new($"{shard.File}: tensor {name}: expected {expected}, the file has {entry.DType}");

    static string Show(ReadOnlySpan<long> shape) => $"({string.Join(", ", shape.ToArray())})";
}
