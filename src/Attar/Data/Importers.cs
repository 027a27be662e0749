using Attar.Data.Import;
using Attar.Data.Shop;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>What <c>import</c> reads: data sets with a reader of their own, a generated shop, and everything else by its files' formats (<see cref="Reading.Formats"/>).</summary>
public static class Importers
{
    public const string Generated = "generated", Auto = "auto";

    /// <summary>Names of folders that hold several files, whose columns say what they are.</summary>
    public static readonly IReadOnlyList<string> Folders = [Auto, "beir", "esci", "wands"];

    internal static (Dataset Data, EventBuilder? Events) Import(ImportStage options, IProgressSink progress, CancellationToken cancel) => options.Format switch
    {
        "home-depot" => (HomeDepot.Import(PathOf(options), progress), null),
        "chorus" => (Chorus.Import(PathOf(options), progress), null),
        Generated => (GeneratedShop.Create(options.Shop ?? new ShopOptions(), progress).Data, null),
        _ when IsKnown(options.Format) => new ShopImport(options, progress, cancel).Run(),
        _ => throw new InputException("import", $"unknown format '{options.Format}'; expected home-depot, chorus, generated, {string.Join(", ", Folders.Concat(Reading.Formats.All.Select(format => format.Name)))}"),
    };

    /// <summary>Whether queries are divided as was published, whatever is alike.</summary>
    internal static bool DividesItself(string format) => format is "home-depot" or "chorus" or Generated;

    /// <summary>The files that are read: what else lies in a folder, a workspace for instance, does not count.</summary>
    internal static IEnumerable<string> FilesOf(ImportStage options) => options.Format switch
    {
        Generated => [],
        "home-depot" => Within(options, "train.csv", "brand.csv", "color.csv", "material.csv"),
        "chorus" => Within(options, "products.tsv", "ratings.csv", "individual-ratings.csv"),
        _ => ShopImport.FilesOf(options),
    };

    static IEnumerable<string> Within(ImportStage options, params string[] names) => options.Path is { } folder ? names.Select(name => Path.Combine(folder, name)) : [];

    static bool IsKnown(string format) => Folders.Contains(format) || Reading.Formats.All.Any(known => known.Name == format);

    static string PathOf(ImportStage options) =>
        options.Path ?? throw new InputException("import", $"no path; expected the folder or file to read; call 'attar import {options.Format} PATH'");
}
