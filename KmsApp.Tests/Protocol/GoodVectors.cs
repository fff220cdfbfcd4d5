using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>The vectors that are read and verified.</summary>
internal static class GoodVectors
{
    public static string[] SixteenNames { get; } = [.. Enumerable.Range(1, 15).Select(i => $"kms{i}.b.a.xx"), Fig8.Kms1];

    /// <summary>For each type a message with every tag that can stand beside the others: what the bad vectors are made of.</summary>
    public static Draft[] Full { get; } =
    [
        Fig8.Arrow83.Adding("use", "ssh", "kms"),
        Fig8.Arrow85.Adding("use", "ssh", "kms").Adding("kexp", Fig8.At(86400), "from"),
        Fig8.Attestation.Adding("use", "ssh", "key"),
        Fig8.Arrow86.Adding("use", "ssh", "kms"),
        Fig8.UnsolvedDelivery.Adding("use", "ssh", "kms"),
        Fig8.Arrow87.Adding("use", "ssh", "kms"),
        Fig8.Unsolved.Adding("use", "ssh", "kms"),
        Fig8.Acknowledgement,
        Fig8.Key.Adding("use", "ssh", "key").Adding("nbf", Fig8.At(0)).Adding("exp", Fig8.At(86400)),
    ];

    public static IEnumerable<VectorFile> All() => [.. Exchange(), .. Inquiries(), .. SignatureRequests(), .. Deliveries(), .. Answers(), .. KeyCarriers()];

    private static IEnumerable<VectorFile> Exchange()
    {
        yield return Good("fig8/key-record", "the key of host B in the zone of c.a.xx, at _kms.host-b.c.a.xx", Fig8.Key, import: "P256");
        yield return Good("fig8/81-inquiry", "arrow 81: host A asks KMS1", Fig8.Arrow81);
        yield return Good("fig8/82-inquiry", "arrow 82: KMS1 asks KMS0", Fig8.Arrow82);
        yield return Good("fig8/82-ack", "KMS0 acknowledges arrow 82", Fig8.Acknowledgement);
        yield return Good("fig8/83-inquiry", "arrow 83: KMS0 asks KMS2, which serves the name", Fig8.Arrow83);
        yield return Good("fig8/84-sign", "arrow 84: KMS2 puts the key up for signature", Fig8.Arrow84, import: "P256");
        yield return Good("fig8/85-sign", "arrow 85: KMS0 passes it on to the trust anchor", Fig8.Arrow85, import: "P256");
        yield return Good("fig8/86-attestation", "in arrows 86 and 87: the trust anchor's signature", Fig8.Attestation, import: "P256");
        yield return Good("fig8/86-delivery", "arrow 86: the trust anchor delivers straight to reply", Fig8.Arrow86);
        yield return Good("fig8/87-answer", "arrow 87: KMS1 answers host A", Fig8.Arrow87);
        yield return Good("fig8/45-delivery", "the other end: KMS2 has no key, and KMS0 passes this on to KMS1", Fig8.UnsolvedDelivery);
        yield return Good("fig8/45-unsolved", "the other end: KMS1 tells host A", Fig8.Unsolved);
    }

    private static IEnumerable<VectorFile> Inquiries()
    {
        Draft inquiry = Fig8.Arrow82;
        yield return Good("inquiry/use", "a purpose other than identity", Fig8.Arrow81.Adding("use", "ssh", "kms"));
        yield return Good("inquiry/use-32", "the longest use", Fig8.Arrow81.Adding("use", "0123456789-abcdefghij-klmnopqrst", "kms"));
        yield return Good("inquiry/reply-ipv6", "an IPv6 address", inquiry.With("reply", "[2001:db8::1]:53"));
        string[] addresses = ["[::]:1", "[::1]:65535", "[1::]:53", "[2001:db8:0:1:1:1:1:1]:53", "[2001:db8::1:0:0:1]:53", "[2001:0:0:1::1]:53",
            "[::ffff:c000:201]:53", "[fe80::1]:53", "[abcd:ef01:2345:6789:abcd:ef01:2345:6789]:65535", "0.0.0.0:1", "255.255.255.255:65535"];
        for (int i = 0; i < addresses.Length; i++)
            yield return Good($"inquiry/reply-spelling-{i + 1}", $"the one spelling of an address: {addresses[i]}", inquiry.With("reply", addresses[i]));
        string label = new('a', 63);
        yield return Good("inquiry/name-label-63", "the longest label", inquiry.With("name", label + ".xx"));
        yield return Good("inquiry/name-253", "the longest name", inquiry.With("name", $"{label}.{label}.{label}.{label[..61]}"));
        yield return Good("inquiry/name-one-label", "a name of one label", inquiry.With("name", "xx"));
        yield return Good("inquiry/name-underscore", "labels may hold _ and -, at any place", inquiry.With("name", "_kms.-a-.__.0.xn--nxasmq6b.xx"));
        yield return Good("inquiry/path-16", "the longest path", inquiry.With("path", string.Join(',', SixteenNames)));
        yield return Good("inquiry/at-0", "the first second there is", inquiry.With("at", "0"));
        yield return Good("inquiry/at-last", "the last second there is", inquiry.With("at", "9999999999"));
        yield return Good("inquiry/id-zero", "any 16 bytes are an id", inquiry.With("id", Convert.ToBase64String(new byte[16])));
        yield return Good("inquiry/ed25519", "signed with Ed25519", Fig8.Arrow81 with { Signer = "ed25519" });
        yield return Good("inquiry/mac-host", "a host's inquiry with a pairwise MAC", Mac(Fig8.Arrow81, "host-a.b.a.xx host-a kms1.b.a.xx kms1"));
        yield return Good("inquiry/mac-kms", "a KMS's inquiry with a pairwise MAC", Mac(inquiry, "kms1.b.a.xx kms1 kms0.a.xx kms0"));
    }

