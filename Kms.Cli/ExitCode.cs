namespace Kms.Cli;

/// <summary>What the command ends with; other programs decide by it, so the numbers never change.</summary>
internal enum ExitCode
{
    /// <summary>Done; a key that was asked for was found.</summary>
    Found = 0,

    /// <summary>The command line or the configuration cannot be used; nothing was asked.</summary>
    Misused = 1,

    /// <summary>The name has no such key (<c>not-found</c>, and none was known before).</summary>
    HasNoKey = 2,

    /// <summary>What came was refused by a check, or a key that was known is now said not to exist. Do not connect.</summary>
    Refused = 3,

    /// <summary>There was no answer, or something else failed. It says nothing about the key.</summary>
    Failed = 4,
}
