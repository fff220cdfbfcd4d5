namespace KmsApp;

/// <summary>
/// A file beside dnsApp.config that remembers which private key this server has used: a mistyped path or a volume that is not
/// mounted must not make a new identity.
/// </summary>
/// <param name="Path">The full path of the key file.</param>
/// <param name="Fingerprint">The SHA-256 of the public key, in base64.</param>
internal sealed record KeyMarker(string Path, string Fingerprint)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "kms-key.marker";

    private const string Explanation = "# The private key that this server has used. As long as this file is here, a missing key file is not made anew.";
    private const string PathTag = "path=";
    private const string FingerprintTag = "fingerprint=";

    /// <summary>Reads the marker; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read; so for <see cref="UnauthorizedAccessException"/>.</exception>
    public static KeyMarker? Read(string folder)
    {
        string file = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(file)) return null;
        string path = "", fingerprint = "";
        foreach (string line in File.ReadLines(file))
        {
            if (line.StartsWith(PathTag, StringComparison.Ordinal)) path = line[PathTag.Length..];
            if (line.StartsWith(FingerprintTag, StringComparison.Ordinal)) fingerprint = line[FingerprintTag.Length..];
        }
        return new KeyMarker(path, fingerprint);
    }

    /// <summary>Writes the marker in the place of the old one, at once.</summary>
    /// <exception cref="IOException">It cannot be written; so for <see cref="UnauthorizedAccessException"/>.</exception>
    public void Write(string folder)
    {
        string unfinished = System.IO.Path.Combine(folder, $"{FileName}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllLines(unfinished, [Explanation, PathTag + Path, FingerprintTag + Fingerprint]);
            File.Move(unfinished, System.IO.Path.Combine(folder, FileName), overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
