using Kms.Protocol;

namespace Kms.Server;

/// <summary>A key that authenticates a host. It is imported when the host speaks, or where it has to be chosen among several.</summary>
/// <param name="record">The record that publishes it; for a configured key one without times.</param>
/// <param name="importer">Imports it.</param>
internal sealed class HostIdentity(KeyRecord record, KeyImporter importer)
{
    private readonly Lazy<VerificationKey?> _key = new(() => importer.TryImport(record.Key, out VerificationKey? key, out _) ? key : null);
    private PairwiseKeys? _pairwise;

    /// <summary>The record that publishes it.</summary>
    public KeyRecord Record => record;

    /// <summary>The imported key; null where it is none, such as a point that is not on its curve.</summary>
    public VerificationKey? Key => _key.Value;

    /// <summary>The keys of the pairwise MAC with this host, computed once; null where the two keys cannot agree.</summary>
    public PairwiseKeys? PairwiseWith(KeyServerConfiguration configuration)
    {
        // Two threads may compute them at once; both get the same.
        PairwiseKeys? pairwise = Volatile.Read(ref _pairwise);
        if (pairwise is null)
        {
            pairwise = PairwiseKeys.TryAgree(configuration.Name, configuration.Key, record.Name, record.Key);
            Volatile.Write(ref _pairwise, pairwise);
        }
        return pairwise;
    }
}
