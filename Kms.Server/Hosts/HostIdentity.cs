using Kms.Protocol;

namespace Kms.Server;

/// <summary>A key that authenticates a host.</summary>
/// <param name="Record">The record that publishes it; for a configured key one without times.</param>
/// <param name="Key">The imported key.</param>
internal sealed record HostIdentity(KeyRecord Record, VerificationKey Key)
{
    private PairwiseKeys? _pairwise;

    /// <summary>The keys of the pairwise MAC with this host, computed once; null where the two keys cannot agree.</summary>
    public PairwiseKeys? PairwiseWith(KeyServerConfiguration configuration)
    {
        // Two threads may compute them at once; both get the same.
        PairwiseKeys? pairwise = Volatile.Read(ref _pairwise);
        if (pairwise is null)
        {
            pairwise = PairwiseKeys.TryAgree(configuration.Name, configuration.Key, Record.Name, Key.PublicKey);
            Volatile.Write(ref _pairwise, pairwise);
        }
        return pairwise;
    }
}
