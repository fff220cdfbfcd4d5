using System.Reflection;
using System.Runtime.Loader;
using Kms.Protocol;

namespace KmsApp;

/// <summary>Finds Ed25519 in the host.</summary>
internal static class Ed25519Source
{
    private const string HostsLibrary = "BouncyCastle.Cryptography";

    /// <summary>Binds to the host's BouncyCastle; null where it has none.</summary>
    public static Ed25519? TryBind()
    {
        try
        {
            // The host comes with it, but loads it only when it first needs it.
            AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(HostsLibrary));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            // Perhaps it has it under another name.
        }
        return Ed25519.TryBind(AssemblyLoadContext.Default.Assemblies);
    }
}
