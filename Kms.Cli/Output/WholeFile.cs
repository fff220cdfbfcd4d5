namespace Kms.Cli;

/// <summary>Files that are replaced as a whole: a reader sees the old content or the new one, never half of it.</summary>
internal static class WholeFile
{
    /// <summary>Replaces a file, or makes it; its folder is made, too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="mode">Who may read it; null: as the process makes files.</param>
    /// <exception cref="IOException">It cannot be written; the old content stays.</exception>
    public static void Replace(string path, Action<Stream> write, UnixFileMode? mode = null)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        string next = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
        File.Delete(next); // one that was left behind might be readable by others
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using (FileStream file = new(next, options))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
