using System.Security.Cryptography;
using Kms.Client;

namespace Kms.Cli;

/// <summary>This host's own key pair for another program, both halves as PEM.</summary>
/// <param name="PrivatePem">The private key (PKCS #8).</param>
/// <param name="PublicPem">The public key.</param>
internal sealed record OwnKey(string PrivatePem, string PublicPem)
{
    /// <summary>Reads a pair from the file of its private key.</summary>
    /// <exception cref="ConfigurationException">It is missing, or none that can be read.</exception>
    public static OwnKey Read(string file)
    {
        string pem;
        try
        {
            pem = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The own private key cannot be read: {e.Message}");
        }
        foreach (Func<AsymmetricAlgorithm> create in (Func<AsymmetricAlgorithm>[])[ECDsa.Create, RSA.Create])
        {
            using AsymmetricAlgorithm key = create();
            try
            {
                key.ImportFromPem(pem);
                return new OwnKey(key.ExportPkcs8PrivateKeyPem(), key.ExportSubjectPublicKeyInfoPem());
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // Of another algorithm, encrypted, without its private half, or nothing of the kind.
            }
        }
        throw new ConfigurationException(
            $"{file} is no private EC or RSA key in PEM without a password. One of another algorithm, such as Ed25519, goes into strongSwan's private/ by hand, and its public half into pubkey/.");
    }

    /// <summary>Not the private half: what is printed by mistake must not hold it.</summary>
    public override string ToString() => PublicPem;
}
