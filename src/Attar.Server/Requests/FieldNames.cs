using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Attar.Server.Requests;

/// <summary>
/// The fields by which a request ranks its objects. Each object is gone through once, however many fields were named, and its
/// names are compared as the bytes they were sent in.
/// </summary>
sealed class FieldNames
{
    /// <summary>How a field is found: by its name's UTF-8.</summary>
    sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);

        public bool Equals(ReadOnlySpan<byte> one, byte[] other) => one.SequenceEqual(other);

        public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            HashCode hash = new();
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
    }

    readonly int count;
    readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> places;

    /// <param name="names">In the order in which their texts are read; no name twice.</param>
    public FieldNames(IReadOnlyList<string> names)
    {
        count = names.Count;
        places = names.Index().ToDictionary(name => Encoding.UTF8.GetBytes(name.Item), name => name.Index, new Bytes()).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Names of objects that were looked up so far: what reading costs.</summary>
    public long Looked { get; private set; }

    /// <summary>The texts of an object's fields, a line each, in the order in which the client named the fields; of a field that is there twice, the last.</summary>
    /// <exception cref="InvalidOperationException">for a name or a text that is no valid Unicode.</exception>
    public string Joined(JsonElement item)
    {
        JsonElement[] values = new JsonElement[count];
        foreach (JsonProperty field in item.EnumerateObject())
            if (Find(field, out int place)) values[place] = field.Value;
        return string.Join('\n', values.Select(SentText.Of).Where(line => line.Length > 0));
    }

    bool Find(JsonProperty field, out int place)
    {
        Looked++;
        ReadOnlySpan<byte> name = JsonMarshal.GetRawUtf8PropertyName(field);
        return name.Contains((byte)'\\') ? places.TryGetValue(Encoding.UTF8.GetBytes(field.Name), out place) : places.TryGetValue(name, out place);
    }
}
