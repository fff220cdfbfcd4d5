using System.Security.Cryptography;
using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>The messages of the seed's Fig. 8: host A gets the key of host B, attested by kms00.xx.</summary>
internal static class Fig8
{
    public const string Attester = "kms00", HostA = "host-a.b.a.xx", HostB = "host-b.c.a.xx",
        Kms00 = "kms00.xx", Kms0 = "kms0.a.xx", Kms1 = "kms1.b.a.xx", Kms2 = "kms2.c.a.xx";

    public const long Start = 1790000000;

    private const string WholePath = "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx";

    public static string HostId { get; } = Id("the inquiry of host A");

    public static string KmsId { get; } = Id("the inquiry of KMS1");

    public static Draft Key { get; } = new("key", [("name", HostB), ("key", KeyOf("host-b"))]);

    public static Draft Arrow81 { get; } = new("inquiry",
        [("name", HostB), ("kms", Kms00), ("reply", "192.0.2.10:53"), ("from", HostA), ("to", Kms1), ("id", HostId), ("at", At(0))], "host-a");

    public static Draft Arrow82 { get; } = new("inquiry",
        [("name", HostB), ("kms", Kms00), ("reply", "192.0.2.1:53"), ("from", Kms1), ("to", Kms0), ("id", KmsId), ("at", At(0)), ("path", Kms1)], "kms1");

    public static Draft Arrow83 { get; } = new("inquiry",
        [("name", HostB), ("kms", Kms00), ("reply", "192.0.2.1:53"), ("from", Kms0), ("to", Kms2), ("id", KmsId), ("at", At(0)),
            ("path", "kms1.b.a.xx,kms0.a.xx")], "kms0");

    public static Draft Arrow84 { get; } = new("sign",
        [("name", HostB), ("kms", Kms00), ("reply", "192.0.2.1:53"), ("key", KeyOf("host-b")), ("kat", At(1)), ("from", Kms2), ("to", Kms0),
            ("id", KmsId), ("at", At(1)), ("path", "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx")], "kms2");

    public static Draft Arrow85 { get; } = new("sign",
        [("name", HostB), ("kms", Kms00), ("reply", "192.0.2.1:53"), ("key", KeyOf("host-b")), ("kat", At(1)), ("from", Kms0), ("to", Kms00),
            ("id", KmsId), ("at", At(1)), ("path", WholePath)], "kms0");

    public static Draft Attestation { get; } = new("attestation",
        [("name", HostB), ("key", KeyOf("host-b")), ("kms", Kms00), ("at", At(1)), ("exp", At(3601))], Attester);

    public static Draft Arrow86 { get; } = new("delivery",
        [("name", HostB), ("kms", Kms00), ("from", Kms00), ("to", Kms1), ("id", KmsId), ("at", At(2)), ("path", WholePath), ("result", "attested"),
            ("of", DigestOf(Attestation.Text))], Attester);

    public static Draft Acknowledgement { get; } = new("ack", [("of", DigestOf(Arrow82.Text))]);

    /// <summary>It counts until its window of 60 s and the skew of 300 s are over.</summary>
    public static Draft Arrow87 { get; } = new("answer",
        [("name", HostB), ("kms", Kms00), ("from", Kms1), ("of", DigestOf(Attestation.Text)), ("path", WholePath), ("at", At(2)), ("exp", At(362))], "kms1");

    /// <summary>KMS2 has no key of host B: the delivery that KMS0 passes on to KMS1.</summary>
    public static Draft UnsolvedDelivery { get; } = new("delivery",
        [("name", HostB), ("kms", Kms00), ("from", Kms0), ("to", Kms1), ("id", KmsId), ("at", At(1)), ("path", "kms1.b.a.xx,kms0.a.xx"),
            ("back", Kms1), ("result", "unsolved"), ("reason", "not-found")], "kms0");

    public static Draft Unsolved { get; } = new("unsolved",
        [("name", HostB), ("kms", Kms00), ("from", Kms1), ("reason", "not-found"), ("path", "kms1.b.a.xx,kms0.a.xx"), ("at", At(2)), ("exp", At(332))], "kms1");

    public static string At(long seconds) => (Start + seconds).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string KeyOf(string key) => VectorKeys.Public(key).ToString();

    public static string DigestOf(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static string Id(string what) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(what))[..16]);
}
