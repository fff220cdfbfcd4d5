using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;

namespace KmsApp;

/// <summary>
/// The file of the private key (PEM, PKCS #8, readable by the server alone). Made when it is wanted for the first time, and never
/// again where this server has had one. What is wrong with it goes to the log, never to the caller: it is trouble of this
/// one node, while the configuration is that of a whole cluster.
/// </summary>
/// <param name="folder">The app's folder, with the marker.</param>
/// <param name="importer">Imports the key.</param>
/// <param name="log">The log.</param>
internal sealed class KeyFile(string folder, KeyImporter importer, Action<string> log)
{
    private const int GreatestLength = 16_384;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>How often an idle KMS looks whether its key is there.</summary>
    public static readonly TimeSpan LooksAgainAfter = TimeSpan.FromSeconds(30);

    /// <summary>Whether there is a file.</summary>
    public bool IsThere(string setting) => File.Exists(Path.Combine(folder, setting));

    /// <summary>Reads the key, or makes it.</summary>
    /// <param name="setting">The setting <c>privateKeyFile</c>: a full path, or one within the app's folder.</param>
    /// <param name="mayMake">Whether a key may be made: only on a human's word, never because a volume seems to be there at last.</param>
    /// <returns>Null where there is no usable key; the log says why.</returns>
    public SigningKey? Open(string setting, bool mayMake = true)
    {
        string path = setting;
        try
        {
            path = Path.GetFullPath(setting, Path.GetFullPath(folder));
            KeyMarker? marker = KeyMarker.Read(folder);
            if (!File.Exists(path))
            {
                if (marker is not null)
                {
                    log($"The private key {path} is missing, and this server has used one before ({marker.Path}, fingerprint {marker.Fingerprint}). "
                        + $"The KMS stays idle. Put the key back, or mount its volume: this server looks every {LooksAgainAfter.TotalSeconds:0} s. "
                        + $"To begin with a new key instead, delete {KeyMarker.FileName} in {folder} and save the configuration.");
                    return null;
                }
                if (!mayMake) return null;
                Make(path, isInFolder: !Path.IsPathRooted(setting));
            }
            SigningKey key = Read(path);
            Mark(marker, path, key.PublicKey);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            log($"The private key {path} cannot be used, and the KMS stays idle: {e.Message} This server looks every {LooksAgainAfter.TotalSeconds:0} s whether a key that can be used is there.");
            return null;
        }
    }

    /// <summary>Makes a key under another name and moves it there as a whole; who comes second reads the first one's.</summary>
    private void Make(string path, bool isInFolder)
    {
        string directory = Path.GetDirectoryName(path) ?? folder;
        if (!Directory.Exists(directory))
        {
            // A directory elsewhere that is not there is a mistyped path or a volume that is not mounted.
            if (!isInFolder) throw new DirectoryNotFoundException($"There is no directory {directory}. Mount its volume; or, to have a key made there, make the directory and save the configuration.");
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
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
            log($"Made the private key {path}. Keep a copy: uninstalling the app deletes its folder.");
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another initialization was first.
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private SigningKey Read(string path)
    {
        if (new FileInfo(path).Length > GreatestLength) throw new CryptographicException($"It is longer than {GreatestLength} bytes.");
        SigningKey key = importer.ImportPem(File.ReadAllText(path, Encoding.ASCII));
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            log($"The private key {path} can be read or written by others than its owner; put that right by chmod 600.");
        return key;
    }

    private void Mark(KeyMarker? marker, string path, PublicKey publicKey)
    {
        KeyMarker now = new(path, publicKey.Fingerprint.ToString());
        if (now == marker) return;
        if (marker is not null && marker.Fingerprint != now.Fingerprint)
            log($"The private key {path} is another one than before (fingerprint {now.Fingerprint}, formerly {marker.Fingerprint}): the neighbours, and who trusts this KMS, need its public key.");
        try
        {
            now.Write(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log($"{KeyMarker.FileName} in {folder} cannot be written, so a missing key would be made anew: {e.Message}");
        }
    }
}
