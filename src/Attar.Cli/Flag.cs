using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Attar.Models.Checkpoints;
using Attar.Server.Settings;
using Attar.Tensors.Kernels;

namespace Attar.Cli;

/// <summary>Arguments and options whose faults are told in the user's words; each shows its default in the help.</summary>
static class Flag
{
    public static Option<int> Whole(string name, int preset, string help, int from = 0) => new(name)
    {
        Description = help,
        HelpName = "number",
        DefaultValueFactory = _ => preset,
        CustomParser = result => int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= from
            ? value
            : Refuse<int>(result, $"a whole number from {from}"),
    };

    public static Option<T> Number<T>(string name, T preset, string help) where T : struct, IFloatingPoint<T> => new(name)
    {
        Description = help,
        HelpName = "number",
        DefaultValueFactory = _ => preset,
        CustomParser = result => T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && T.IsFinite(value)
            ? value
            : Refuse<T>(result, "a number such as 0.1"),
    };

    /// <returns>An option that is null unless given.</returns>
    public static Option<int?> MaybeWhole(string name, string help, int from = 0) => new(name)
    {
        Description = help,
        HelpName = "number",
        CustomParser = result => int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= from
            ? value
            : Refuse<int?>(result, $"a whole number from {from}"),
    };

    /// <returns>An option that is null unless given, alone or with <c>true</c> or <c>false</c>.</returns>
    public static Option<bool?> MaybeSwitch(string name, string help) => new(name) { Description = help, HelpName = "true|false", Arity = ArgumentArity.ZeroOrOne };

    /// <returns>An option that is null unless given.</returns>
    public static Option<double?> MaybeNumber(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "number",
        CustomParser = result => double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : Refuse<double?>(result, "a number such as 0.1"),
    };

    /// <summary>What products are computed in, where no model's name could say it.</summary>
    public static Option<Precision> InPrecision() => new("--precision")
    {
        Description = "What products are computed in",
        HelpName = string.Join('|', ModelReference.Precisions.Select(entry => entry.Name)),
        CustomParser = result => ModelReference.Precisions.FirstOrDefault(entry => entry.Name == result.Tokens[0].Value) is { Name: not null } found
            ? found.Precision
            : Refuse<Precision>(result, "one of " + string.Join(", ", ModelReference.Precisions.Select(entry => entry.Name))),
    };

    /// <returns>How pairs are written; null unless given.</returns>
    public static Option<string> PairTemplate() => new("--pair-template")
    {
        Description = "How a model from elsewhere is asked, such as 'Query: {query}\\nProduct: {product}'; default: as its folder says",
        HelpName = "text",
        CustomParser = result => PairTemplates.Read(result.Tokens[0].Value) ?? Refuse<string>(result, "a text with {query} and {product}"),
    };

    /// <returns>How systems of these names are asked; null unless given.</returns>
    public static Option<Dictionary<string, string>?> PairTemplatesByName() => new("--pair-template")
    {
        Description = "How a system from elsewhere is asked, such as 'NAME=Query: {query}\\nProduct: {product}'; may be given for several; default: as their folders say",
        HelpName = "name=text",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var templates = new Dictionary<string, string>();
            foreach (string text in result.Tokens.Select(token => token.Value))
                if (PairTemplates.Parse(text) is [{ Model: { } name, Text: var template }]) templates[name] = template;
                else return Refuse<Dictionary<string, string>?>(result, "NAME=TEXT, a text with {query} and {product}");
            return templates;
        },
    };

    /// <param name="preset">Null: none unless given.</param>
    public static Option<string> Text(string name, string? preset, string help, string helpName = "text")
    {
        var option = new Option<string>(name) { Description = help, HelpName = helpName };
        if (preset is not null) option.DefaultValueFactory = _ => preset;
        return option;
    }

    public static Option<bool> Switch(string name, string help) => new(name) { Description = help };

    /// <summary>One of an enumeration's names, written in kebab case as recipes write it.</summary>
    /// <returns>An option that is null unless given; the help would show the default under its C# name.</returns>
    public static Option<T?> Choice<T>(string name, T preset, string help) where T : struct, Enum =>
        MaybeChoice<T>(name, $"{help} [default: {Names<T>()[Array.IndexOf(Enum.GetValues<T>(), preset)]}]");

    /// <summary>The same without a default to show.</summary>
    public static Option<T?> MaybeChoice<T>(string name, string help) where T : struct, Enum => new(name)
    {
        Description = help,
        HelpName = string.Join('|', Names<T>()),
        CustomParser = result => ParseChoice<T>(result),
    };

    /// <inheritdoc cref="Choice{T}(string, T, string)"/>
    public static Argument<T> Choice<T>(string name, string help) where T : struct, Enum => new(name)
    {
        Description = help,
        HelpName = name,
        CustomParser = ParseChoice<T>,
    };

    static string[] Names<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    internal static T ParseChoice<T>(ArgumentResult result) where T : struct, Enum =>
        Array.IndexOf(Names<T>(), result.Tokens[0].Value) is >= 0 and int index
            ? Enum.GetValues<T>()[index]
            : Refuse<T>(result, "one of " + string.Join(", ", Names<T>()));

    /// <summary>A text without a dash in front; otherwise a mistyped option would pass for it.</summary>
    public static Argument<string> Argument(string name, string help)
    {
        var argument = new Argument<string>(name) { Description = help };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && token.Value.StartsWith('-')) result.AddError($"unknown option '{token.Value}'");
        });
        return argument;
    }

    /// <summary>Adds the fault to the parse; the value returned is never used.</summary>
    public static T Refuse<T>(ArgumentResult result, string expected)
    {
        string name = result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
        result.AddError($"{name}: found '{result.Tokens[0].Value}'; expected {expected}");
        return default!;
    }
}
