using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Messages by hand: good ones, and ones with exactly one fault.</summary>
internal static class Forge
{
    /// <summary>A host's inquiry about B, well made.</summary>
    public static Inquiry Inquiry(Hierarchy hierarchy) => new(
        hierarchy.B.Name, Use.Identity, hierarchy.Top.Name, hierarchy.KmsOfA.Endpoint, hierarchy.A.Name, hierarchy.KmsOfA.Name, NewId(),
        UnixTime.Floor(hierarchy.Time.GetUtcNow()), KmsPath.None);

    /// <summary>A signature request of A's KMS to the one above it, well made where its domain holds the host.</summary>
    public static SignatureRequest SignatureRequest(Hierarchy hierarchy, LabHost host)
    {
        DateTimeOffset now = UnixTime.Floor(hierarchy.Time.GetUtcNow());
        KmsPath.None.TryAddSignature(hierarchy.KmsOfA.Name, out KmsPath path);
        return new(
            host.Name, Use.Identity, hierarchy.Top.Name, hierarchy.KmsOfA.Endpoint, host.Key.PublicKey, now, null,
            hierarchy.KmsOfA.Name, hierarchy.KmsOfA.Upper!.Name, NewId(), now, path);
    }

    /// <summary>A packet with a request, and an attestation where one is given.</summary>
    public static DnsMessage Packet(MessageText request, params MessageText[] beside) =>
        KmsPacket.Request(0, ((Request)request.Message).Name.Value, [request.Text, .. beside.Select(text => text.Text)]);

    public static InquiryId NewId() => new(RandomNumberGenerator.GetBytes(InquiryId.Size));

    /// <summary>The text with one byte changed in a tag's value, once for each tag after the head.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> OneByteChanged(MessageText text)
    {
        byte[] original = text.Text.ToArray();
        int at = Message.Head.Length;
        while ((at = original.AsSpan(at).IndexOf("; "u8) is var found and >= 0 ? at + found + 2 : -1) > 0)
        {
            int start = at + original.AsSpan(at).IndexOf((byte)'=') + 1;
            int end = original.AsSpan(start).IndexOf((byte)';') is var next and >= 0 ? start + next : original.Length;
            byte[] changed = [.. original];
            int middle = start + ((end - start) / 2);
            changed[middle] = changed[middle] switch
            {
                (byte)'9' or (byte)'z' or (byte)'Z' or (byte)'.' or (byte)':' or (byte)'/' or (byte)'+' or (byte)',' or (byte)'-' => (byte)'1',
                var octet => (byte)(octet + 1),
            };
            yield return changed;
        }
    }

    /// <summary>The text with another signature.</summary>
    public static ReadOnlyMemory<byte> WithSignature(MessageText text, ReadOnlySpan<byte> signature)
    {
        byte[] changed = text.Text.ToArray();
        string base64 = Convert.ToBase64String(signature);
        Encoding.ASCII.GetBytes(base64).CopyTo(changed, changed.Length - base64.Length);
        return changed;
    }

    /// <summary>The signature with one bit of r changed.</summary>
    public static byte[] OtherR(ReadOnlySpan<byte> signature)
    {
        byte[] changed = signature.ToArray();
        changed[7] ^= 1;
        return changed;
    }

    /// <summary>The signature with n − s in place of s: mathematically as good.</summary>
    public static byte[] OtherS(ReadOnlySpan<byte> signature)
    {
        // n, the order of P-256's group (FIPS 186-4, D.1.2.3).
        BigInteger order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        byte[] s = (order - new BigInteger(signature[32..], isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] changed = signature.ToArray();
        changed.AsSpan(32).Clear();
        s.CopyTo(changed, 64 - s.Length);
        return changed;
    }
}
