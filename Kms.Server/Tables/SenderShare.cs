using Kms.Protocol;

namespace Kms.Server;

/// <summary>What of the memory against replay one sender takes up.</summary>
internal sealed class SenderShare(DomainName from)
{
    /// <summary>The sender.</summary>
    public DomainName From => from;

    /// <summary>How many of its requests are remembered.</summary>
    public int Count { get; set; }
}
