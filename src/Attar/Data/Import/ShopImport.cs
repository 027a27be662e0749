using Attar.Data.Reading;
using Attar.Workspaces;

namespace Attar.Data.Import;

/// <summary>A shop in files of any known format: products, then queries, judgments of them, and what shoppers did.</summary>
sealed class ShopImport(ImportStage options, IProgressSink progress, CancellationToken cancel)
{
    const int CancelEvery = 4096, Examples = 3;

    readonly FaultList faults = new();
    readonly TextCleaning cleaning = new();
    readonly QueryBuilder queries = new();
    readonly FirstLook look = new();
    readonly Dictionary<string, long> unknown = []; // products that judgments name and no file has
    readonly OrderedDictionary<string, long> locales = []; // rows of each

    /// <returns>The data, and the events where there are any.</returns>
    /// <exception cref="InputException">naming every fault of the files.</exception>
    public (Dataset Data, EventBuilder? Events) Run()
    {
        FieldMap given = FieldMap.Parse(options.Map);
        var grades = options.Grades is null ? ((int, int)?)null : RatingScale.Parse(options.Grades);
        bool? decimalComma = options.Decimal switch { null => null, "comma" => true, "point" => false, _ => throw new InputException("--decimal", $"'{options.Decimal}'; expected comma or point; correct it") };
        List<Source> sources = Open(given);
        faults.ThrowIfAny();

        var catalogue = new CatalogueBuilder(options.MergeAlike, cleaning);
        foreach (Source source in Of(sources, Role.Products))
            foreach (Row row in Rows(source))
                if (catalogue.Add(row, source.Map) is not null) look.Product(source.Map.Text(row, Fields.Product), source.Map.Text(row, Fields.Title), row);
        foreach (Source source in Of(sources, Role.Queries))
            foreach (Row row in Rows(source)) AddQuery(source, row);

        var judgments = new JudgmentBuilder(decimalComma);
        foreach (Source source in Of(sources, Role.Judgments))
        {
            bool brings = source.Map.Has(Fields.Title);
            judgments.Read(source, Rows(source), row => Pair(source, row, brings, catalogue));
        }
        faults.ThrowIfAny();
        TellLocales();
        if (catalogue.Count == 0) throw new InputException(sources[0].File.Path, "no products; expected at least one with an identifier or a title; name the catalogue's file with --products");
        if (unknown.Count > 0)
        {
            string examples = string.Join(", ", unknown.Keys.Take(Examples).Select(id => $"'{id}'"));
            if (judgments.Rows == 0) throw new InputException(Of(sources, Role.Judgments).First().File.Path, $"no judged product is in the catalogue: {examples}; expected identifiers such as '{catalogue.Products[0].Id}'; say with --map products.product=COLUMN which column judgments mean");
            progress.Note($"{unknown.Values.Sum():N0} judgments of {unknown.Count:N0} products that are not in the catalogue are left out, such as {examples}");
        }
        catalogue.Tell(progress.Note);

        GradeScale scale = RatingScale.Linear(2);
        List<(int Query, int Product, double Rating, int[]? Votes)> judged = [];
        if (Of(sources, Role.Judgments).Any()) (scale, judged) = judgments.Build(grades, options.Path is { } folder && Directory.Exists(folder) ? DatasetFiles.ScaleOf(folder) : null, faults, progress.Note);
        EventBuilder? events = Of(sources, Role.Events).Any() ? new EventBuilder() : null;
        foreach (Source source in Of(sources, Role.Events)) events!.Read(() => Rows(source), source.Map, queries, catalogue);
        faults.ThrowIfAny();
        events?.Tell(progress.Note);

        Query[] asked = queries.Build();
        var data = new Dataset(scale, catalogue.Products, asked,
            [.. judged.Select(pair => new Judgment(asked[pair.Query].Id, catalogue.Products[pair.Product].Id, pair.Rating, pair.Votes))],
            Splits(asked, judged));
        look.Tell(data, progress.Note);
        return (data, events);
    }

    /// <summary>Files that the import reads: what decides whether it must run again.</summary>
    public static IEnumerable<string> FilesOf(ImportStage options) =>
        Named(options).SelectMany(named => Directory.Exists(named.Path) ? SourceFolder.FilesOf(named.Path).Select(file => file.Path) : [named.Path]);

    static IEnumerable<(string Path, Role? Role)> Named(ImportStage options) =>
    [
        .. options.Path is { } path ? new[] { (path, Directory.Exists(path) || options.Format is "auto" ? (Role?)null : Role.Judgments) } : [],
        .. (options.Products ?? []).Select(file => (file, (Role?)Role.Products)), .. (options.Queries ?? []).Select(file => (file, (Role?)Role.Queries)),
        .. (options.Judgments ?? []).Select(file => (file, (Role?)Role.Judgments)), .. (options.Events ?? []).Select(file => (file, (Role?)Role.Events)),
    ];

    List<Source> Open(FieldMap given)
    {
        var files = Named(options).SelectMany(named => Directory.Exists(named.Path)
            ? SourceFolder.FilesOf(named.Path).Select(file => (file.Path, Role: file.Role ?? named.Role, file.Split))
            : [(named.Path, named.Role, null)]).ToList();
        var sources = new List<Source>();
        foreach (var (path, role, split) in files)
        {
            Source? source = Source.Of(path, role, FormatOf(role), given, strict: files.Count == 1, faults, split, options.Keep);
            if (source is not null) sources.Add(source);
            else if (role is null && File.Exists(path)) progress.Note($"{path}: left out; it has neither products, judgments, queries nor events");
        }
        foreach (Source source in sources) progress.Note(source.Describe(sources.Count > 1));
        if (faults.Any) return sources; // what follows may come of them
        given.RefuseUnused(faults);
        foreach (string column in options.Keep ?? [])
            if (!sources.Any(source => source.Columns.Contains(column))) faults.Add("--keep", $"no file has the column '{column}'; expected a column of the products; correct it");
        if (sources.Count == 0) faults.Add(options.Path ?? "import", "no file to read; expected products, judgments, queries or events; name them with --products, --judgments, --queries and --events");
        return sources;
    }

