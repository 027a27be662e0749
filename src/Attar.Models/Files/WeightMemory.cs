namespace Attar.Models.Files;

/// <summary>Where weights are kept.</summary>
enum WeightMemory
{
    /// <summary>In memory of their own.</summary>
    Read,

    /// <summary>Values that need no conversion in the pages of their file, for as long as it is open; others as with <see cref="Read"/>.</summary>
    Mapped,

    /// <summary>As <see cref="Mapped"/>; a page that is written becomes the process's own.</summary>
    MappedToWrite,
}
