namespace DnsServerCore.ApplicationCommon;

/// <summary>One page of a log.</summary>
public class DnsLogPage
{
    /// <summary>A page with its parts.</summary>
    public DnsLogPage(long pageNumber, long totalPages, long totalEntries, IReadOnlyList<DnsLogEntry> entries)
    {
        PageNumber = pageNumber;
        TotalPages = totalPages;
        TotalEntries = totalEntries;
        Entries = entries;
    }

    /// <summary>The number of this page.</summary>
    public long PageNumber { get; }

    /// <summary>The number of pages.</summary>
    public long TotalPages { get; }

    /// <summary>The number of entries on all pages.</summary>
    public long TotalEntries { get; }

    /// <summary>The entries on this page.</summary>
    public IReadOnlyList<DnsLogEntry> Entries { get; }
}
