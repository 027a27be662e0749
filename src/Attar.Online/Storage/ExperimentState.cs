namespace Attar.Online.Storage;

/// <summary>An arm that was halted, and why.</summary>
public sealed record Halt(string Arm, string Reason, DateTimeOffset At);

/// <summary>What the store knows of an experiment beyond its definition: what people and guard rails changed while it ran.</summary>
/// <param name="Begun">When a server first had it.</param>
/// <param name="Traffic">In place of its ramp's share; null where nobody set one.</param>
/// <param name="Stopped">Null while it runs.</param>
public sealed record ExperimentState(string Name, string Definition, DateTimeOffset Begun, double? Traffic, DateTimeOffset? Stopped, IReadOnlyList<Halt> Halts);
