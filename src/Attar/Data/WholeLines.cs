namespace Attar.Data;

/// <summary>Files that grow line by line and may end in the middle of one, because the process was killed.</summary>
static class WholeLines
{
    /// <summary>Cuts off what follows the last whole line.</summary>
    /// <returns>How many lines are left; 0 for a file that is not there.</returns>
    public static long Keep(string path)
    {
        if (!File.Exists(path)) return 0;
        using var stream = new FileStream(path, FileMode.Open);
        byte[] buffer = new byte[1 << 16];
        long lines = 0, end = 0, position = 0;
        for (int read; (read = stream.Read(buffer)) > 0; position += read)
            for (int i = 0; i < read; i++)
                if (buffer[i] == '\n') (lines, end) = (lines + 1, position + i + 1);
        stream.SetLength(end);
        return lines;
    }
}
