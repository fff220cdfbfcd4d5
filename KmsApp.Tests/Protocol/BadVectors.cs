using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>
/// The vectors that cannot be read. Each is sealed rightly over its wrong text, so that the fault that it names is its
/// only one.
/// </summary>
internal static class BadVectors
{
    public static IEnumerable<VectorFile> All() =>
        [.. GoodVectors.Full.SelectMany(OfType), .. BadValues.All(), .. Combinations(), .. Texts()];

    /// <summary>What can be wrong in a message of any type: each tag, the spaces between, and the seal.</summary>
    private static IEnumerable<VectorFile> OfType(Draft draft)
    {
        string folder = FolderOf(draft);
        for (int i = 0; i < draft.Tags.Length; i++)
        {
            (string tag, string value) = draft.Tags[i];
            if (!CanBeAbsent(draft.Type, tag)) yield return Bad($"{folder}/tag-missing-{tag}", "tag", $"without {tag}", draft.Without(tag).Text);
            yield return Bad($"{folder}/tag-twice-{tag}", "tag", $"{tag} twice", draft.Adding(tag, value, tag).Text);
            yield return Bad($"{folder}/value-empty-{tag}", "value", $"an empty {tag}", draft.With(tag, "").Text);
            if (i + 1 < draft.Tags.Length)
                yield return Bad($"{folder}/tag-misplaced-{tag}", "tag", $"{tag} and {draft.Tags[i + 1].Tag} in the wrong order", draft.Swapping(i).Text);
        }
        string first = draft.Tags[0].Tag, last = draft.Tags[^1].Tag;
        yield return Bad($"{folder}/tag-unknown-first", "tag", "a tag that nobody knows", draft.Adding("x", "1", first).Text);
        yield return Bad($"{folder}/tag-unknown-last", "tag", "a tag that nobody knows, before the seal", draft.Adding("x", "1").Text);
        yield return Bad($"{folder}/tag-upper-case", "tag", "tags are lower case", draft.Changed(t => t.Replace($"; {first}=", $"; {first.ToUpperInvariant()}=", StringComparison.Ordinal)));
        yield return Bad($"{folder}/tag-space-before-equals", "tag", "no white space around =", draft.Changed(t => t.Replace($"; {first}=", $"; {first} =", StringComparison.Ordinal)));
        yield return Bad($"{folder}/value-space-after-equals", "value", "no white space around =", draft.Changed(t => t.Replace($"; {first}=", $"; {first}= ", StringComparison.Ordinal)));
        if (first != last)
            yield return Bad($"{folder}/value-space-before-semicolon", "value", "no white space before ;", draft.Changed(t => t.Replace($"; {last}=", $" ; {last}=", StringComparison.Ordinal)));
        yield return Bad($"{folder}/tag-two-spaces", "tag", "two spaces between tags", draft.Changed(t => t.Replace($"; {last}=", $";  {last}=", StringComparison.Ordinal)));
        yield return Bad($"{folder}/tag-no-space", "tag", "no space between tags", draft.Changed(t => t.Replace($"; {last}=", $";{last}=", StringComparison.Ordinal)));
        yield return Bad($"{folder}/tag-tab", "tag", "a tab between tags", draft.Changed(t => t.Replace($"; {last}=", $";\t{last}=", StringComparison.Ordinal)));
        yield return Bad($"{folder}/tag-empty", "tag", "an empty tag", draft.Changed(t => t.Replace($"; {last}=", $"; ; {last}=", StringComparison.Ordinal)));
        yield return Bad($"{folder}/tag-end-semicolon", "tag", "a semicolon at the end", draft.Text + ";");
        yield return Bad($"{folder}/tag-end-semicolon-space", "tag", "a semicolon and a space at the end", draft.Text + "; ");
        yield return Bad($"{folder}/tag-head-alone", "tag", "a head without tags", $"v=KMS1; t={draft.Type}");
        yield return Bad($"{folder}/type-upper-case", "type", "types are lower case", (draft with { Type = draft.Type.ToUpperInvariant() }).Text);
        yield return Bad($"{folder}/encoding", "encoding", "a byte that is not ASCII", draft.Changed(t => t.Replace("=host", "=h\u00F6st", StringComparison.Ordinal).Replace("of=", "of=\u00E4", StringComparison.Ordinal)));
        yield return Bad($"{folder}/length", "length", "4,097 characters", draft.Text.PadRight(4097, 'A'));
        foreach (VectorFile vector in Seals(draft, folder)) yield return vector;
    }

