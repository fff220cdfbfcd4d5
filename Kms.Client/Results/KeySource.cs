namespace Kms.Client;

/// <summary>Where a key was found.</summary>
public enum KeySource
{
    /// <summary>At the KMS, asked over the network (steps 63 to 65).</summary>
    Network = 0,

    /// <summary>In the host's own table (step 61).</summary>
    OwnTable,
}
