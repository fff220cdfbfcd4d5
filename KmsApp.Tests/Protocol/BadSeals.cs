using System.Formats.Asn1;
using System.Text;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace KmsApp.Tests.Protocol;

/// <summary>The vectors that are read and not verified: every form is right, the signature or MAC is not.</summary>
internal static class BadSeals
{
    private static readonly Draft[] Sealed = [Fig8.Arrow81, Fig8.Arrow85, Fig8.Attestation, Fig8.Arrow86, Fig8.Arrow87, Fig8.Unsolved];

    public static IEnumerable<VectorFile> All() => [.. Sealed.SelectMany(OfType), .. Numbers(), .. EdwardsNumbers(), .. Macs()];

    private static IEnumerable<VectorFile> OfType(Draft draft)
    {
        string text = draft.Text, type = draft.Type;
        yield return Bad($"{type}/signature-name", "one letter of the name is another", draft, text.Replace("=host-b.", "=host-c.", StringComparison.Ordinal));
        yield return Bad($"{type}/signature-at", "one second later", draft, draft.With("at", Fig8.At(3)).Covered + draft.SealOf(draft.Covered));
        yield return Bad($"{type}/signature-stranger", "signed by another key", draft, (draft with { Signer = "host-b" }).Text);
        yield return Bad($"{type}/signature-covers-separator", "signed with the separator before the seal", draft, draft.Covered + draft.SealOf(draft.Covered + "; "));
        yield return Bad($"{type}/signature-covers-tag", "signed with the seal's own tag", draft, draft.Covered + draft.SealOf(draft.Covered + "; sig="));
        yield return Bad($"{type}/signature-without-head", "signed without the head", draft, draft.Covered + draft.SealOf(draft.Covered["v=KMS1; ".Length..]));
        yield return Bad($"{type}/signature-of-another", "the signature of another message", draft, draft.Covered + Fig8.Arrow82.SealOf(Fig8.Arrow82.Covered));
        byte[] signature = VectorKeys.Sign(draft.Signer!, Encoding.ASCII.GetBytes(draft.Covered));
        signature[10] ^= 0x10;
        yield return Bad($"{type}/signature-bit", "one bit of r is another", draft, WithSignature(draft, signature));
    }

    /// <summary>r and s, in every form that somebody could take.</summary>
    private static IEnumerable<VectorFile> Numbers()
    {
        Draft draft = Fig8.Attestation;
        byte[] signature = VectorKeys.Sign(draft.Signer!, Encoding.ASCII.GetBytes(draft.Covered));
        BigInteger r = new(1, signature[..32]), s = new(1, signature[32..]), n = VectorKeys.Order;
        BigInteger zero = BigInteger.Zero, one = BigInteger.One, half = n.ShiftRight(1);
        foreach ((string name, string why, BigInteger first, BigInteger second) in ((string, string, BigInteger, BigInteger)[])
        [
            ("high-s", "n - s verifies in plain ECDSA: a second spelling", r, n.Subtract(s)),
            ("r-zero", "r is zero", zero, s), ("s-zero", "s is zero", r, zero), ("both-zero", "r and s are zero", zero, zero),
            ("r-order", "r is n", n, s), ("s-order", "s is n", r, n), ("r-beyond", "r is n + 1", n.Add(one), s), ("s-beyond", "s is n + 1", r, n.Add(one)),
            ("s-half", "the greatest low s", r, half), ("s-half-more", "the least high s", r, half.Add(one)),
            ("swapped", "s before r", s, r), ("r-negated", "n - r", n.Subtract(r), s),
        ])
        {
            yield return Bad($"attestation/signature-{name}", why, draft, WithSignature(draft, [.. VectorKeys.Bytes(first), .. VectorKeys.Bytes(second)]));
        }
        yield return Bad("attestation/signature-ones", "r and s are all ones", draft, WithSignature(draft, [.. Enumerable.Repeat((byte)0xFF, 64)]));
        AsnWriter der = new(AsnEncodingRules.DER);
        using (der.PushSequence())
        {
            der.WriteIntegerUnsigned(signature.AsSpan(0, 32));
            der.WriteIntegerUnsigned(signature.AsSpan(32));
        }
        yield return Bad("attestation/seal-der", "r and s as DER", draft, WithSignature(draft, der.Encode())) with { Expect = "seal", Key = null };
    }

    private static IEnumerable<VectorFile> EdwardsNumbers()
    {
        Draft draft = Fig8.Attestation with { Signer = "ed25519" };
        byte[] signature = VectorKeys.Sign("ed25519", Encoding.ASCII.GetBytes(draft.Covered));
        BigInteger order = BigInteger.One.ShiftLeft(252).Add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] beyond = VectorKeys.Bytes(new BigInteger(1, [.. signature[32..].Reverse()]).Add(order));
        yield return Bad("attestation/signature-ed25519-s-beyond", "S + L: a second spelling", draft, WithSignature(draft, [.. signature[..32], .. beyond.Reverse()]));
        yield return Bad("attestation/signature-ed25519-zero", "64 zeros", draft, WithSignature(draft, new byte[64]));
        signature[63] ^= 0x80;
        yield return Bad("attestation/signature-ed25519-bit", "the highest bit of S", draft, WithSignature(draft, signature));
        yield return Bad("attestation/signature-ed25519-by-p256", "signed with P-256 by a party that has an Ed25519 key", draft, Fig8.Attestation.Text);
        yield return Bad("attestation/signature-p256-by-ed25519", "signed with Ed25519 by a party that has a P-256 key", Fig8.Attestation, draft.Text);
    }

    private static IEnumerable<VectorFile> Macs()
    {
        const string Parties = "host-a.b.a.xx host-a kms1.b.a.xx kms1";
        foreach ((string name, string why, string parties) in ((string, string, string)[])
        [
            ("direction", "the key of the other direction", "kms1.b.a.xx kms1 host-a.b.a.xx host-a"),
            ("sender", "another sender's name", "host-b.c.a.xx host-a kms1.b.a.xx kms1"),
            ("receiver", "another receiver's name", "host-a.b.a.xx host-a kms0.a.xx kms1"),
            ("receiver-key", "another receiver's key", "host-a.b.a.xx host-a kms1.b.a.xx kms0"),
            ("stranger", "another sender's key", "host-a.b.a.xx host-b kms1.b.a.xx kms1"),
        ])
        {
            Draft draft = Fig8.Arrow81 with { Signer = null, MacParties = parties };
            yield return new VectorFile($"inquiry/mac-{name}", "mac", why, Encoding.ASCII.GetBytes(draft.Text), Mac: Parties);
        }
        Draft right = Fig8.Arrow81 with { Signer = null, MacParties = Parties };
        yield return new VectorFile("inquiry/mac-changed", "mac", "one letter of the name is another",
            Encoding.ASCII.GetBytes(right.Text.Replace("=host-b.", "=host-c.", StringComparison.Ordinal)), Mac: Parties);
        yield return new VectorFile("inquiry/mac-zero", "mac", "32 zeros",
            Encoding.ASCII.GetBytes($"{right.Covered}; mac={Convert.ToBase64String(new byte[32])}"), Mac: Parties);
    }

    private static string WithSignature(Draft draft, byte[] signature) => $"{draft.Covered}; sig={Convert.ToBase64String(signature)}";

    private static VectorFile Bad(string name, string why, Draft draft, string text) =>
        new(name, "signature", why, Encoding.ASCII.GetBytes(text), draft.Signer);
}
