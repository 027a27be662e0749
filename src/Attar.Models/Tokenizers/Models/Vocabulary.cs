namespace Attar.Models.Tokenizers.Models;

/// <summary>Tokens and their ids; ids may have gaps. Looked up by spans, without making strings.</summary>
sealed class Vocabulary
{
    readonly Dictionary<string, int> ids;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    readonly string?[] tokens;

    /// <exception cref="InvalidDataException">A token is there twice, an id is negative, or two tokens have the same.</exception>
    public Vocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in entries)
            if (!ids.TryAdd(token, id)) throw new InvalidDataException($"vocab: '{token}' is there twice; expected each token once");
        bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        tokens = new string?[ids.Count == 0 ? 0 : CheckedLargest() + 1];
        foreach (var (token, id) in ids)
        {
            if (tokens[id] is { } other) throw new InvalidDataException($"vocab: '{token}' and '{other}' both have the id {id}; expected an id each");
            tokens[id] = token;
        }
    }

    // an id far beyond the number of tokens is a broken file, and a table for it would fill the memory
    int CheckedLargest()
    {
        foreach (var (token, id) in ids)
            if (id < 0 || id > ids.Count * 4L + 1_000_000) throw new InvalidDataException($"vocab: id {id} of '{token}'; expected ids from 0 on, with few gaps");
        return ids.Values.Max();
    }

    /// <summary>One more than the largest id.</summary>
    public int Size => tokens.Length;

    public IEnumerable<KeyValuePair<string, int>> Entries => ids;

    public int Find(ReadOnlySpan<char> token) => bySpan.TryGetValue(token, out int id) ? id : -1;

    /// <summary>The token, or null for an id that none has.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)tokens.Length ? tokens[id] : null;

    /// <summary>Ids of the byte tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, -1 for those that are missing.</summary>
    public int[] ByteTokens() => [.. Enumerable.Range(0, 256).Select(b => Find($"<0x{b:X2}>"))];
}
