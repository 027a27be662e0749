using System.Text.RegularExpressions;
using Attar.Data.Reading;

namespace Attar.Data.Import;

/// <summary>What was typed for <c>--map</c>: fields, of one role or of all, with the columns that they are made of.</summary>
sealed class FieldMap
{
    readonly List<(Role? Role, string Field, string[] Columns)> entries = [];
    readonly HashSet<string> used = [];

    /// <param name="text"><c>query=search_term,products.title=name,description=bullets+details</c>; a name alone means a column of that name.</param>
    /// <exception cref="InputException">when a field is not known.</exception>
    public static FieldMap Parse(string? text)
    {
        var map = new FieldMap();
        foreach (string entry in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            string field = sides[0];
            Role? role = null;
            if (field.Split('.', 2) is [var scope, var rest] && Enum.TryParse(scope, ignoreCase: true, out Role scoped)) (role, field) = (scoped, rest);
            if (!(role is { } one ? Fields.Of(one).Select(known => known.Name) : Fields.All).Contains(field))
                throw new InputException("--map", $"unknown field '{sides[0]}'; expected {string.Join(", ", role is { } own ? Fields.Of(own).Select(known => known.Name) : Fields.All)}; correct it, as in query=search_term,title=name");
            map.entries.Add((role, field, sides[^1].Split('+', StringSplitOptions.TrimEntries)));
        }
        return map;
    }

    /// <summary>The columns named for a field of a role, where a file has them; a role's own entry counts more than one for all.</summary>
    /// <param name="strict">Whether the file is the only one, so that what it lacks is nowhere.</param>
    public string[]? Given(Role role, string field, IReadOnlyList<string> columns, bool strict, string where, FaultList faults)
    {
        foreach (var (scope, _, named) in entries.Where(entry => entry.Field == field && (entry.Role is null || entry.Role == role)).OrderBy(entry => entry.Role is null))
        {
            string[] wanted = [.. named.Where(column => column.Length > 0)], missing = [.. wanted.Where(column => !columns.Contains(column))];
            if (missing.Length == 0)
            {
                used.Add(field);
                return wanted;
            }
            if (!strict && scope is null) continue;
            used.Add(field);
            foreach (string column in missing) faults.Add(where, $"no column '{column}' in the header ({string.Join(", ", columns)}); expected the {field}; rename the column or map it");
            return [];
        }
        return null;
    }

    /// <summary>Entries whose columns no file has become faults.</summary>
    public void RefuseUnused(FaultList faults)
    {
        foreach (var (_, field, columns) in entries.Where(entry => !used.Contains(entry.Field)))
            faults.Add("--map", $"no file has the column '{string.Join('+', columns)}' for the {field}; expected a column of the files; correct it");
    }
}

/// <summary>Which columns of a file stand for which fields, in the order in which they are joined.</summary>
/// <param name="Columns">By field; an empty list says that the field is known to be without.</param>
sealed partial record FileMap(Role Role, IReadOnlyDictionary<string, string[]> Columns)
{
    /// <summary>Columns of products that are kept beside their text.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    public bool Has(string field) => Columns.TryGetValue(field, out string[]? columns) && columns.Length > 0;

    public IEnumerable<string> All => Columns.Values.SelectMany(columns => columns);

    /// <summary>A row's field: several columns joined; attributes keep the columns' names.</summary>
    public string Text(Row row, string field)
    {
        if (!Columns.TryGetValue(field, out string[]? columns)) return "";
        if (field == Fields.Attributes) return Pairs(row, columns);
        return columns.Length == 1 ? row[columns[0]] : string.Join(' ', columns.Select(column => row[column]).Where(text => text.Length > 0));
    }

    /// <summary><c>name=value; name=value</c> of the columns that are not empty; a column of attributes is written so already.</summary>
    public static string Pairs(Row row, IEnumerable<string> columns) => string.Join("; ", columns
        .Select(column => (Column: column, Text: row[column])).Where(pair => pair.Text.Length > 0)
        .Select(pair => Fields.AreAttributes(pair.Column) ? pair.Text : $"{Name(pair.Column)}={pair.Text.Replace(';', ',')}"));

