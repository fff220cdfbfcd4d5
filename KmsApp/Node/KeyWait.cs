using Kms.Protocol;

namespace KmsApp;

/// <summary>
/// Waits for a private key that is missing or cannot be used: a volume that is mounted late, a file that is put back or mended.
/// It never makes one. What is wrong is said once, and again only when it is something else.
/// </summary>
/// <param name="setting">The setting <c>privateKeyFile</c>.</param>
/// <param name="folder">The app's folder.</param>
/// <param name="importer">Imports the key.</param>
/// <param name="log">The log.</param>
internal sealed class KeyWait(string setting, string folder, KeyImporter importer, ServerLog log) : IDisposable
{
    private readonly Lock _gate = new();
    private string _said = "";
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>Reads the key, or makes it where it may.</summary>
    /// <returns>Null where there is no usable key; the log says why.</returns>
    public SigningKey? Open(bool mayMake)
    {
        KeyFile file = new(folder, importer, SayOnce);
        if (file.Open(setting, mayMake) is not { } key) return null;
        if (importer.TryImport(key.PublicKey, out VerificationKey? verification, out KeyFault fault))
        {
            verification.Dispose();
            return key;
        }
        key.Dispose();
        SayOnce($"The private key {setting} cannot be used, and the KMS stays idle: {fault}.");
        return null;
    }

    /// <summary>Looks again and again, until a key is there.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="found">Takes the key.</param>
    public void Start(TimeProvider time, Action<SigningKey> found)
    {
        lock (_gate)
        {
            if (!_isDisposed) _timer = time.CreateTimer(_ => Look(found), null, KeyFile.LooksAgainAfter, KeyFile.LooksAgainAfter);
        }
    }

    /// <summary>Ends the wait.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Look(Action<SigningKey> found)
    {
        try
        {
            if (new KeyFile(folder, importer, SayOnce).IsThere(setting) && Open(mayMake: false) is { } key) found(key);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.Write(e); // a timer has nobody else to tell
        }
    }

    private void SayOnce(string line)
    {
        if (line == _said) return;
        _said = line;
        log.Write(line);
    }
}
