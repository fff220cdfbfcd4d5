using System.Net;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>What a <see cref="KmsClient"/> takes from outside: network, time, randomness, and the table that it fills.</summary>
public sealed record KmsClientEnvironment
{
    /// <summary>Carries inquiries to the KMS and answers back.</summary>
    public required DnsExchange Exchange { get; init; }

    /// <summary>Makes the wire to a server over TLS, for the addresses of the KMS that want it.</summary>
    public Func<TlsServer, IDnsWire> OverTls { get; init; } = server => new TlsDnsWire(server);

    /// <summary>
    /// Finds the addresses of a name in an address of the KMS. That it cannot is a
    /// <see cref="System.Net.Sockets.SocketException"/>: the address is then passed over.
    /// </summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Imports the public keys of the configuration; without Ed25519, a configuration that needs it is refused.</summary>
    public KeyImporter Importer { get; init; } = new(null);

    /// <summary>The host's own key table, which several clients may share.</summary>
    public IKeyTable Table { get; init; } = new KeyTable();

    /// <summary>Tells the time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the ids of inquiries.</summary>
    public RandomBytes Random { get; init; } = RandomNumberGenerator.Fill;

    /// <summary>
    /// The local address toward a server, for inquiries where the configuration names none. Trouble with the network is a
    /// <see cref="System.Net.Sockets.SocketException"/>: that address is then passed over.
    /// </summary>
    public Func<IPEndPoint, IPAddress> LocalAddress { get; init; } = Protocol.LocalAddress.Toward;

    /// <summary>The most inquiries under way at once; a further one fails with <see cref="FailureKind.TooManyInquiries"/>.</summary>
    public int MaximumInquiries { get; init; } = Limits.InquiriesUnderWay;
}
