namespace Attar.Data.Reading;

/// <summary>Column names as they come up: all at once in a table, one by one in JSON.</summary>
sealed class Columns
{
    readonly List<string> names = [];
    readonly Dictionary<string, int> places = [];

    public IReadOnlyList<string> Names => names;

    /// <summary>-1 where no row so far had it.</summary>
    public int Find(string name) => places.GetValueOrDefault(name, -1);

    public int Add(string name)
    {
        if (places.TryGetValue(name, out int place)) return place;
        places.Add(name, names.Count);
        names.Add(name);
        return names.Count - 1;
    }
}

/// <summary>One row of a foreign file, valid until the next is read.</summary>
sealed class Row(string path, Columns columns)
{
    readonly List<string?> values = [];

    public Columns Columns => columns;

    /// <summary>From 1; 0 where rows have no lines.</summary>
    public long Line { get; set; }

    /// <summary>From 1.</summary>
    public long Number { get; set; }

    public string Where => Line > 0 ? $"{path}:{Line}" : $"{path}, row {Number}";

    /// <summary>Empty where the row has no such field.</summary>
    public string this[string column] => columns.Find(column) is >= 0 and int place && place < values.Count ? values[place] ?? "" : "";

    public void Clear()
    {
        for (int i = 0; i < values.Count; i++) values[i] = null;
    }

    public void Set(string column, string value) => Set(columns.Add(column), value);

    public void Set(int place, string value)
    {
        while (values.Count <= place) values.Add(null);
        values[place] = value;
    }
}