    private static IEnumerable<VectorFile> Seals(Draft draft, string folder)
    {
        const string Sig64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
        const string Mac32 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        string covered = draft.Covered;
        if (draft.Signer is null)
        {
            yield return Bad($"{folder}/seal-sig", "seal", "nobody signs this type", $"{covered}; sig={Sig64}");
            yield return Bad($"{folder}/seal-mac", "seal", "nobody authenticates this type", $"{covered}; mac={Mac32}");
            yield break;
        }
        string sig = draft.SealOf(covered)["; sig=".Length..];
        byte[] signature = Convert.FromBase64String(sig);
        yield return Bad($"{folder}/seal-none", "seal", "without a seal", covered);
        if (draft.Type == "attestation") yield return Bad($"{folder}/seal-mac", "seal", "an attestation is never authenticated by a MAC", $"{covered}; mac={Mac32}");
        else yield return Bad($"{folder}/seal-mac-31", "seal", "a MAC of 31 bytes", $"{covered}; mac={Convert.ToBase64String(new byte[31])}");
        yield return Bad($"{folder}/seal-63", "seal", "a signature of 63 bytes", $"{covered}; sig={Convert.ToBase64String(signature[..63])}");
        yield return Bad($"{folder}/seal-65", "seal", "a signature of 65 bytes", $"{covered}; sig={Convert.ToBase64String([.. signature, 0])}");
        yield return Bad($"{folder}/seal-unpadded", "seal", "base64 without its padding", $"{covered}; sig={sig.TrimEnd('=')}");
        yield return Bad($"{folder}/seal-stray-bits", "seal", "base64 with stray bits in its last character", $"{covered}; sig={WithStrayBits(sig)}");
        yield return Bad($"{folder}/seal-white-space", "seal", "base64 with a space in it", $"{covered}; sig={sig[..40]} {sig[40..]}");
        yield return Bad($"{folder}/seal-url-safe", "seal", "the alphabet of URLs", $"{covered}; sig={Sig64.Replace("AAAA", "A-_A", StringComparison.Ordinal)}");
        yield return Bad($"{folder}/seal-space-behind", "seal", "a space at the end", $"{covered}; sig={sig} ");
        yield return Bad($"{folder}/value-empty-sig", "value", "an empty seal", $"{covered}; sig=");
        yield return Bad($"{folder}/tag-twice-sig", "tag", "two signatures", $"{covered}; sig={sig}; sig={sig}");
        yield return Bad($"{folder}/tag-sig-mac", "tag", "a signature and a MAC", $"{covered}; sig={sig}; mac={Mac32}");
        yield return Bad($"{folder}/tag-behind-sig", "tag", "a tag behind the seal", $"{covered}; sig={sig}; x=1");
        yield return Bad($"{folder}/tag-sig-first", "tag", "a signature before the tags", covered.Insert($"v=KMS1; t={draft.Type}".Length, $"; sig={sig}"));
        yield return Bad($"{folder}/tag-sig-upper-case", "tag", "tags are lower case", $"{covered}; SIG={sig}");
    }

    /// <summary>Whether a tag's absence is no fault of the tags, though it may be one of their combination.</summary>
    private static bool CanBeAbsent(string type, string tag) => (type, tag) is (_, "use" or "kexp" or "nbf") or ("delivery", "back" or "of" or "reason")
        or ("key", "exp") or ("inquiry" or "answer" or "unsolved", "path");

