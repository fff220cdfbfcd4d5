using System.Net;
using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The network of the seed's Fig. 7, in memory: four key servers, host A in b.a.xx, host B in c.a.xx.</summary>
internal sealed class Figure7 : IDisposable
{
    public Figure7(AuthenticationMode mode = default, Func<Node, KeyServerConfiguration, KeyServerConfiguration>? change = null)
    {
        Network = new Network(Time);
        Kms00 = Network.Add("kms00.xx", "xx", Endpoint(1));
        Kms0 = Network.Add("kms0.a.xx", "a.xx", Endpoint(2));
        Kms1 = Network.Add("kms1.b.a.xx", "b.a.xx", Endpoint(3));
        Kms2 = Network.Add("kms2.c.a.xx", "c.a.xx", Endpoint(4));
        change ??= (_, configuration) => configuration;
        Kms00.Start(change(Kms00, Kms00.Configure(lower: [Kms0.AsLower(mode)])));
        Kms0.Start(change(Kms0, Kms0.Configure(Kms00.AsUpper(mode), [Kms1.AsLower(mode), Kms2.AsLower(mode)])));
        Kms1.Start(change(Kms1, Kms1.Configure(Kms0.AsUpper(mode), trusted: [Kms00.AsTrusted()])));
        Kms2.Start(change(Kms2, Kms2.Configure(Kms0.AsUpper(mode))));
        Kms1.Publish(new KeyRecord(HostA, Use.Identity, KeyA.PublicKey, null, null));
        Kms2.Publish(new KeyRecord(HostB, Use.Identity, KeyB.PublicKey, null, null));
    }

    public static DomainName HostA { get; } = DomainName.Parse("host-a.b.a.xx");

    public static DomainName HostB { get; } = DomainName.Parse("host-b.c.a.xx");

    public VirtualTime Time { get; } = new();

    public Network Network { get; }

    public Node Kms00 { get; }

    public Node Kms0 { get; }

    public Node Kms1 { get; }

    public Node Kms2 { get; }

    public SigningKey KeyA { get; } = KeyImporter.Generate();

    public SigningKey KeyB { get; } = KeyImporter.Generate();

    public IPEndPoint AddressOfA { get; } = Endpoint(10);

    public static IPEndPoint Endpoint(int number) => new(IPAddress.Parse($"192.0.2.{number}"), Spec.DnsPort);

    /// <summary>Host A's inquiry for a name, signed.</summary>
    public MessageText Inquire(DomainName name, DomainName? kms = null, Use use = default, Func<Inquiry, Inquiry>? change = null)
    {
        Inquiry inquiry = new(
            name, use, kms ?? Kms00.Name, AddressOfA, HostA, Kms1.Name, new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)),
            UnixTime.Floor(Time.GetUtcNow()), KmsPath.None);
        return MessageText.TrySign(change?.Invoke(inquiry) ?? inquiry, KeyA, out MessageText? text) ? text : throw new InvalidOperationException("too long");
    }

    /// <summary>Host A asks KMS1.</summary>
    public Task<Response> AskAsync(MessageText inquiry) => Kms1.ReceiveAsync(AddressOfA, isStream: false, inquiry);

    public void Dispose()
    {
        Network.Dispose();
        KeyA.Dispose();
        KeyB.Dispose();
    }
}
