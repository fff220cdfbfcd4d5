namespace Kms.Cli;

/// <summary>How far a change of the host's key is.</summary>
internal enum RotationStage
{
    /// <summary>None is under way.</summary>
    None = 0,

    /// <summary>The next key is made; the zone may not have it yet.</summary>
    Planned,

    /// <summary>The zone has both keys: the old one until the time of the change, the next one from then on.</summary>
    Published,

    /// <summary>The host uses the new key; the zone still has the old one's record.</summary>
    Switched,
}
