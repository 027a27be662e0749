namespace Attar.Data.Shop;

/// <summary>Everything that can be for sale, in one list.</summary>
static class Grammar
{
    public static readonly Department[] Departments =
        [HomeGrammar.Furniture, HomeGrammar.Bedding, HomeGrammar.Kitchen, HomeGrammar.Lighting, HomeGrammar.Garden, GoodsGrammar.Tools, GoodsGrammar.Electronics, GoodsGrammar.Sports];

    public static readonly ProductType[] Types = [.. Departments.SelectMany(department => department.Types)];

    static readonly Dictionary<ProductType, Department> departmentOf = Departments
        .SelectMany(department => department.Types, (department, type) => (department, type)).ToDictionary(pair => pair.type, pair => pair.department);

    static readonly Dictionary<string, ProductType> byName = Types.ToDictionary(type => type.Name);

    public static Department DepartmentOf(ProductType type) => departmentOf[type];

    public static ProductType Named(string name) => byName[name];

    /// <summary>An accessory and its thing, either way round, or two of one group.</summary>
    public static bool Related(ProductType one, ProductType other) =>
        one.Group == other.Group || one.For == other.Name || other.For == one.Name;
}
