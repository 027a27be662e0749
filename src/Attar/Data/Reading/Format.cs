namespace Attar.Data.Reading;

/// <summary>A way in which other programs keep rows: recognised by its content, read row by row.</summary>
abstract class Format
{
    /// <summary>As <c>--format</c> has it.</summary>
    public abstract string Name { get; }

    /// <summary>For people, one line.</summary>
    public abstract string About { get; }

    /// <summary>Whether all columns are known from the first row on; where rows name their own, one may come late.</summary>
    public virtual bool HasHeader => false;

    public abstract bool Recognises(ForeignFile file);

    /// <summary>The name with what was found out of this file.</summary>
    public virtual string Describe(ForeignFile file) => file.Encoding.IsUtf8 ? Name : $"{Name}, {file.Encoding.Name}";

    /// <summary>Whether ratings start at 0 by definition, so that none has to be found to know it.</summary>
    public virtual bool RatesFromZero => false;

    /// <summary>All rows; what cannot be read becomes faults. The row handed out is the same object each time.</summary>
    /// <param name="wanted">Columns whose values are needed; null: all.</param>
    public abstract IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null);
}
