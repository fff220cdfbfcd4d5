using System.Security.Cryptography;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Ed25519 by the package that the tests bring along.</summary>
internal static class TestEd25519
{
    internal static readonly Ed25519 Bound = Ed25519.TryBind([typeof(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519).Assembly])!;

    internal static SigningKey NewKey() => new KeyImporter(Bound).ImportPem(PemEncoding.Write("PRIVATE KEY",
    [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. RandomNumberGenerator.GetBytes(Ed25519.KeySize),
    ]));
}
