using Attar.Tensors.Collectives;

namespace Attar.Workspaces;

/// <summary>One step of a recipe, with its options. Reads and writes only files of the workspace.</summary>
public abstract record Stage
{
    /// <summary>Unique within a recipe; the key under which the workspace remembers the stage.</summary>
    public abstract string Title { get; }

    /// <summary>Files or folders this stage reads; their content decides whether it must run again.</summary>
    public abstract IEnumerable<string> Inputs(Workspace workspace);

    /// <summary>Files or folders this stage writes.</summary>
    public abstract IEnumerable<string> Outputs(Workspace workspace);

    /// <summary>Whether the stage works on its former outputs in place and itself finds out what of them still holds; otherwise it begins with none, and what it writes replaces them when it is whole.</summary>
    public virtual bool KeepsOutputs => false;

    /// <summary>Whether a file of that name in a folder outside the workspace is left as it is, and so may be there before.</summary>
    public virtual bool Spares(string file) => false;

    /// <summary>The same stage with everything said that it would choose by what it finds: how it is remembered.</summary>
    public virtual Stage Resolved(Workspace workspace) => this;

    /// <summary>What cannot be of its options, whatever the workspace holds; asked of every stage of a recipe before the first one runs.</summary>
    public virtual IEnumerable<Fault> Faults() => [];

    /// <exception cref="InputException">telling all <see cref="Faults"/>.</exception>
    public void Check()
    {
        if (Faults().ToArray() is { Length: > 0 } faults) throw new InputException(faults, faults.Length);
    }

    /// <summary>Stages that run before it, each remembered for itself; they differ in their titles.</summary>
    public virtual IEnumerable<Stage> Before => [];

    /// <summary>Whether several ranks run it together; the first one alone runs the others.</summary>
    public virtual bool IsRanked => false;

    /// <summary>Runs, or resumes after a kill; afterwards every output exists, where the context's workspace has it.</summary>
    public abstract void Run(StageContext context);
}

/// <summary>What a stage needs besides its options; nothing ambient.</summary>
/// <param name="Ranks">Processes that run the stage together; null: this one alone.</param>
public sealed record StageContext(Workspace Workspace, ulong Seed, int Threads, IProgressSink Progress, TimeProvider Clock, CancellationToken Cancel, Communicator? Ranks = null)
{
    /// <summary>Whether this process writes what the stage makes.</summary>
    public bool Writes => Ranks is null or { Rank: 0 };

    /// <summary>Of a program of one's own: as many threads as the machine has processors, the system's clock, notes to a writer.</summary>
    public static StageContext Of(Workspace workspace, ulong seed, TextWriter notes, CancellationToken cancel = default) =>
        new(workspace, seed, Environment.ProcessorCount, new NoteLines(notes.WriteLine), TimeProvider.System, cancel);
}

/// <summary>Where a stage tells how far it is; the command line draws it.</summary>
public interface IProgressSink
{
    /// <param name="detail">A few words shown beside the bar, such as the running loss.</param>
    void Report(string what, long done, long total, string detail = "");

    /// <summary>A line worth keeping: a finished stage, a warning, a table row.</summary>
    void Note(string line);
}
