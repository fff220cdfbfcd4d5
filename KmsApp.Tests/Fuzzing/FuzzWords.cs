namespace KmsApp.Tests.Fuzzing;

/// <summary>Words of the grammars.</summary>
internal static class FuzzWords
{
    public static IReadOnlyList<string> Message { get; } =
    [
        "v=KMS1; t=", "inquiry", "sign", "attestation", "delivery", "answer", "unsolved", "ack", "key", "; name=", "; use=", "; kms=", "; reply=", "; key=", "; kat=", "; kexp=", "; from=", "; to=",
        "; id=", "; at=", "; exp=", "; nbf=", "; path=", "; back=", "; result=", "attested", "; of=", "; reason=", "not-found", "no-route", "refused", "expired", "timeout", "; sig=", "; mac=", "; ", "=", "==",
        ",", "/", ".", ":53", "[::1]:53", "::", "::ffff:192.0.2.1", "0", "00", "1790000000", "253402300799", "253402300800", "9223372036854775808", "identity", "ssh", "host-b.c.a.xx", "kms00.xx", "xx", "\0", "\t", "\u00E9",
    ];

    public static IReadOnlyList<string> Json { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "false", "0", "-1", "1e9", "256", "2147483648", "9223372036854775808", "0.5", "\\u0000", "\\ud800", "\\\"", "// ", "/* ", "*/", "\n", "\"\"", "[]", "{}", "\uFEFF",
        "\"name\": ", "\"domain\": ", "\"publicKeys\": [", "\"addresses\": [", "\"192.0.2.1\"", "\"192.0.2.1:99999\"", "\"[2001:db8::1]:53\"", "\"192.0.2.0/24\"", "\"192.0.2.0/24:53\"", "\"authentication\": \"mac\"", "\"kms1.b.a.xx\"", "\"b.a.xx\"",
        "\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\"", "NaN", "Infinity", "new Date(", "undefined", "'", "$type", "$ref",
    ];
}