    /// <summary>Values that contradict each other.</summary>
    private static IEnumerable<VectorFile> Combinations()
    {
        yield return Bad("inquiry/combination-path-last", "combination", "the path's last name is not the sender", Fig8.Arrow83.With("path", "kms0.a.xx,kms1.b.a.xx").Text);
        yield return Bad("inquiry/combination-path-two-legs", "combination", "an inquiry has no signature leg", Fig8.Arrow83.With("path", "kms1.b.a.xx/kms0.a.xx").Text);
        yield return Bad("inquiry/combination-path-signature-leg", "combination", "an inquiry has no signature leg", Fig8.Arrow82.With("path", "/kms1.b.a.xx").Text);
        yield return Bad("sign/combination-path-one-leg", "combination", "a signature request has a signature leg", Fig8.Arrow85.With("path", "kms1.b.a.xx,kms0.a.xx").Text);
        yield return Bad("sign/combination-path-last", "combination", "the path's last name is not the sender", Fig8.Arrow85.With("path", "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx").Text);
        yield return Bad("sign/combination-kexp-equal", "combination", "a key that ended when it was read", Fig8.Arrow85.Adding("kexp", Fig8.At(1), "from").Text);
        yield return Bad("sign/combination-kexp-before", "combination", "a key that ended before it was read", Fig8.Arrow85.Adding("kexp", Fig8.At(0), "from").Text);
        foreach (Draft draft in (Draft[])[Fig8.Attestation, Fig8.Arrow87, Fig8.Unsolved])
        {
            yield return Bad($"{draft.Type}/combination-exp-equal", "combination", "ended when it began", draft.With("exp", draft["at"]).Text);
            yield return Bad($"{draft.Type}/combination-exp-before", "combination", "ended before it began", draft.With("exp", "0").Text);
        }
        yield return Bad("key/combination-exp-equal", "combination", "ended when it began", Fig8.Key.Adding("nbf", Fig8.At(0)).Adding("exp", Fig8.At(0)).Text);
        yield return Bad("key/combination-exp-before", "combination", "ended before it began", Fig8.Key.Adding("nbf", Fig8.At(1)).Adding("exp", Fig8.At(0)).Text);

        Draft attested = Fig8.Arrow86, unsolved = Fig8.UnsolvedDelivery;
        yield return Bad("delivery/combination-attested-without-of", "combination", "attested without an attestation", attested.Without("of").Text);
        yield return Bad("delivery/combination-attested-reason", "combination", "attested with a reason", attested.Adding("reason", "not-found").Text);
        yield return Bad("delivery/combination-attested-back", "combination", "an attested delivery does not go back the way", attested.Adding("back", Fig8.Kms1, "result").Text);
        yield return Bad("delivery/combination-attested-to", "combination", "an attested delivery goes to the path's first name", attested.With("to", Fig8.Kms0).Text);
        yield return Bad("delivery/combination-unsolved-without-reason", "combination", "unsolved without a reason", unsolved.Without("reason").Text);
        yield return Bad("delivery/combination-unsolved-of", "combination", "unsolved with an attestation", unsolved.Adding("of", attested["of"], "reason").Text);
        yield return Bad("delivery/combination-unsolved-without-back", "combination", "an unsolved delivery goes back the way", unsolved.Without("back").Text);
        yield return Bad("delivery/combination-unsolved-to", "combination", "the receiver is the first name of back", unsolved.With("back", Fig8.Kms0).Text);
        yield return Bad("delivery/combination-unsolved-back-elsewhere", "combination", "the way back is the end of the path, turned round",
            unsolved.With("back", $"{Fig8.Kms1},kms9.xx").Text);
    }

