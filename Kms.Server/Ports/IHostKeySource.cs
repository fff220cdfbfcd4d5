using Kms.Protocol;

namespace Kms.Server;

/// <summary>The zones of the server: where the <c>key</c> records of hosts stand (docs/PROTOCOL.md section 7, "Keys of hosts").</summary>
public interface IHostKeySource
{
    /// <summary>Reads the TXT records at <c>_kms.&lt;host&gt;</c> from the server's own zones, the first <see cref="Spec.MaximumTextsOfHost"/> at most; never throws for what a zone does.</summary>
    Task<ZoneAnswer> ReadAsync(DomainName host, CancellationToken cancellation);
}