    private static IEnumerable<VectorFile> SignatureRequests()
    {
        Draft request = Fig8.Arrow85;
        yield return Good("sign/kexp", "a published key that ends", request.Adding("kexp", Fig8.At(2), "from"), import: "P256");
        yield return Good("sign/path-signature-leg-only", "the KMS that was asked held the key", request.With("from", Fig8.Kms1).With("path", "/kms1.b.a.xx") with { Signer = "kms1" }, import: "P256");
        yield return Good("sign/path-16", "the longest path, of two legs",
            request.With("path", string.Join(',', SixteenNames[..8]) + "/" + string.Join(',', SixteenNames[9..]) + "," + Fig8.Kms0), import: "P256");
        yield return Good("sign/key-rsa", "an RSA key for another use goes up as opaque", request.Adding("use", "tls", "kms").With("key", Opaque("rsa")), import: "Algorithm");
        yield return Good("sign/reply-ipv6", "an IPv6 address", request.With("reply", "[2001:db8::53]:53"), import: "P256");
        yield return Good("sign/mac", "a signature request with a pairwise MAC", Mac(request, "kms0.a.xx kms0 kms00.xx kms00"), import: "P256");
    }

    private static IEnumerable<VectorFile> Deliveries()
    {
        Draft unsolved = Fig8.UnsolvedDelivery;
        foreach (string reason in (string[])["not-found", "no-route", "refused", "expired", "timeout"])
            yield return Good($"delivery/unsolved-{reason}", $"the reason {reason}", unsolved.With("reason", reason));
        yield return Good("delivery/unsolved-back-2", "the first delivery on the way back: two names are left",
            unsolved.With("from", Fig8.Kms2).With("to", Fig8.Kms0).With("back", "kms0.a.xx,kms1.b.a.xx") with { Signer = "kms2" });
        yield return Good("delivery/unsolved-path-2-legs", "a signature request that found no way", unsolved.With("path", "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx"));
        yield return Good("delivery/unsolved-back-16", "the longest way back",
            unsolved.With("path", string.Join(',', SixteenNames.Reverse())).With("back", string.Join(',', SixteenNames)).With("to", SixteenNames[0]));
        yield return Good("delivery/attested-path-signature-leg-only", "the KMS that was asked held the key",
            Fig8.Arrow86.With("path", "/kms1.b.a.xx"));
        yield return Good("delivery/attested-use", "another purpose", Fig8.Arrow86.Adding("use", "wireguard", "kms"));
        yield return Good("delivery/mac", "an unsolved delivery between neighbours with a pairwise MAC", Mac(unsolved, "kms0.a.xx kms0 kms1.b.a.xx kms1"));
    }

