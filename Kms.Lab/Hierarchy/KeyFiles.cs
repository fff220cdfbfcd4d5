namespace Kms.Lab;

/// <summary>Where the private keys of a hierarchy lie, readable by their owner alone.</summary>
internal static class KeyFiles
{
    /// <summary>The key of a KMS, within its app's folder.</summary>
    public const string OfKms = "keys/kms.pem";

    /// <summary>The key of a host, within the hierarchy's folder.</summary>
    public static string OfHost(string folder, string name) => Path.Combine(LabHostFolder.In(folder, name), LabHostFolder.Key);

    public static void Write(string path, Party owner)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using StreamWriter writer = new(path, options);
        writer.Write(owner.Key.ToPem());
    }
}
