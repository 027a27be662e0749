namespace Attar;

/// <summary>A stage cannot go on (diverged training, collapsed scores, a missed expectation): exit code 1, one line, no stack trace.</summary>
public sealed class StageFailedException(string message) : Exception(message);
