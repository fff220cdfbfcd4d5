using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>Key pairs by number, the same in every process. Made once, for making and importing them is dear.</summary>
internal sealed class KeyPool
{
    private readonly List<KeyPair> _pairs = [];

    public KeyPair this[int number]
    {
        get
        {
            while (_pairs.Count <= number) _pairs.Add(Make(_pairs.Count));
            return _pairs[number];
        }
    }

    private static KeyPair Make(int number)
    {
        byte[] secret = SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"simulated key {number}")));
        using ECDsa ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
        SigningKey key = new KeyImporter(null).ImportPem(ecdsa.ExportPkcs8PrivateKeyPem());
        return new KeyImporter(null).TryImport(key.PublicKey, out VerificationKey? verification, out KeyFault fault)
            ? new KeyPair(number, key, verification)
            : throw new InvalidOperationException(fault.ToString());
    }
}
