using System.Text;
using Kms.Cli;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Key files of BIND.</summary>
internal sealed class TsigKeyFileTarget : FuzzTarget
{
    public override string Name => "tsigKeyFile";

    public override IEnumerable<byte[]> Seeds { get; } =
    [
        Encoding.ASCII.GetBytes("key \"update.key\" { algorithm hmac-sha256; secret \"c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=\"; };"),
        Encoding.ASCII.GetBytes("# made\nkey k. { // here\n /* and\n here */ secret c2Vj; algorithm HMAC-SHA512; }"),
        Encoding.ASCII.GetBytes("key k. { secret c2Vj; }"),
    ];

    public override IReadOnlyList<string> Tokens { get; } = ["key ", "{", "}", ";", "\"", "algorithm ", "secret ", "hmac-sha256", "hmac-sha384", "hmac-md5", "/*", "*/", "//", "#", "\n", ".", "\\", "\\000", "\u00E9", "=", "\0"];

    public override int ShortRun => 20_000;

    public override IReadOnlyList<string> Expected => ["read", "refused"];

    public override string Try(byte[] input)
    {
        TsigKey key;
        try
        {
            key = TsigKeyFile.Parse(Encoding.UTF8.GetString(input));
        }
        catch (FormatException)
        {
            return "refused";
        }
        BrokenLawException.Unless(key.WireName.Length > 0 && key.Mac(input).Length is 32 or 48 or 64, "a key that is read has a name and signs");
        return "read";
    }
}
