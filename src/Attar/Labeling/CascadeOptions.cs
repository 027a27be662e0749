namespace Attar.Labeling;

/// <summary>The teachers that are named first label everything; a dearer one is asked besides, only about queries whose products they do not tell apart.</summary>
/// <param name="Teacher">The dear teacher, a name as those of <see cref="LabelStage.Teachers"/>; null where it is the stage's endpoint.</param>
/// <param name="Share">Of the pairs that it is asked about at most, by whole query.</param>
public sealed record CascadeOptions(string? Teacher = null, double Share = .2);
