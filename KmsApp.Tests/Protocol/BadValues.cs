namespace KmsApp.Tests.Protocol;

/// <summary>The vectors of values that are out of range or not in their one spelling, for every tag that has them.</summary>
internal static class BadValues
{
    private static readonly string Label = new('a', 63);

    private static readonly (string Name, string Value)[] Names =
    [
        ("upper-case", "Host-b.c.a.xx"), ("trailing-dot", "host-b.c.a.xx."), ("leading-dot", ".host-b.c.a.xx"), ("empty-label", "host-b..xx"),
        ("dot", "."), ("label-64", Label + "a.xx"), ("254", $"{Label}.{Label}.{Label}.{Label[..62]}"), ("space", "host b.c.a.xx"),
        ("wildcard", "*.c.a.xx"), ("escape", "host\\045b.c.a.xx"), ("slash", "host/b.c.a.xx"), ("comma", "host-b.c.a.xx,xx"), ("control", "host\u0001b.xx"),
    ];

    private static readonly (string Name, string Value)[] Endpoints =
    [
        ("no-port", "192.0.2.1"), ("no-port-colon", "192.0.2.1:"), ("port-0", "192.0.2.1:0"), ("port-07", "192.0.2.1:07"), ("port-65536", "192.0.2.1:65536"),
        ("port-plus", "192.0.2.1:+53"), ("port-hex", "192.0.2.1:0x35"), ("port-space", "192.0.2.1: 53"), ("port-letters", "192.0.2.1:domain"),
        ("no-address", ":53"), ("ipv4-short", "192.2:53"), ("ipv4-number", "3221225985:53"), ("ipv4-leading-zero", "192.0.02.1:53"),
        ("ipv4-hex", "0xc0.0.2.1:53"), ("ipv4-256", "192.0.2.256:53"), ("ipv4-five", "192.0.2.1.1:53"), ("ipv4-brackets", "[192.0.2.1]:53"),
        ("ipv6-no-brackets", "2001:db8::1:53"), ("ipv6-open-bracket", "[2001:db8::1:53"), ("ipv6-no-port", "[2001:db8::1]"), ("ipv6-empty", "[]:53"),
        ("ipv6-upper-case", "[2001:DB8::1]:53"), ("ipv6-leading-zero", "[2001:0db8::1]:53"), ("ipv6-long", "[2001:db8:0:0:0:0:0:1]:53"),
        ("ipv6-one-group", "[2001:db8::1:1:1:1:1]:53"), ("ipv6-second-run", "[2001:db8:0:0:1::1]:53"), ("ipv6-shorter-run", "[2001::1:0:0:0:1]:53"),
        ("ipv6-dotted", "[::ffff:192.0.2.1]:53"), ("ipv6-zone", "[fe80::1%1]:53"), ("ipv6-zone-0", "[fe80::1%0]:53"), ("ipv6-zone-name", "[fe80::1%lo]:53"),
        ("ipv6-prefix", "[2001:db8::1/128]:53"), ("ipv6-two-runs", "[2001::db8::1]:53"), ("host-name", "kms1.b.a.xx:53"), ("two", "192.0.2.1:53,192.0.2.2:53"),
    ];

    private static readonly (string Name, string Value)[] Times =
    [
        ("leading-zero", "01790000000"), ("zeros", "00"), ("plus", "+1790000000"), ("minus", "-1"), ("decimal", "1790000000.0"), ("exponent", "1e9"), ("hex", "0x6ab0"),
        ("11-digits", "10000000000"), ("overflow", "99999999999999999999"), ("space", "1790000000 "), ("comma", "1,790,000,000"), ("date", "2026-09-21T13:33:20Z"),
    ];

    private static readonly (string Name, string Value)[] Uses =
    [
        ("identity", "identity"), ("upper-case", "SSH"), ("33", new string('a', 33)), ("underscore", "s_sh"), ("dot", "s.sh"), ("space", "s sh"),
    ];

    private static readonly (string Name, string Value)[] Paths =
    [
        ("17", string.Join(',', Enumerable.Range(1, 17).Select(i => $"kms{i}.xx"))),
        ("17-two-legs", string.Join(',', Enumerable.Range(1, 9).Select(i => $"kms{i}.xx")) + "/" + string.Join(',', Enumerable.Range(1, 8).Select(i => $"kms{i}.xx"))),
        ("second-leg-empty", "kms1.b.a.xx/"), ("slash", "/"), ("three-legs", "kms1.b.a.xx/kms0.a.xx/kms00.xx"), ("trailing-comma", "kms1.b.a.xx,"),
        ("leading-comma", ",kms1.b.a.xx"), ("two-commas", "kms1.b.a.xx,,kms0.a.xx"), ("space", "kms1.b.a.xx, kms0.a.xx"), ("comma-slash", "kms1.b.a.xx,/kms0.a.xx"),
        ("upper-case", "KMS1.b.a.xx"), ("trailing-dot", "kms1.b.a.xx."),
    ];