    Format? FormatOf(Role? role)
    {
        if (options.Format is not ("auto" or "beir" or "esci" or "wands") && !(options.Path is { } path && Directory.Exists(path)) && options.Path is not null) return options.Format == "csv" ? null : Formats.Named(options.Format);
        foreach (string entry in (options.Formats ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = entry.Split('=', 2);
            if (sides.Length == 1 || role is { } known && sides[0].Equals(known.ToString(), StringComparison.OrdinalIgnoreCase)) return Formats.Named(sides[^1]);
        }
        return null;
    }

    static IEnumerable<Source> Of(List<Source> sources, Role role) => sources.Where(source => source.Role == role);

    IEnumerable<Row> Rows(Source source)
    {
        long read = 0;
        bool local = source.Map.Has(Fields.Locale);
        foreach (Row row in source.Rows(faults))
        {
            if (read++ % CancelEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
                progress.Report($"read {source.File.Name}", read, 0);
            }
            if (local && !IsWanted(CatalogueBuilder.LocaleOf(row, source.Map))) continue;
            yield return row;
        }
        if (source.Format is CsvFormat { Shorter: > 0 and var shorter }) progress.Note($"{source.File.Name}: {shorter:N0} rows end before the header does; what they lack is taken as blank");
    }

    bool IsWanted(string locale)
    {
        locales[locale] = locales.GetValueOrDefault(locale) + 1;
        return options.Locale is null || locale.Length == 0 || locale.Equals(options.Locale, StringComparison.OrdinalIgnoreCase);
    }

    void TellLocales()
    {
        string found = string.Join(", ", locales.Where(entry => entry.Key.Length > 0).Select(entry => $"{entry.Key} {entry.Value:N0}"));
        if (options.Locale is null)
        {
            if (found.Contains(',')) progress.Note($"rows are of several locales ({found}): a product is known by its identifier and locale, those of later locales as ID@LOCALE; --locale {locales.Keys.First(locale => locale.Length > 0)} imports one alone");
        }
        else if (!locales.ContainsKey(options.Locale.ToLowerInvariant())) throw new InputException("--locale", $"no row is of '{options.Locale}'; expected one of the files' locales: {(found.Length > 0 ? found : "they name none; say which column does with --map locale=COLUMN")}");
        else progress.Note($"{locales.Where(entry => entry.Key.Length > 0 && !entry.Key.Equals(options.Locale, StringComparison.OrdinalIgnoreCase)).Sum(entry => entry.Value):N0} rows of other locales than {options.Locale} are left out");
    }

    int AddQuery(Source source, Row row)
    {
        int place = queries.Place(source.Map.Text(row, Fields.Query), Identifiers.Of(source.Map.Text(row, Fields.QueryId)));
        if (place >= 0 && (source.Split ?? SplitOf(source.Map.Text(row, Fields.Split), row)) is { } split) queries.Say(place, split);
        return place;
    }

    (int Query, int Product)? Pair(Source source, Row row, bool brings, CatalogueBuilder catalogue)
    {
        string? id = catalogue.IdOf(row, source.Map);
        if (brings && (id.Length == 0 || catalogue.Find(id) < 0))
        {
            id = catalogue.Add(row, source.Map, judged: true);
            if (id is not null) look.Product(id, source.Map.Text(row, Fields.Title), row);
        }
        else if (brings) catalogue.Add(row, source.Map, judged: true);
        int product = id is null ? -1 : catalogue.Find(id);
        if (product < 0)
        {
            unknown[id ?? ""] = unknown.GetValueOrDefault(id ?? "") + 1;
            return null;
        }
        int query = AddQuery(source, row);
        if (query >= 0) return (query, product);
        string queryId = source.Map.Text(row, Fields.QueryId);
        faults.Add(row.Where, queryId.Length == 0 ? "no query text; expected what the shopper typed; fill it in or remove the line" : $"query '{queryId}' has no text; expected a file that says what was typed; name it with --queries");
        return null;
    }

    Split? SplitOf(string text, Row row)
    {
        if (text.Length == 0) return null;
        switch (text.Trim().ToLowerInvariant())
        {
            case "train": return Split.Train;
            case "dev" or "valid" or "validation": return Split.Dev;
            case "test": return Split.Test;
        }
        faults.Add(row.Where, $"unknown split '{text}'; expected train, dev or test; correct it, or leave the column out of --map");
        return null;
    }

    Dictionary<string, Split> Splits(Query[] asked, List<(int Query, int Product, double Rating, int[]? Votes)> judged)
    {
        var places = new SortedSet<int>(judged.Select(pair => pair.Query));
        places.UnionWith(queries.Splits.Keys);
        var said = queries.Splits.ToDictionary(entry => asked[entry.Key].Id, entry => entry.Value);
        return QuerySplits.Of(places.Select(place => asked[place]), query => said.TryGetValue(query.Id, out Split split) ? split : null, progress.Note);
    }
}
