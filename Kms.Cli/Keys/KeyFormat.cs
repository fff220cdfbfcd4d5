using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A form in which a key is printed.</summary>
internal sealed class KeyFormat
{
    public static readonly KeyFormat Pem = new("pem");

    private KeyFormat(string name) => Name = name;

    public static IReadOnlyList<KeyFormat> All { get; } = [Pem];

    public string Name { get; }

    public static KeyFormat Parse(string name) => All.Single(format => format.Name == name);

    public string Write(PublicKey key, DomainName _) => Name.Length > 0 ? key.ToPem() : "";
}