    /// <summary>Texts that are no message of any type.</summary>
    private static IEnumerable<VectorFile> Texts()
    {
        string text = Fig8.Arrow81.Text;
        yield return Bad("text/head-empty", "head", "nothing", "");
        yield return Bad("text/head-ordinary", "head", "an ordinary TXT record", "v=spf1 -all");
        yield return Bad("text/head-short", "head", "the head is cut off", "v=KMS1; t");
        yield return Bad("text/head-space", "head", "a space before the head", " " + text);
        yield return Bad("text/head-byte-order-mark", "head", "a byte order mark before the head", "\u00EF\u00BB\u00BF" + text);
        yield return Bad("text/head-version", "head", "another version", text.Replace("KMS1", "KMS2", StringComparison.Ordinal));
        yield return Bad("text/head-letter-case", "head", "the head has one spelling", text.Replace("v=KMS1", "V=kms1", StringComparison.Ordinal));
        yield return Bad("text/head-two-spaces", "head", "the head has one spelling", text.Replace("; t=", ";  t=", StringComparison.Ordinal));
        yield return Bad("text/head-type-first", "head", "the version comes first", "t=inquiry; v=KMS1");
        yield return Bad("text/head-long", "head", "a long ordinary TXT record", new string('A', 5000));
        yield return Bad("text/type-empty", "type", "no type", "v=KMS1; t=");
        yield return Bad("text/type-empty-tags", "type", "no type", text.Replace("t=inquiry", "t=", StringComparison.Ordinal));
        yield return Bad("text/type-unknown", "type", "a type that nobody knows", text.Replace("t=inquiry", "t=revocation", StringComparison.Ordinal));
        yield return Bad("text/type-prefix", "type", "the beginning of a type", text.Replace("t=inquiry", "t=inqu", StringComparison.Ordinal));
        yield return Bad("text/type-longer", "type", "a type and more", text.Replace("t=inquiry", "t=inquiry2", StringComparison.Ordinal));
        yield return Bad("text/type-space", "type", "a space after the type", text.Replace("t=inquiry", "t=inquiry ", StringComparison.Ordinal));
        yield return Bad("text/type-nul", "type", "a NUL after the type", text.Replace("t=inquiry", "t=inquiry\0", StringComparison.Ordinal));
        yield return Bad("text/type-unknown-no-space", "type", "the type is judged before what stands behind it", "v=KMS1; t=revocation;name=host-b.c.a.xx");
        yield return Bad("text/tag-no-space", "tag", "no space behind the type", text.Replace("inquiry; ", "inquiry;", StringComparison.Ordinal));
        yield return Bad("text/tag-other-separator", "tag", "something else than a space behind the type", text.Replace("inquiry; ", "inquiry;_", StringComparison.Ordinal));
        yield return Bad("text/tag-semicolon", "tag", "a semicolon behind the type, and no tags", "v=KMS1; t=inquiry;");
        yield return Bad("text/tag-semicolon-space", "tag", "a semicolon and a space behind the type, and no tags", "v=KMS1; t=inquiry; ");
        yield return Bad("text/length-4097", "length", "one character too many, and no other fault", GoodVectors.OfLength(4097).Text);
        yield return Bad("text/length-tags", "length", "a length is wrong before anything else is looked at", "v=KMS1; t=" + new string('\u00FF', 4087));
        yield return Bad("text/seal-line-end", "seal", "a line end at the end", text + "\n");
        yield return Bad("text/seal-nul", "seal", "a NUL at the end", text + "\0");
    }

    public static VectorFile Bad(string name, string expect, string why, string text) =>
        new(name, expect, why, Encoding.Latin1.GetBytes(text));

    public static string FolderOf(Draft draft) => draft.Type != "delivery" ? draft.Type : draft["result"] == "attested" ? "delivery-attested" : "delivery-unsolved";

    /// <summary>The same bytes spelled with stray bits in the last character before the padding.</summary>
    public static string WithStrayBits(string base64)
    {
        int last = base64.TrimEnd('=').Length - 1;
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return base64[..last] + Alphabet[Alphabet.IndexOf(base64[last], StringComparison.Ordinal) + 1] + base64[(last + 1)..];
    }
}