    public static IEnumerable<VectorFile> All()
    {
        foreach (Draft draft in GoodVectors.Full)
        {
            foreach ((string tag, string value) in draft.Tags)
            {
                foreach ((string name, string bad) in Wrong(draft, tag, value))
                    yield return BadVectors.Bad($"{BadVectors.FolderOf(draft)}/value-{tag}-{name}", "value", $"{tag}: {name.Replace('-', ' ')}", draft.With(tag, bad).Text);
            }
        }
    }

    /// <summary>The wrong values of a tag. Those of a kind that the reader has but once are all tried in one type, a few in the others.</summary>
    private static IEnumerable<(string Name, string Value)> Wrong(Draft draft, string tag, string value) => tag switch
    {
        "name" when draft.Type is "inquiry" or "key" => Names,
        "name" or "kms" or "from" or "to" => Names[..2],
        "use" when draft.Type is "inquiry" => Uses,
        "use" => Uses[..1],
        "reply" when draft.Type is "inquiry" => Endpoints,
        "reply" => [Endpoints[3], Endpoints[21], Endpoints[28]],
        "at" when draft.Type is "inquiry" => Times,
        "at" or "exp" or "nbf" or "kat" or "kexp" => [Times[0], Times[7]],
        "path" when draft.Type is "inquiry" => Paths,
        "path" => Paths[..3],
        "back" => [.. Paths.Where(path => path.Name != "17-two-legs"), ("two-legs", "kms1.b.a.xx/kms0.a.xx")],
        "result" => [("unknown", "done"), ("upper-case", "Attested"), ("prefix", "attest"), ("number", "1")],
        "reason" => [("unknown", "busy"), ("upper-case", "Not-found"), ("prefix", "not"), ("number", "1")],
        "id" or "of" => Binary(Convert.FromBase64String(value)),
        "key" => Keys(Convert.FromBase64String(value)),
        _ => throw new ArgumentOutOfRangeException(nameof(tag), tag, "no wrong values"),
    };

    private static IEnumerable<(string Name, string Value)> Binary(byte[] bytes)
    {
        string right = Convert.ToBase64String(bytes);
        yield return ("short", Convert.ToBase64String(bytes[1..]));
        yield return ("long", Convert.ToBase64String([.. bytes, 0]));
        yield return ("unpadded", right.TrimEnd('='));
        yield return ("padded-twice", right + "=");
        yield return ("stray-bits", BadVectors.WithStrayBits(right));
        yield return ("white-space", right[..8] + " " + right[8..]);
        yield return ("white-space-same-length", right[..8] + "  " + right[10..]);
        yield return ("tab-behind", right + "\t");
        yield return ("url-safe", "-_" + right[2..]);
        yield return ("hex", Convert.ToHexStringLower(bytes));
    }

    private static IEnumerable<(string Name, string Value)> Keys(byte[] info)
    {
        string right = Convert.ToBase64String(info);
        yield return ("white-space", right[..8] + " " + right[8..]);
        yield return ("url-safe", "-_" + right[2..]);
        yield return ("stray-bits", BadVectors.WithStrayBits(Convert.ToBase64String(VectorKeys.Public("ed25519").Info.Span)));
        yield return ("unpadded", Convert.ToBase64String(VectorKeys.Public("ed25519").Info.Span).TrimEnd('='));
        yield return ("der-cut", Convert.ToBase64String(info[..^1]));
        yield return ("der-more", Convert.ToBase64String([.. info, 0]));
        yield return ("der-long-length", Convert.ToBase64String([0x30, 0x81, .. info[1..]]));
        yield return ("der-indefinite", Convert.ToBase64String([0x30, 0x80, .. info[2..], 0, 0]));
        yield return ("der-set", Convert.ToBase64String([0x31, .. info[1..]]));
        yield return ("der-unused-bits", Convert.ToBase64String([0x30, 0x09, 0x30, 0x03, 0x06, 0x01, 0x00, 0x03, 0x02, 0x01, 0x00]));
        yield return ("der-no-bits", Convert.ToBase64String([0x30, 0x08, 0x30, 0x03, 0x06, 0x01, 0x00, 0x03, 0x01, 0x00]));
        yield return ("der-no-algorithm", Convert.ToBase64String([0x30, 0x06, 0x30, 0x00, 0x03, 0x02, 0x00, 0x00]));
        yield return ("der-third-part", Convert.ToBase64String([0x30, 0x0B, 0x30, 0x03, 0x06, 0x01, 0x00, 0x03, 0x02, 0x00, 0x00, 0x05, 0x00]));
        yield return ("point-alone", Convert.ToBase64String(info[^65..]));
        yield return ("one-byte", "AA==");
    }
}
