using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A key that a host shares with the DNS server of its domain (RFC 8945): whoever has it may update the zone.</summary>
internal sealed class TsigKey
{
    private readonly byte[] _secret;

    /// <param name="name">The name by which the server knows the key.</param>
    /// <param name="algorithm">What makes the MAC.</param>
    /// <param name="secret">The secret; not empty.</param>
    /// <exception cref="FormatException">The name is no domain name, or the secret is empty.</exception>
    public TsigKey(string name, TsigAlgorithm algorithm, byte[] secret)
    {
        WireName = DnsName.ToWire(name.ToLowerInvariant());
        Name = name.TrimEnd('.').ToLowerInvariant();
        Algorithm = algorithm;
        _secret = secret.Length > 0 ? secret : throw new FormatException($"The secret of the TSIG key {name} is empty.");
    }

    /// <summary>The key's name, in lower case.</summary>
    public string Name { get; }

    /// <summary>The key's name as a MAC covers it.</summary>
    public ReadOnlyMemory<byte> WireName { get; }

    public TsigAlgorithm Algorithm { get; }

    /// <summary>The MAC of what is covered.</summary>
    public byte[] Mac(ReadOnlySpan<byte> covered) => Algorithm.Mac(_secret, covered);

    /// <summary>Reads a secret in base64, as key files have it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] Secret(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new FormatException("The secret of a TSIG key is base64, as 'tsig-keygen' prints it."); // without the text: it is a secret
        }
    }
}
