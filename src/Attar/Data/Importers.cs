using Attar.Data.Shop;
using Attar.Workspaces;

namespace Attar.Data;

/// <summary>Every format that <c>import</c> reads. A new one is a file beside this and a line here.</summary>
static class Importers
{
    public static Dataset Import(ImportStage options, IProgressSink progress) => options.Format switch
    {
        "home-depot" => HomeDepot.Import(PathOf(options), progress),
        "chorus" => Chorus.Import(PathOf(options), progress),
        "csv" => JudgedCsv.Import(PathOf(options), options.Map, options.Grades, progress),
        "generated" => GeneratedShop.Create(options.Shop ?? new ShopOptions(), progress).Data,
        _ => throw new InputException("import", $"unknown format '{options.Format}'; expected home-depot, chorus, csv or generated; convert other data to csv"),
    };

    static string PathOf(ImportStage options) =>
        options.Path ?? throw new InputException("import", $"no path; expected the folder or file to read; call 'attar import {options.Format} PATH'");
}
