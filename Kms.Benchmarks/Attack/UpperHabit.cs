namespace Kms.Benchmarks;

/// <summary>What a false upper KMS does.</summary>
internal enum UpperHabit
{
    /// <summary>It takes everything and says nothing.</summary>
    Silent,

    /// <summary>It acknowledges everything, and nothing comes of it.</summary>
    Idle,

    /// <summary>It sends each request on to TCP, and there answers with as much as a DNS packet can hold: records that bear the head, and no acknowledgement.</summary>
    Huge,
}