    private static IEnumerable<VectorFile> Answers()
    {
        yield return Good("answer/path-none", "the KMS that was asked needed nobody", Fig8.Arrow87.Without("path"));
        yield return Good("answer/mac", "in the way it was asked: with a pairwise MAC", Mac(Fig8.Arrow87, "kms1.b.a.xx kms1 host-a.b.a.xx host-a"));
        yield return Good("answer/ed25519", "a KMS with an Ed25519 key", Fig8.Arrow87 with { Signer = "ed25519" });
        yield return Good("unsolved/path-none", "the name ends at the KMS that was asked", Fig8.Unsolved.Without("path"));
        yield return Good("unsolved/mac", "in the way it was asked: with a pairwise MAC", Mac(Fig8.Unsolved, "kms1.b.a.xx kms1 host-a.b.a.xx host-a"));
        foreach (string reason in (string[])["no-route", "refused", "expired", "timeout"])
            yield return Good($"unsolved/{reason}", $"the reason {reason}", Fig8.Unsolved.With("reason", reason));
        yield return Good("ack/zero", "any 32 bytes are a digest", Fig8.Acknowledgement.With("of", Convert.ToBase64String(new byte[32])));
    }

    private static IEnumerable<VectorFile> KeyCarriers()
    {
        Draft attestation = Fig8.Attestation, key = Fig8.Key;
        yield return Good("attestation/use", "another purpose", attestation.Adding("use", "ssh", "key"), import: "P256");
        yield return Good("attestation/signed-ed25519", "a trust anchor with an Ed25519 key", attestation with { Signer = "ed25519" }, import: "P256");
        yield return Good("key/nbf", "a key that begins", key.Adding("nbf", Fig8.At(0)), import: "P256");
        yield return Good("key/exp", "a key that ends", key.Adding("exp", Fig8.At(0)), import: "P256");
        yield return Good("key/nbf-exp", "a key of one second", key.Adding("nbf", Fig8.At(0)).Adding("exp", Fig8.At(1)), import: "P256");

        byte[] p256 = VectorKeys.Public("host-b").Info.ToArray();
        byte[] offCurve = [.. p256];
        offCurve[^1] ^= 1;
        foreach ((string name, string why, byte[] info, string import) in ((string, string, byte[], string)[])
        [
            ("ed25519", "an Ed25519 key", VectorKeys.Public("ed25519").Info.ToArray(), "Ed25519"),
            ("rsa", "an RSA key is opaque: attested, but it authenticates nobody", VectorKeys.Info("rsa"), "Algorithm"),
            ("p384", "a key on another curve is opaque", VectorKeys.Info("p384"), "Algorithm"),
            ("explicit-curve", "P-256 by explicit parameters is opaque: it has a second spelling", VectorKeys.Info("explicit"), "Algorithm"),
            ("compressed-point", "a P-256 key with a compressed point is opaque", VectorKeys.Info("compressed"), "Algorithm"),
            ("hybrid-point", "a P-256 key with a hybrid point is opaque", VectorKeys.Info("hybrid"), "Algorithm"),
            ("off-curve", "a P-256 key whose point is not on the curve authenticates nobody", offCurve, "Point"),
            ("infinity", "a P-256 key of zeros authenticates nobody", [.. p256[..^64], .. new byte[64]], "Point"),
            ("least", "the least that has the shape of a SubjectPublicKeyInfo", [0x30, 0x09, 0x30, 0x03, 0x06, 0x01, 0x00, 0x03, 0x02, 0x00, 0x00], "Algorithm"),
        ])
        {
            yield return Good($"attestation/key-{name}", why, attestation.Adding("use", "tls", "key").With("key", Convert.ToBase64String(info)), import);
            yield return Good($"key/key-{name}", why, key.Adding("use", "tls", "key").With("key", Convert.ToBase64String(info)), import);
        }
        yield return Good("key/length-4096", "the longest text", OfLength(4096), "Algorithm");
    }

    /// <summary>A key record whose text has exactly this length.</summary>
    public static Draft OfLength(int length)
    {
        for (int bits = 1000; ; bits++)
        {
            int content = bits + 10; // the algorithm, tag and length of the bit string, and its unused bits
            byte[] info = [0x30, 0x82, (byte)(content >> 8), (byte)(content & 0xFF), 0x30, 0x03, 0x06, 0x01, 0x00,
                0x03, 0x82, (byte)((bits + 1) >> 8), (byte)((bits + 1) & 0xFF), .. new byte[bits + 1]];
            Draft draft = Fig8.Key.With("key", Convert.ToBase64String(info));
            int missing = length - draft.Text.Length;
            if (missing < 8) return draft.With("name", new string('a', missing) + Fig8.HostB);
        }
    }

    private static Draft Mac(Draft draft, string parties) => draft with { Signer = null, MacParties = parties };

    private static string Opaque(string file) => Convert.ToBase64String(VectorKeys.Info(file));

    private static VectorFile Good(string name, string why, Draft draft, string? import = null) =>
        new(name, "success", why, Encoding.ASCII.GetBytes(draft.Text), draft.Signer, draft.MacParties, import);
}
