namespace Kms.Client;

/// <summary>The limits of the host's side: every table, queue and text has one.</summary>
public static class Limits
{
    /// <summary>The rows of a key table, unless its maker says otherwise: one for each name, use and trust anchor.</summary>
    public const int TableRows = 10_000;

    /// <summary>Inquiries of one client under way at once, unless its maker says otherwise. Callers who ask the same share one.</summary>
    public const int InquiriesUnderWay = 1024;

    /// <summary>The steps that a result tells of.</summary>
    public const int TraceSteps = 64;

    /// <summary>How many of these one inquiry may take. Strangers can cause more; the further ones are only counted.</summary>
    public const int InquiryTraceSteps = 56;

    /// <summary>
    /// How much longer than its entry a mark is kept. An attestation lives for a day at most: when the mark leaves, every
    /// attestation of the key that was replaced has ended (docs/PROTOCOL.md section 8, step 65).
    /// </summary>
    public static readonly TimeSpan MarkOutlivesEntry = TimeSpan.FromDays(1);

    /// <summary>How often a <see cref="KeyTable"/> looks for rows whose time is over.</summary>
    public static readonly TimeSpan TableSweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>How often a <see cref="FileKeyTable"/> that is written to looks for rows whose time is over.</summary>
    public static readonly TimeSpan FileTableSweepInterval = TimeSpan.FromHours(1);

    /// <summary>The longest file of a row, in bytes: an attestation, a path, two keys and four names fit well.</summary>
    public const int FileTableRowLength = 32 * 1024;

    /// <summary>How long a writer waits for the others at a <see cref="FileKeyTable"/>. One write takes milliseconds.</summary>
    public static readonly TimeSpan FileTableLockPatience = TimeSpan.FromSeconds(5);

    /// <summary>How often at most one entry's refresh is tried.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);

    /// <summary>The last part of an entry's life, in which its use leads to a refresh: one part in so many.</summary>
    public const int RefreshPart = 4;

    /// <summary>How long the system's resolver may take for the name in an address of the KMS.</summary>
    public static readonly TimeSpan ResolutionTime = TimeSpan.FromSeconds(2);

    /// <summary>How many of the addresses that it finds are tried.</summary>
    public const int ResolvedAddresses = 4;
}