    /// <summary>The same of the columns that are kept, each with its name.</summary>
    public string? KeptOf(Row row) => Kept.Count > 0 && string.Join("; ", Kept.Select(column => (Column: column, Text: row[column])).Where(pair => pair.Text.Length > 0)
        .Select(pair => IsKept(pair.Column) ? pair.Text : $"{Name(pair.Column)}={pair.Text.Replace(';', ',')}")) is { Length: > 0 } kept ? kept : null;

    /// <summary>Whether a column is what was kept before: of a workspace's products, or of an export.</summary>
    public static bool IsKept(string column) => Name(column) == "kept";

    /// <summary>A column without what a BEIR folder puts before it.</summary>
    static string Name(string column) => column.StartsWith("metadata.", StringComparison.Ordinal) ? column["metadata.".Length..] : column;

    /// <summary>As <c>--map</c> takes it.</summary>
    /// <param name="scoped">Whether files of other roles are imported beside this one.</param>
    public string ToMap(bool scoped) => string.Join(',', Columns.Where(entry => entry.Value.Length > 0).Select(entry => $"{(scoped ? Role.ToString().ToLowerInvariant() + "." : "")}{entry.Key}={string.Join('+', entry.Value)}"));

    /// <summary>The given columns, then what names and content suggest.</summary>
    /// <param name="sample">A few rows.</param>
    /// <param name="kept">Columns that are kept beside the text: not guessed to be one of it.</param>
    /// <exception cref="InputException">when a column that was named is not there, or one that must be is neither named nor found.</exception>
    public static FileMap Of(ForeignFile file, Role role, FieldMap given, IReadOnlyList<IReadOnlyDictionary<string, string>> sample, IReadOnlyList<string> columns, IReadOnlyList<string> kept, bool strict, FaultList faults)
    {
        var map = new Dictionary<string, string[]>();
        var taken = new HashSet<string>();
        var said = new HashSet<string>(); // fields that somebody spoke of
        foreach (Field field in Fields.Of(role))
            if (given.Given(role, field.Name, columns, strict, $"{file.Path}:1", faults) is { } named)
            {
                said.Add(field.Name);
                if (named.Length > 0) map[field.Name] = named;
                taken.UnionWith(named);
            }
        HashSet<string> filled = [.. sample.SelectMany(row => row.Keys)];
        var plain = columns.Where(column => !taken.Contains(column)).Select(column => (Column: column, Plain: Fields.Plain(column))).ToList();
        foreach (Field field in Fields.Of(role))
        {
            if (said.Contains(field.Name)) continue;
            string[] named = [.. field.Names.SelectMany(name => plain.Where(column => column.Plain == name)).Select(column => column.Column).Where(column => !taken.Contains(column))];
            string? found = named.FirstOrDefault(filled.Contains) ?? named.FirstOrDefault(); // an empty title beside a name that is not is no title
            if (found is null) continue;
            map[field.Name] = [found];
            taken.Add(found);
        }
        GuessByContent(role, map, [.. columns.Where(column => !taken.Contains(column))], sample, said);
        if (role is Role.Products or Role.Judgments && (role == Role.Products || map.ContainsKey(Fields.Title)) && !said.Contains(Fields.Attributes))
        {
            string[] variants = [.. columns.Where(column => !taken.Contains(column) && !kept.Contains(column) && Variant().IsMatch(Fields.Plain(column)))];
            if (variants.Length > 0) map[Fields.Attributes] = [.. map.GetValueOrDefault(Fields.Attributes) ?? [], .. variants];
        }
        // a line of a query has searches, one of an event a count
        if (role == Role.Events && !said.Contains(Fields.Searches) && map.TryGetValue(Fields.Searches, out string[]? counted) && Fields.Plain(counted[0]) == "searches" && columns.FirstOrDefault(column => Fields.Plain(column) == "count") is { } count) map[Fields.Searches] = [.. counted, count];
        if (role == Role.Judgments && !said.Contains(Fields.Votes) && !said.Contains(Fields.Rating))
        {
            string[] raters = [.. columns.Where(IsVote)];
            if (raters.Length > 1) map[Fields.Votes] = raters;
        }
        foreach (string field in Must(role))
            if (!map.ContainsKey(field) && !said.Contains(field) && !Instead(field).Any(map.ContainsKey))
                faults.Add($"{file.Path}:1", $"no column for the {field} in the header ({string.Join(", ", columns)}); expected one named so; say which it is with --map {field}=COLUMN");
        // as the list of fields has them, so that the same file says the same
        return new FileMap(role, Fields.Of(role).Where(field => map.ContainsKey(field.Name)).ToDictionary(field => field.Name, field => map[field.Name])) { Kept = kept };
    }

