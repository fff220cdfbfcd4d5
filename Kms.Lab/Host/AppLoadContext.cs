using System.Reflection;
using System.Runtime.Loader;

namespace Kms.Lab;

/// <summary>
/// Loads an app as the host does: the dll beside each deps.json from memory, what deps.json names from the folder, everything
/// else from the default context. Unlike the host's, it keeps no list of assemblies, so that it can be collected.
/// </summary>
internal sealed class AppLoadContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver? _resolver;

    public AppLoadContext(string folder)
        : base(isCollectible: true)
    {
        foreach (string deps in Directory.GetFiles(folder, "*.deps.json"))
        {
            string dll = deps.Replace(".deps.json", ".dll", StringComparison.Ordinal);
            using FileStream stream = File.OpenRead(dll);
            LoadFromStream(stream);
            _resolver ??= new AssemblyDependencyResolver(dll);
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver?.ResolveAssemblyToPath(assemblyName) is { } path
            ? LoadFromAssemblyPath(path)
            : Default.Assemblies.FirstOrDefault(assembly => assembly.GetName().FullName == assemblyName.FullName);
}
