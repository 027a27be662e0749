using System.Buffers.Binary;
using System.Globalization;
using Attar.Models.Files;

namespace Attar.Models.Gguf;

/// <summary>The types of metadata values by their numbers in a file.</summary>
enum GgufType : uint { UInt8, Int8, UInt16, Int16, UInt32, Int32, Float32, Bool, String, Array, UInt64, Int64, Float64 }

/// <summary>Numbers or truth values of one type, as the file has them.</summary>
sealed record GgufArray(GgufType Type, byte[] Bytes)
{
    public int Size => GgufMetadata.SizeOf(Type);
    public int Count => Bytes.Length / Size;
    public object this[int index] => GgufMetadata.Value(Type, Bytes.AsSpan(index * Size, Size));
}

/// <summary>What a GGUF file says of itself: values by key. Faults name file and key.</summary>
sealed class GgufMetadata(string file)
{
    readonly Dictionary<string, object> values = new(StringComparer.Ordinal); // ulong, long, double, bool, string, string[], GgufArray

    /// <summary>Reads so many pairs of key and value.</summary>
    public static GgufMetadata Read(GgufCursor cursor, int pairs, string file)
    {
        var metadata = new GgufMetadata(file);
        for (int i = 0; i < pairs; i++)
        {
            string key = cursor.Text($"key {i + 1} of {pairs}"), where = GgufCursor.Shown(key);
            object value = ReadValue(cursor, (GgufType)cursor.UInt32(where), where);
            if (!metadata.values.TryAdd(key, value)) throw cursor.Fault($"{where}: expected each key once, the file has it twice");
        }
        return metadata;
    }

    static object ReadValue(GgufCursor cursor, GgufType type, string where)
    {
        if (type == GgufType.String) return cursor.Text(where);
        if (type != GgufType.Array) return Value(type, cursor.Next(Known(cursor, type, where), where));
        type = (GgufType)cursor.UInt32(where);
        if (type == GgufType.Array) throw cursor.Fault($"{where}: expected a list of numbers or texts, the file has one of lists");
        int count = cursor.Count(type == GgufType.String ? 8 : Known(cursor, type, where), where);
        if (type != GgufType.String) return new GgufArray(type, cursor.Bytes(count * SizeOf(type)));
        string[] texts = new string[count];
        for (int i = 0; i < count; i++) texts[i] = cursor.Text(where);
        return texts;
    }

    static int Known(GgufCursor cursor, GgufType type, string where) => SizeOf(type) is > 0 and var size ? size : throw cursor.Fault($"{where}: expected a type of value from 0 to 12, the file has {(uint)type}");

    /// <summary>In bytes; 0 where values of a type have no size of their own.</summary>
    public static int SizeOf(GgufType type) => type switch
    {
        GgufType.UInt8 or GgufType.Int8 or GgufType.Bool => 1,
        GgufType.UInt16 or GgufType.Int16 => 2,
        GgufType.UInt32 or GgufType.Int32 or GgufType.Float32 => 4,
        GgufType.UInt64 or GgufType.Int64 or GgufType.Float64 => 8,
        _ => 0,
    };

    public static object Value(GgufType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufType.UInt8 => (long)bytes[0],
        GgufType.Int8 => (long)(sbyte)bytes[0],
        GgufType.UInt16 => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        GgufType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
        GgufType.UInt32 => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        GgufType.Int32 => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        GgufType.Float32 => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
        GgufType.Bool => bytes[0] != 0,
        GgufType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        GgufType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    public bool Contains(string key) => values.ContainsKey(key);

    public bool IsList(string key) => Find(key) is GgufArray or string[];

    /// <summary>A text; null where it is absent.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        string text => text,
        _ => throw Refused(key, "a text"),
    };

    /// <summary>A whole number, or <paramref name="otherwise"/> where it is absent. A list says the same of every layer, for layers that differ are not known here.</summary>
    public int Integer(string key, int? otherwise = null) => Find(key) switch
    {
        null => otherwise ?? throw Refused(key, "a whole number"),
        GgufArray { Count: > 0 } list when Enumerable.Range(1, list.Count - 1).All(i => list[i].Equals(list[0])) && IntegerOf(list[0]) is { } each => each,
        GgufArray => throw Refused(key, "a whole number, the same for every layer"),
        var value => IntegerOf(value) ?? throw Refused(key, "a whole number below 2³¹"),
    };

    /// <summary>A number, or <paramref name="otherwise"/> where it is absent.</summary>
    public double Number(string key, double? otherwise = null) => Find(key) switch
    {
        null => otherwise ?? throw Refused(key, "a number"),
        double number when double.IsFinite(number) => number,
        var value when IntegerOf(value) is { } number => number,
        _ => throw Refused(key, "a finite number"),
    };

    public bool Flag(string key, bool otherwise) => Find(key) switch
    {
        null => otherwise,
        bool flag => flag,
        _ => throw Refused(key, "true or false"),
    };

    /// <summary>A list of texts; null where it is absent.</summary>
    public string[]? Texts(string key) => Find(key) switch
    {
        null => null,
        string[] texts => texts,
        _ => throw Refused(key, "a list of texts"),
    };

    /// <summary>A list of whole numbers or truth values; null where it is absent.</summary>
    public int[]? Integers(string key) => Find(key) switch
    {
        null => null,
        GgufArray { Type: GgufType.Bool } list => [.. list.Bytes.Select(flag => flag != 0 ? 1 : 0)],
        GgufArray list when list.Type is not (GgufType.Float32 or GgufType.Float64) => [.. Enumerable.Range(0, list.Count).Select(i => IntegerOf(list[i]) ?? throw Refused(key, "whole numbers below 2³¹"))],
        _ => throw Refused(key, "a list of whole numbers"),
    };

    /// <summary>A list of numbers in float32; null where it is absent.</summary>
    public float[]? Numbers(string key) => Find(key) switch
    {
        null => null,
        GgufArray { Type: GgufType.Float32 } list => [.. Enumerable.Range(0, list.Count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(list.Bytes.AsSpan(4 * i)))],
        _ => throw Refused(key, "a list of numbers in float32"),
    };

    object? Find(string key) => values.GetValueOrDefault(key);

    static int? IntegerOf(object value) => value switch
    {
        long number when number == (int)number => (int)number,
        ulong number when number <= int.MaxValue => (int)number,
        _ => null,
    };

    /// <summary>A value that Attar cannot use.</summary>
    public CheckpointException Refused(string key, string expected) => new($"{file}: {GgufCursor.Shown(key)}: expected {expected}, the file has {Describe(Find(key))}");

    static string Describe(object? value) => value switch
    {
        null => "none",
        string text => $"\"{GgufCursor.Shown(text)}\"",
        string[] texts => $"a list of {texts.Length} texts",
        GgufArray list => $"a list of {list.Count} values of {list.Type}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant(),
    };
}
