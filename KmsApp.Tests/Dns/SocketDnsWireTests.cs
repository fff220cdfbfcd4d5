using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A socket for each conversation.</summary>
[TestClass]
public sealed class SocketDnsWireTests : DnsWireTests
{
    private protected override IDnsWire NewWire() => new SocketDnsWire();
}
