namespace Kms.Cli;

/// <summary>The forms in which a record can be printed.</summary>
internal enum RecordForm
{
    /// <summary>All of them, with words between.</summary>
    All = 0,

    /// <summary>Owner and text, a line each, for the console of a DNS server.</summary>
    Console,

    /// <summary>A line of a zone file.</summary>
    Zone,

    /// <summary>A script for <c>nsupdate</c>.</summary>
    Nsupdate,
}
