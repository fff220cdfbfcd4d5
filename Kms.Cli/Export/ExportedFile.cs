namespace Kms.Cli;

/// <summary>A file that an export writes.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSecret">Whether its owner alone may read it; then it is never printed.</param>
internal sealed record ExportedFile(string Path, string Content, bool IsSecret = false)
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Open = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Whether the file there has another content, or there is none.</summary>
    public bool Differs() => !File.Exists(Path) || File.ReadAllText(Path) != Content;

    /// <summary>Writes it: a reader sees the old content or the new one, never half of it.</summary>
    public void Write()
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        Directory.CreateDirectory(folder);
        string next = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(Path)}.{Environment.ProcessId}");
        File.Delete(next); // one that was left behind might be readable by others
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = IsSecret ? Secret : Open;
        using (FileStream file = new(next, options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(Content));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, Path, overwrite: true);
    }
}
