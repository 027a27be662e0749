namespace Attar.Models.Files;

/// <summary>A model folder or checkpoint that cannot be used. The message is one line: the file, the tensor or key, what was expected, what the file has.</summary>
public sealed class CheckpointException(string message) : Exception(message);
