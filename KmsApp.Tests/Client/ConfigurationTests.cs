using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class ConfigurationTests
{
    private static readonly KmsClientConfiguration Good = ClientWorld.Standard;

    internal static IEnumerable<object[]> Wrong() =>
    [
        ["no name", Good with { Name = default }, "This host has no name"],
        ["KMS without a name", Good with { Kms = Good.Kms with { Name = default } }, "has no name"],
        ["KMS with the host's name", Good with { Kms = Good.Kms with { Name = Good.Name } }, "a KMS is never a host"],
        ["KMS without an address", Good with { Kms = Good.Kms with { Addresses = [] } }, "has no address"],
        ["KMS with default addresses", Good with { Kms = Good.Kms with { Addresses = default } }, "has no address"],
        ["port 0", Good with { Kms = Good.Kms with { Addresses = [new IPEndPoint(IPAddress.Loopback, 0)] } }, "port 0"],
        ["KMS without a key", Good with { Kms = Good.Kms with { PublicKeys = [] } }, "No public key of the KMS kms1.b.a.xx"],
        ["KMS with a key of another algorithm", Good with { Kms = Good.Kms with { PublicKeys = [OtherKey()] } }, "neither P-256"],
        ["KMS with an Ed25519 key, without Ed25519", Good with { Kms = Good.Kms with { PublicKeys = [Ed25519Key()] } }, "BouncyCastle"],
        ["anchor without a name", WithAnchor(ClientWorld.TopAnchor with { Name = default }), "A trusted KMS has no name"],
        ["anchor without a domain", WithAnchor(ClientWorld.TopAnchor with { Domain = default }), "has no domain"],
        ["anchor without a key", WithAnchor(ClientWorld.TopAnchor with { PublicKeys = [] }), "No public key of the trusted KMS kms00.xx"],
        ["anchor with a point off the curve", WithAnchor(ClientWorld.TopAnchor with { PublicKeys = [OffTheCurve()] }), "not on the curve"],
        ["MACs with two keys of the KMS", Good with { Authentication = SealKind.Mac, Kms = Good.Kms with { PublicKeys = [ClientWorld.Kms1.PublicKey, ClientWorld.Kms0.PublicKey] } }, "exactly one key"],
        ["no authentication", Good with { Authentication = SealKind.None }, "neither signature nor MAC"],
    ];

    [TestMethod]
    [DynamicData(nameof(Wrong))]
    public void Constructor_WrongConfiguration_ToldWhatIsWrong(string title, object configuration, string message)
    {
        ConfigurationException exception = Assert.ThrowsExactly<ConfigurationException>(() => new ClientWorld((KmsClientConfiguration)configuration), title);
        Assert.Contains(message, exception.Message);
    }

    [TestMethod]
    public void Constructor_GoodConfigurations_Taken()
    {
        KmsClientConfiguration[] all =
        [
            Good,
            Good with { Authentication = SealKind.Mac },
            Good with { TrustAnchors = [] },
            Good with { TrustAnchors = default },
            Good with { Kms = Good.Kms with { PublicKeys = [ClientWorld.Kms1.PublicKey, ClientWorld.Kms0.PublicKey] } },
            Good with { Address = ClientWorld.SecondAddress },
        ];
        foreach (KmsClientConfiguration configuration in all) Assert.AreSame(configuration, new ClientWorld(configuration).Client.Configuration);
    }

    [TestMethod]
    public async Task Reconfigure_WrongConfiguration_EarlierOneStaysInForce()
    {
        ClientWorld world = new();
        Assert.ThrowsExactly<ConfigurationException>(() => world.Client.Reconfigure(Good with { Name = default }));
        Assert.AreSame(Good, world.Client.Configuration);
        Assert.IsInstanceOfType<KeyFound>(await world.AskAsync());
    }

    [TestMethod]
    public void Constructor_MacsWithAnEd25519Host_Refused()
    {
        Ed25519 ed25519 = TestEd25519.Bound;
        ConfigurationException exception = Assert.ThrowsExactly<ConfigurationException>(() => new ClientWorld(
            Good with { Key = TestEd25519.NewKey(), Authentication = SealKind.Mac }, importer: new KeyImporter(ed25519)));
        Assert.Contains("P-256", exception.Message);
    }

    private static KmsClientConfiguration WithAnchor(TrustAnchor anchor) => Good with { TrustAnchors = [anchor] };

    private static PublicKey Ed25519Key() => TestEd25519.NewKey().PublicKey;

    private static PublicKey OtherKey()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        return PublicKey.Parse(Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()));
    }

    private static PublicKey OffTheCurve()
    {
        byte[] info = ClientWorld.Kms00.PublicKey.Info.ToArray();
        info[^1] ^= 1;
        return PublicKey.Parse(Convert.ToBase64String(info));
    }
}
