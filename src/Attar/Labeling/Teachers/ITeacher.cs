using Attar.Augmentation;

namespace Attar.Labeling.Teachers;

/// <summary>A teacher that runs here. For one caller at a time.</summary>
interface ITeacher : IDisposable
{
    /// <summary>Grades of its distribution; 0 of a teacher that gives scores alone.</summary>
    int Grades { get; }

    /// <summary>How it writes a pair, for the stamp of its labels.</summary>
    string Template { get; }

    /// <summary>What is to be said of what it read, for a person.</summary>
    IEnumerable<string> Notes => [];

    /// <summary>Whether the dear teacher of a cascade was asked about the pair at that place of the last call; null of any other teacher.</summary>
    bool? Asked(int place) => null;

    /// <param name="scores">(pairs)</param>
    /// <param name="distributions">(pairs, Grades)</param>
    void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions);
}
