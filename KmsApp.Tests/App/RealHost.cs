using System.Reflection;

namespace KmsApp.Tests;

/// <summary>
/// The zip's dll among the assemblies of a server, all read as data: nothing of them runs. A name leads where the server leads it: to what the
/// dll carries within itself, to the server's folder, to the platform; never to the contracts, unless their folder is the one given.
/// </summary>
internal sealed class RealHost : MetadataAssemblyResolver, IDisposable
{
    /// <summary>The server's assemblies that an app refers to.</summary>
    internal static readonly string[] Contracts = ["DnsServerCore.ApplicationCommon", "TechnitiumLibrary.Net"];

    private static readonly string Platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private readonly string _folder;
    private readonly MetadataLoadContext _context;

    internal RealHost(InstalledApp app, string folder)
    {
        if (folder.Length == 0) Assert.Inconclusive("Neither TECHNITIUM_DIR nor TECHNITIUM_DIRS names a folder of a server.");
        _folder = folder;
        Dll = File.ReadAllBytes(app.FileOf("KmsApp.dll"));
        _context = new MetadataLoadContext(this, typeof(object).Assembly.GetName().Name);
        App = _context.LoadFromByteArray(Dll);
    }

    /// <summary>The zip's dll.</summary>
    internal Assembly App { get; }

    /// <summary>The same, as it lies in the zip.</summary>
    internal byte[] Dll { get; }

    /// <summary>The server's interfaces that the app implements.</summary>
    internal Type[] Implemented =>
        [.. App.GetType("KmsApp.App", throwOnError: true)!.GetInterfaces().Where(type => Contracts.Contains(type.Assembly.GetName().Name))];

    /// <summary>The assembly of that name, wherever it comes from.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    internal Assembly Load(AssemblyName name) => _context.LoadFromAssemblyName(name);

    /// <inheritdoc cref="Load(AssemblyName)"/>
    internal Assembly Load(string name) => _context.LoadFromAssemblyName(name);

    /// <summary>Whether the dll carries the assembly within itself.</summary>
    internal bool IsBundled(Assembly assembly) => App.GetManifestResourceInfo(assembly.GetName().Name + ".dll") is not null;

    /// <inheritdoc/>
    public override Assembly? Resolve(MetadataLoadContext context, AssemblyName assemblyName)
    {
        string file = assemblyName.Name + ".dll";
        using Stream? bundled = App?.GetManifestResourceStream(file);
        if (bundled is not null) return context.LoadFromStream(bundled);
        string? path = ((string[])[_folder, Platform]).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return path is null ? null : context.LoadFromAssemblyPath(path);
    }

    public void Dispose() => _context.Dispose();
}
