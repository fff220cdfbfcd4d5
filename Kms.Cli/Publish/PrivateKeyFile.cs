using System.Text;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Makes files of private keys (PEM, PKCS #8, readable by their owner alone).</summary>
internal static class PrivateKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Makes a key and puts it into a file that must not be there: under another name first, so that a file of that name is always whole.
    /// </summary>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    public static void Make(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
        using SigningKey key = KeyImporter.Generate();
        string unfinished = $"{path}.{Guid.NewGuid():N}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        try
        {
            using (FileStream stream = new(unfinished, options))
            {
                stream.Write(Encoding.ASCII.GetBytes(key.ToPem() + "\n"));
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: false);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
