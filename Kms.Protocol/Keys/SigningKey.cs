namespace Kms.Protocol;

/// <summary>A private key: it signs. Safe for use from many threads at once.</summary>
public abstract class SigningKey : IDisposable
{
    /// <summary>The size of a signature of either algorithm, in bytes.</summary>
    public const int SignatureSize = 64;

    private protected SigningKey(PublicKey publicKey) => PublicKey = publicKey;

    /// <summary>The public key that checks what this one signs.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Signs.</summary>
    /// <param name="data">What to sign.</param>
    /// <param name="signature">Receives the signature: exactly <see cref="SignatureSize"/> bytes.</param>
    public abstract void Sign(ReadOnlySpan<byte> data, Span<byte> signature);

    /// <summary>The key as a PEM block (<c>PRIVATE KEY</c>, PKCS #8, not encrypted).</summary>
    public abstract string ToPem();

    /// <summary>The key that this party shares with another (docs/PROTOCOL.md section 5, "Pairwise MAC").</summary>
    /// <param name="own">The name of this key's owner.</param>
    /// <param name="other">The name of the other party.</param>
    /// <param name="otherKey">The other party's public key.</param>
    /// <param name="sending">True for what this party sends, false for what it receives: each direction has its own.</param>
    /// <param name="key">The key.</param>
    /// <returns>False unless both keys are P-256.</returns>
    public abstract bool TryAgree(DomainName own, DomainName other, PublicKey otherKey, bool sending, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PairwiseKey? key);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the platform's handles.</summary>
    protected abstract void Dispose(bool disposing);
}
