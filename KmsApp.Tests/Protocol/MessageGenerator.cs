using System.Collections.Immutable;
using System.Net;
using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Makes valid messages of random values.</summary>
internal sealed class MessageGenerator(Random random)
{
    private static readonly PublicKey[] Keys =
    [
        VectorKeys.Public("host-a"), VectorKeys.Public("host-b"), VectorKeys.Public("ed25519"), PublicKeyOf("rsa"), PublicKeyOf("p384"), PublicKeyOf("explicit"),
    ];

    public Message Next(MessageType type)
    {
        DomainName name = Name(), kms = Name(), from = Name(), to = Name();
        Use use = Use();
        DateTimeOffset at = Time(), later = Later(at);
        switch (type)
        {
            case MessageType.Inquiry:
                return new Inquiry(name, use, kms, Endpoint(), from, to, Id(), at, random.Next(3) == 0 ? KmsPath.None : PathEndingIn(from, signatureLeg: false));
            case MessageType.SignatureRequest:
                return new SignatureRequest(name, use, kms, Endpoint(), Key(), at, random.Next(2) == 0 ? null : later, from, to, Id(), Time(), PathEndingIn(from, signatureLeg: true));
            case MessageType.Attestation:
                return new Attestation(name, use, Key(), kms, at, later);
            case MessageType.Delivery when random.Next(2) == 0:
                KmsPath path = PathEndingIn(from, signatureLeg: true);
                return new Delivery(name, use, kms, from, path.First, Id(), at, path, [], DeliveryResult.Attested, Digest(), null);
            case MessageType.Delivery:
                KmsPath there = PathEndingIn(from, random.Next(2) == 0);
                ImmutableArray<DomainName> back = there.WayBack()[random.Next(there.Count)..];
                return new Delivery(name, use, kms, from, back[0], Id(), at, there, back, DeliveryResult.Unsolved, null, Reason());
            case MessageType.Answer:
                return new Answer(name, use, kms, from, Digest(), random.Next(2) == 0 ? KmsPath.None : PathEndingIn(from, random.Next(2) == 0), at, later);
            case MessageType.Unsolved:
                return new Unsolved(name, use, kms, from, Reason(), random.Next(2) == 0 ? KmsPath.None : PathEndingIn(from, random.Next(2) == 0), at, later);
            case MessageType.Acknowledgement:
                return new Acknowledgement(Digest());
            default:
                return new KeyRecord(name, use, Key(), random.Next(2) == 0 ? null : at, random.Next(2) == 0 ? null : later);
        }
    }

    public IPEndPoint Endpoint()
    {
        byte[] address = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(address);
        if (address.Length == 16)
        {
            // Runs of zeros are what the spelling of an IPv6 address turns on.
            for (int group = 0; group < 8; group++)
            {
                if (random.Next(2) == 0) address[2 * group] = 0;
                if (random.Next(5) > 1) address[2 * group] = address[(2 * group) + 1] = 0;
            }
        }
        return new IPEndPoint(new IPAddress(address), random.Next(1, 65536));
    }

    public DomainName Name()
    {
        StringBuilder name = new();
        int labels = random.Next(1, 5);
        for (int i = 0; i < labels; i++)
        {
            if (i > 0) name.Append('.');
            int length = random.Next(20) == 0 ? random.Next(1, 64) : random.Next(1, 9);
            for (int j = 0; j < length && name.Length < 252; j++) name.Append("abcdefghijklmnopqrstuvwxyz0123456789-_"[random.Next(38)]);
        }
        return DomainName.Parse(name.ToString());
    }

    private static PublicKey PublicKeyOf(string file) =>
        PublicKey.TryRead(VectorKeys.Info(file), out PublicKey? key) ? key : throw new InvalidOperationException(file);

    private KmsPath PathEndingIn(DomainName last, bool signatureLeg)
    {
        int inquiries = random.Next(signatureLeg ? 0 : 1, 8), signatures = signatureLeg ? random.Next(1, 8) : 0;
        KmsPath path = KmsPath.None;
        for (int i = 1; i <= inquiries; i++)
            Assert.IsTrue(path.TryAddInquiry(i == inquiries && !signatureLeg ? last : Name(), out path));
        for (int i = 1; i <= signatures; i++)
            Assert.IsTrue(path.TryAddSignature(i == signatures ? last : Name(), out path));
        return path;
    }

    private Use Use()
    {
        if (random.Next(2) == 0) return Kms.Protocol.Use.Identity;
        return Kms.Protocol.Use.Parse(string.Concat(Enumerable.Range(0, random.Next(1, 33)).Select(_ => "abcdefghijklmnopqrstuvwxyz0123456789-"[random.Next(37)])));
    }

    private DateTimeOffset Time() => DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(random.Next(2) == 0 ? Spec.MaximumTime : 4_000_000_000));

    private DateTimeOffset Later(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Min(Spec.MaximumTime, time.ToUnixTimeSeconds() + random.Next(1, 100_000)));

    private InquiryId Id() => new(Bytes(InquiryId.Size));

    private Digest Digest() => new(Bytes(Kms.Protocol.Digest.Size));

    private PublicKey Key() => Keys[random.Next(Keys.Length)];

    private Reason Reason() => Enum.GetValues<Reason>()[random.Next(5)];

    private byte[] Bytes(int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
