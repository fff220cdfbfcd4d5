using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace KmsApp.Tests;

/// <summary>The zip's dll beside the assemblies of a real server; a test that asks for it is inconclusive without one.</summary>
internal sealed class RealHost : AssemblyLoadContext, IDisposable
{
    private static readonly string[] HostAssemblies = ["DnsServerCore.ApplicationCommon", "TechnitiumLibrary.Net"];

    private readonly string _folder;

    internal RealHost(InstalledApp app, string folder)
        : base(isCollectible: true)
    {
        if (folder.Length == 0)
        {
            Assert.Inconclusive("Neither TECHNITIUM_DIR nor TECHNITIUM_DIRS names a folder of a server.");
        }

        _folder = folder;
        Dll = File.ReadAllBytes(app.FileOf("KmsApp.dll"));
        App = LoadFromStream(new MemoryStream(Dll));
    }

    internal Assembly App { get; }

    private byte[] Dll { get; }

    /// <summary>The members of the host that the app names and the host lacks.</summary>
    internal IEnumerable<string> Unresolved()
    {
        using var pe = new PEReader(new MemoryStream(Dll));
        MetadataReader metadata = pe.GetMetadataReader();
        int seen = 0;
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference || !IsOfHost(metadata, (TypeReferenceHandle)member.Parent))
            {
                continue;
            }

            seen++;
            string? failure = Resolve(MetadataTokens.GetToken(handle));
            if (failure is not null)
            {
                yield return failure;
            }
        }

        foreach (TypeReferenceHandle handle in metadata.TypeReferences.Where(handle => IsOfHost(metadata, handle)))
        {
            seen++;
            string? failure = Resolve(MetadataTokens.GetToken(handle));
            if (failure is not null)
            {
                yield return failure;
            }
        }

        Assert.IsGreaterThan(0, seen);
    }

    /// <summary>The server's own assembly of that name.</summary>
    internal Assembly Host(string name) => LoadFromAssemblyPath(Path.Combine(_folder, name + ".dll"));

    public void Dispose() => Unload();

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // Never the contracts, which lie beside the tests.
        string path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return HostAssemblies.Contains(assemblyName.Name) || File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private string? Resolve(int token)
    {
        try
        {
            App.ManifestModule.ResolveMember(token);
            return null;
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or FileNotFoundException or FileLoadException)
        {
            return exception.Message;
        }
    }

    private static bool IsOfHost(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => IsOfHost(metadata, (TypeReferenceHandle)type.ResolutionScope),
            HandleKind.AssemblyReference => HostAssemblies.Contains(
                metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)),
            _ => false,
        };
    }
}
