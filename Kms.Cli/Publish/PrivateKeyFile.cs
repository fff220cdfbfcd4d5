using System.Text;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Makes files of private keys (PEM, PKCS #8, readable by their owner alone).</summary>
internal static class PrivateKeyFile
{
    /// <summary>
    /// Makes a key and puts it into a file that must not be there: under another name first, so that a file of that name is always whole.
    /// Whoever may make the same one takes turns (<see cref="HostFolder.TakeTurn"/>): the system's move does not refuse a file that comes meanwhile.
    /// </summary>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    public static void Make(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory) OwnersOnly.MakeFolder(directory);
        using SigningKey key = KeyImporter.Generate();
        string unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (FileStream stream = new(unfinished, OwnersOnly.Options(FileMode.CreateNew, FileAccess.Write)))
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