    /// <summary>Whether a column's name is one rater's.</summary>
    public static bool IsVote(string column) => VoteColumn().IsMatch(column);

    static string[] Must(Role role) => role switch
    {
        Role.Products => [Fields.Title],
        Role.Judgments => [Fields.Query, Fields.Product, Fields.Rating],
        Role.Queries => [Fields.Query],
        _ => [Fields.Query],
    };

    static string[] Instead(string field) => field switch
    {
        Fields.Query => [Fields.QueryId],
        Fields.Product => [Fields.Title],
        Fields.Rating => [Fields.Votes],
        Fields.Title => [Fields.Description],
        _ => [],
    };

    static void GuessByContent(Role role, Dictionary<string, string[]> map, string[] free, IReadOnlyList<IReadOnlyDictionary<string, string>> sample, HashSet<string> said)
    {
        if (sample.Count == 0) return;
        bool Open(string field) => !map.ContainsKey(field) && !said.Contains(field);
        string[] Values(string column) => [.. sample.Select(row => row.GetValueOrDefault(column, "")).Where(value => value.Length > 0)];
        var texts = free.Select(column => (Column: column, Values: Values(column)))
            .Where(entry => entry.Values.Length > sample.Count / 2 && entry.Values.Count(value => value.Any(char.IsLetter)) > entry.Values.Length * 0.8).ToList();
        if (role == Role.Products && Open(Fields.Title) && texts.Where(entry => entry.Values.Average(value => value.Length) is >= 8 and <= 200).MaxBy(entry => entry.Values.Distinct().Count()) is { Column: { } title }) map[Fields.Title] = [title];
        if (role is Role.Queries or Role.Judgments && Open(Fields.Query) && Open(Fields.QueryId) && texts.Where(entry => entry.Values.Average(value => value.Length) is >= 3 and <= 60).Select(entry => entry.Column).FirstOrDefault(column => !map.Values.Any(columns => columns.Contains(column))) is { } query) map[Fields.Query] = [query];
        if (role == Role.Judgments && Open(Fields.Rating) && !map.ContainsKey(Fields.Votes)
            && free.FirstOrDefault(column => Values(column) is { Length: > 1 } values && values.Distinct().Count() <= 12 && NumberColumn.Of(values) is { Fault: null } numbers && values.All(value => numbers.Read(value) is >= 0 and <= 10)) is { } rating) map[Fields.Rating] = [rating];
    }

    [GeneratedRegex("^(product)?(colou?r|size|material|gender|agegroup|pattern|farbe|groesse|größe|цвет|размер|материал|色|サイズ|素材)$")]
    private static partial Regex Variant();

    [GeneratedRegex(@"^(agent|rater|judge|annotator|assessor|worker|user|vote)[\s_\-]?\d+([\s_\-](rating|grade|vote|label))?$", RegexOptions.IgnoreCase)]
    private static partial Regex VoteColumn();
}
