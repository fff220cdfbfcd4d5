using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Kms.Protocol;

/// <summary>
/// Ed25519 (RFC 8032) as the machine offers it: the platform has none, the host server loads BouncyCastle.Cryptography.
/// Bound to that copy by type and member name, so that nothing refers to it when it is absent.
/// </summary>
public sealed class Ed25519
{
    /// <summary>The size of a public or private key, in bytes.</summary>
    public const int KeySize = 32;

    private const string TypeName = "Org.BouncyCastle.Math.EC.Rfc8032.Ed25519";

    private readonly SignFunction _sign;
    private readonly VerifyFunction _verify;
    private readonly GeneratePublicKeyFunction _generatePublicKey;

    private Ed25519(SignFunction sign, VerifyFunction verify, GeneratePublicKeyFunction generatePublicKey)
    {
        _sign = sign;
        _verify = verify;
        _generatePublicKey = generatePublicKey;
    }

    private delegate void SignFunction(byte[] secretKey, int secretKeyOffset, byte[] message, int messageOffset, int messageLength, byte[] signature, int signatureOffset);

    private delegate bool VerifyFunction(byte[] signature, int signatureOffset, byte[] publicKey, int publicKeyOffset, byte[] message, int messageOffset, int messageLength);

    private delegate void GeneratePublicKeyFunction(byte[] secretKey, int secretKeyOffset, byte[] publicKey, int publicKeyOffset);

    /// <summary>Binds to the first of the assemblies that has BouncyCastle's Ed25519.</summary>
    /// <param name="assemblies">Where to look; typically those that are loaded.</param>
    /// <returns>Null where none has it.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Without the type there is no Ed25519, which is a supported state.")]
    public static Ed25519? TryBind(IEnumerable<Assembly> assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        foreach (Assembly assembly in assemblies)
        {
            if (assembly.GetName().Name?.StartsWith("BouncyCastle", StringComparison.Ordinal) != true) continue;
            if (assembly.GetType(TypeName) is not { } type) continue;
            SignFunction? sign = Bind<SignFunction>(type, "Sign");
            VerifyFunction? verify = Bind<VerifyFunction>(type, "Verify");
            GeneratePublicKeyFunction? generate = Bind<GeneratePublicKeyFunction>(type, "GeneratePublicKey");
            if (sign is not null && verify is not null && generate is not null) return new Ed25519(sign, verify, generate);
        }
        return null;
    }

    internal void Sign(byte[] secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        byte[] copy = message.ToArray(), result = new byte[SigningKey.SignatureSize];
        _sign(secretKey, 0, copy, 0, copy.Length, result, 0);
        result.CopyTo(signature);
    }

    internal bool Verify(byte[] publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        byte[] copy = message.ToArray();
        return _verify(signature.ToArray(), 0, publicKey, 0, copy, 0, copy.Length);
    }

    internal byte[] GeneratePublicKey(byte[] secretKey)
    {
        byte[] publicKey = new byte[KeySize];
        _generatePublicKey(secretKey, 0, publicKey, 0);
        return publicKey;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2090", Justification = "The Invoke of a delegate type in use is never trimmed.")]
    private static TDelegate? Bind<TDelegate>([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type type, string name)
        where TDelegate : Delegate
    {
        Type[] parameters = Array.ConvertAll(typeof(TDelegate).GetMethod("Invoke")!.GetParameters(), p => p.ParameterType);
        return type.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters) is { } method
            ? method.CreateDelegate<TDelegate>()
            : null;
    }
}
