namespace Kms.Protocol;

/// <summary>An imported public key: it checks signatures. Safe for use from many threads at once.</summary>
public abstract class VerificationKey : IDisposable
{
    private protected VerificationKey(PublicKey publicKey) => PublicKey = publicKey;

    /// <summary>The key as it stands in configurations and messages.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Checks a signature.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">64 bytes; of any other length, or with another spelling of the same numbers, it is wrong.</param>
    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the platform's handles.</summary>
    protected abstract void Dispose(bool disposing);
}
