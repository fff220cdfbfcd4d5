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

    /// <summary>Writes it, in one piece.</summary>
    public void Write() => WholeFile.Replace(Path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(Content)), IsSecret ? Secret : Open);
}
