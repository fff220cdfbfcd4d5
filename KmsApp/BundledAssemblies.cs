using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace KmsApp;

/// <summary>The assemblies that travel inside KmsApp.dll.</summary>
internal static class BundledAssemblies
{
    /// <summary>Loads them into the app's own context, from memory, before any code of the app runs.</summary>
    /// <remarks>
    /// From memory, because the host overwrites mapped files when it updates an app, which ends the process on Linux. At once,
    /// because <see cref="AssemblyLoadContext.Resolving"/> is asked only after the host's own copies, and keeps the context alive.
    /// </remarks>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The host runs no other code of ours before it needs these assemblies.")]
    internal static void Load()
    {
        Assembly app = typeof(BundledAssemblies).Assembly;
        if (AssemblyLoadContext.GetLoadContext(app) is not { } context || context == AssemblyLoadContext.Default)
        {
            return; // a test or a benchmark: the files lie beside it
        }

        foreach (string name in app.GetManifestResourceNames())
        {
            if (name.EndsWith(".dll", StringComparison.Ordinal) && app.GetManifestResourceStream(name) is { } assembly)
            {
                using (assembly)
                {
                    context.LoadFromStream(assembly);
                }
            }
        }
    }
}
