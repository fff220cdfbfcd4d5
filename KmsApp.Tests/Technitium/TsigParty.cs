using System.Security.Cryptography;
using Kms.Cli;

namespace KmsApp.Tests;

/// <summary>Somebody with a TSIG key that a real server may know.</summary>
/// <param name="name">The key's name.</param>
internal sealed class TsigParty(string name)
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    internal string Name { get; } = name;

    /// <summary>The key as the server's settings take it.</summary>
    internal string Setting => $"{Name}|{Convert.ToBase64String(_secret)}|{TsigAlgorithm.HmacSha256.Name()}";

    /// <summary>The key as a file of BIND.</summary>
    internal string File => $"key \"{Name}\" {{ algorithm {TsigAlgorithm.HmacSha256.Name()}; secret \"{Convert.ToBase64String(_secret)}\"; }};\n";

    internal TsigSigner Signer => new(new TsigKey(Name, TsigAlgorithm.HmacSha256, _secret), TimeProvider.System);
}
