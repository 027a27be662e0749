using System.Text.Json.Serialization;
using Attar.Models.Heads;

namespace Attar.Labeling;

/// <summary>Whose labels these are and of what kind. Labels of different stamps do not compare, so they never share a store.</summary>
/// <remarks>Of several teachers whose scores were averaged, what each has of its own stands behind a comma.</remarks>
/// <param name="Teacher">SHA-256 of the teacher's weights and configuration; 128 bits of it of an endpoint's address, protocol and model; of BM25, of the catalogue.</param>
/// <param name="Tokenizer">SHA-256 of the teacher's tokenizer files; empty where the teacher keeps them to itself.</param>
/// <param name="Template">How pairs were written.</param>
/// <param name="Transform">What the distribution over grades became.</param>
/// <param name="Precision">Of the teacher's products, such as <c>float32</c> or <c>int8</c>; empty where it is not known.</param>
/// <param name="Grades">Columns p0, p1 ... of the distribution; 0 where only scores are known.</param>
/// <param name="Cascade">Where a dear teacher was asked about some queries: a column <c>asked</c>, 0 or 1, says about which.</param>
/// <param name="Polarise">How steep the sigmoid was through which each teacher's scores went before they were mixed; null: none.</param>
public sealed record LabelStamp(string Teacher, string Tokenizer, string Template, ScoreTransform Transform, string Precision, int Grades,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CascadeStamp? Cascade = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Polarise = null)
{
    /// <summary>The first thing that differs, such as <c>transform Logit here, ExpectedGain there</c>; null where nothing does.</summary>
    public string? DifferenceTo(LabelStamp there)
    {
        (string What, object? Here, object? There)[] parts =
        [
            ("teacher", Teacher, there.Teacher), ("tokenizer", Tokenizer, there.Tokenizer), ("template", Template, there.Template),
            ("transform", Transform, there.Transform), ("precision", Precision, there.Precision), ("grades", Grades, there.Grades),
            ("cascade", Cascade, there.Cascade), ("polarise", Polarise, there.Polarise),
        ];
        return parts.Where(part => !Equals(part.Here, part.There)).Select(part => $"{part.What} {part.Here ?? "none"} here, {part.There ?? "none"} there").FirstOrDefault();
    }
}
