using System.Security.Cryptography;
using System.Text;
using Kms.Cli;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Files in which other programs keep keys, the public or the private half.</summary>
internal sealed class KeyFileTarget : FuzzTarget
{
    private static readonly string[] ReadBack = ["pem", "spki", "ssh", "wireguard"];

    public override string Name => "keyFile";

    public override IEnumerable<byte[]> Seeds =>
    [
        .. Directory.GetFiles(VectorFile.Folder, "*.pem").Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        .. Directory.GetFiles(VectorFile.Folder, "*.pub.pem").Order(StringComparer.Ordinal).Select(file => VectorKeys.Info(Path.GetFileName(file)[..^8])),
        .. ((string[])["host-a", "ed25519"]).SelectMany(key => KeyFormat.All.Select(format => FuzzKeys.Write(format, VectorKeys.Public(key)))).OfType<string>().Select(Encoding.ASCII.GetBytes),
    ];

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "-----BEGIN ", "-----END ", "-----", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "RSA PUBLIC KEY", "CERTIFICATE", "OPENSSH PRIVATE KEY", "PUBLIC KEY", "ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-nistp256 ", "nistp384",
        "sk-ssh-ed25519@openssh.com ", "\0\0\0\x07ssh-rsa", "\0\0\0\x01\x00", "\0\0\0\x00", "openssh-key-v1\0", "\n", "#", " ", "\uFEFF", "\x30\x82", "\x02\x01\x00", "\x02\x01\x01", "\x03\x01\x00", "\x30\x00", "---- BEGIN SSH2", "[Interface]",
    ];

    public override int ShortRun => 2_000;

    public override IReadOnlyList<string> Expected => ["refused", "read P256", "read Ed25519", "read Other"];

    public override string Try(byte[] input)
    {
        PublicKey key;
        try
        {
            key = PublicKeyFile.Parse(input, "host.pub");
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return "refused";
        }
        foreach (KeyFormat format in KeyFormat.All)
        {
            if (FuzzKeys.Write(format, key) is not { } text || !ReadBack.Contains(format.Name)) continue;
            PublicKey again = PublicKeyFile.Parse(Encoding.UTF8.GetBytes(text), "host.pub");
            // A SubjectPublicKeyInfo of RSA may have parameters that OpenSSH's form does not carry.
            BrokenLawException.Unless(again.Equals(key) || key.Algorithm == KeyAlgorithm.Other, $"a key as '{format.Name}' is read as the same key");
            BrokenLawException.Unless(FuzzKeys.Write(format, again) == text, $"a key as '{format.Name}' is written again with the same bytes");
        }
        return $"read {key.Algorithm}";
    }

    /// <summary>Changes the DER or the OpenSSH blob in its base64.</summary>
    public override byte[] MutateInside(byte[] input, Mutator mutator) => FuzzPem.MutateInside(input, mutator);
}
