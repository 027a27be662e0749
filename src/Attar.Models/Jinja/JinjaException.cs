namespace Attar.Models.Jinja;

/// <summary>A template that is broken, that asks for something this interpreter cannot do, or that refuses its input.</summary>
public sealed class JinjaException(string message) : Exception(message);
